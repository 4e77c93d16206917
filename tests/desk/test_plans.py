"""An action plan at the desk: begun, written line by line, submitted; and what is refused."""

from __future__ import annotations

from io import BytesIO

from sp4n.spreadsheets.reading import read_book
from tests.action_plans.making import LIST, a_plan, as_stored
from tests.scenes import Scene


def test_a_plan_is_begun_and_written_line_by_line(scene: Scene) -> None:
    browser = scene.desk()
    page = browser.follow(browser.open(LIST), "Mulai rencana baru")
    wrong = browser.send(page.form("/baru"), period_from="2026", period_to="2025")
    assert wrong.status == 422
    assert wrong.form("/baru").values["period_to"] == "2025"
    page = browser.send(wrong.form("/baru"), period_to="2027")
    assert "Rencana dimulai" in page.words
    assert browser.send(wrong.form("/baru"), period_to="2027").status == 422
    line = browser.follow(page, "Tambah baris")
    refused = browser.send(line.form("/baru"), level="program", code="1.1", name="Tanpa induk")
    assert refused.status == 422
    assert "Tulis kode sasaran" in " ".join(refused.errors)
    assert refused.form("/baru").values["name"] == "Tanpa induk"
    page = browser.send(refused.form("/baru"), level="sasaran", code="1", name="Cepat dijawab")
    page = browser.follow(page, "Tambah baris")
    budget = {"budget": "Rp 1,5 juta", "quarters": "TW I-II", "target_2026": "85%"}
    more = {"level": "program", "code": "1.1", "name": "Pelatihan", "parent_code": "1"}
    page = browser.send(page.form("/baru"), **more, **budget)
    assert "Rp 1.500.000" in page.words
    assert "TW I, TW II" in page.words
    assert "2026: 85%" in page.words
    line = browser.follow(page, "Tambah baris")
    refused = browser.send(line.form("/baru"), level="sasaran", code="1", name="Dua")
    assert "Kode 1 sudah dipakai" in " ".join(refused.errors)


def test_lines_follow_a_code_that_changes_and_do_not_lose_what_is_above(scene: Scene) -> None:
    plan_id, browser = a_plan(scene), scene.desk()
    page = browser.follow(browser.open(f"{LIST}/{plan_id}"), "1.1")
    page = browser.send(page.form(page.path), code="2.1")
    assert "Baris tersimpan" in page.words
    page = browser.follow(page, "1.1.3")
    assert page.form(page.path).values["parent_code"] == "2.1"
    page = browser.follow(browser.open(f"{LIST}/{plan_id}"), "2.1")
    refused = browser.send(page.form("/hapus"))
    assert refused.status == 409
    assert "Masih ada baris di bawahnya" in refused.words
    page = browser.follow(browser.open(f"{LIST}/{plan_id}"), "1.1.7")
    page = browser.send(page.form("/hapus"))
    assert "Baris dihapus" in page.words
    assert "Belum ada kegiatan" in page.words
    assert not page.has_form("/ajukan")


def test_who_is_slower_overwrites_nothing(scene: Scene) -> None:
    plan_id, browser = a_plan(scene), scene.desk()
    first = browser.follow(browser.open(f"{LIST}/{plan_id}"), "1.1.1")
    browser.send(first.form(first.path), name="Nama yang lebih dahulu")
    late = browser.send(first.form(first.path), name="Nama yang terlambat")
    assert late.status == 409
    assert "baru saja mengubah" in " ".join(late.errors)
    assert late.form(late.path).values["name"] == "Nama yang terlambat"
    assert "Baris tersimpan" in browser.send(late.form(late.path)).words


def test_while_it_is_reviewed_nothing_is_changed(scene: Scene) -> None:
    plan_id, browser = a_plan(scene), scene.desk()
    page = browser.open(f"{LIST}/{plan_id}")
    old = browser.follow(page, "1.1.1")
    page = browser.send(page.form("/ajukan"))
    assert "Menunggu koordinator" in page.words
    assert as_stored(scene, plan_id).state == "submitted"
    refused = browser.send(old.form(old.path), name="Lain")
    assert refused.status == 409
    assert "berstatus diajukan" in " ".join(refused.errors)
    page = browser.send(browser.open(f"{LIST}/{plan_id}").form("/tarik"))
    assert page.has_form("/ajukan")


def test_the_template_holds_lists_and_what_the_plan_says(scene: Scene) -> None:
    plan_id = a_plan(scene)
    answer = scene.desk().client.get(f"{LIST}/{plan_id}/templat")
    book = read_book(BytesIO(answer.data).read())
    sheet, lists, guide = book.sheets
    assert (sheet.name, lists.hidden, guide.name) == ("Rencana Aksi", True, "Petunjuk")
    assert sheet.rows[1][0] == "Kode"
    assert sheet.rows[4][3] == "Kegiatan kelembagaan"
    assert b"dataValidation" not in answer.data  # it is packed
    assert "Penataan tata laksana" in lists.rows[3].values()


def test_readers_read_and_change_nothing(scene: Scene) -> None:
    plan_id = a_plan(scene)
    viewer = scene.desk(scene.person("viewer"))
    page = viewer.open(f"{LIST}/{plan_id}")
    assert "Kegiatan pemasaran" in page.words
    assert not page.has_form("/ajukan")
    viewer.strict = False
    assert viewer.open(f"{LIST}/{plan_id}/baris/baru").status == 403
    assert viewer.open(f"{LIST}/baru").status == 403
