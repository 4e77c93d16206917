"""Spreadsheets that people send: what is seen, mended, imported; and what never is by half."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from sp4n.action_plans import uploads
from sp4n.action_plans.models import PlanItem
from sp4n.spreadsheets.reading import read_book
from tests.action_plans.making import LIST, a_plan, as_stored
from tests.pages import Browser, Page
from tests.scenes import Scene
from tests.spreadsheets.making import compound, csv, ods, raw_xlsx, xls, xlsx, xml_rows

OURS = ["Kode", "Tingkat", "Kode Induk", "Uraian", "Anggaran (Rp)", "Waktu", "Bagian Pedoman"]
CASCADE: list[list[Any]] = [
    ["1", "Sasaran", "", "Cepat dijawab", "", "", ""],
    ["1.1", "Program", "1", "Penguatan", "", "", ""],
    ["1.1.1", "Kegiatan", "1.1", "Pelatihan", "Rp 1.250.000,00", "TW I-II", "Penguatan SDM"],
]
THEIRS: list[list[Any]] = [
    ["RENCANA AKSI TAHUN 2026-2027"],
    [],
    ["No", "Sasaran", "Program", "Kegiatan", "Target", "", "PIC", "Pagu", "Jadwal"],
    ["", "", "", "", 2026, 2027, "", "", ""],
    ["(1)", "(2)", "(3)", "(4)", "(5)", "(6)", "(7)", "(8)", "(9)"],
    [1, "Cepat", "Penguatan", "Pelatihan", 10, 20, "Kominfo", "1,5 juta", "TW I"],
    [2, "", "", "Bimbingan", 5, 5, "Kominfo", "Rp 500.000", "TW II s.d. IV"],
    [3, "", "Pemasaran", "Siaran radio", 1, 2, "Humas", 750000, "Semester II"],
    ["", "Jumlah", "", "", "", "", "", 2750000, ""],
]


def ours(*rows: list[Any]) -> list[list[Any]]:
    return [OURS, *CASCADE, *rows]


def codes(scene: Scene, plan_id: int) -> list[str]:
    with scene.inside() as session:
        wanted = sa.select(PlanItem.code).where(PlanItem.plan_id == plan_id)
        return list(session.scalars(wanted.order_by(PlanItem.position)))


def send(browser: Browser, plan_id: int, content: bytes, name: str = "rencana.xlsx") -> Page:
    page = browser.open(f"{LIST}/{plan_id}/unggah")
    return browser.send(page.form("/unggah"), file=(name, content))


# What the file is; words that its page says; how many lines come of it.
CORPUS: dict[str, tuple[bytes, str, int]] = {
    "our template": (xlsx(ours()), "3 baris siap diimpor", 3),
    "old XLS": (xls(ours()), "3 baris siap diimpor", 3),
    "ODS": (ods(ours()), "3 baris siap diimpor", 3),
    "CSV of Windows": (csv(ours(), ";", "cp1252"), "3 baris siap diimpor", 3),
    "their own table": (
        xlsx(THEIRS, merges=["E3:F3", "B6:B8", "C6:C7"]),
        "6 baris siap diimpor",
        6,
    ),
    "columns moved": (xlsx([row[::-1] for row in ours()]), "3 baris siap diimpor", 3),
    "no parents, codes say them": (
        xlsx([[row[0], row[3]] for row in ours()]),
        "3 baris siap diimpor",
        3,
    ),
    "wrong sheet first": (
        xlsx(ours(), before={"Sampul": [["Rencana Aksi"], ["Kode", "x"]]}),
        "3 baris siap diimpor",
        3,
    ),
    "empty rows between": (xlsx([OURS, [], *CASCADE[:1], [], [], *CASCADE[1:]]), "3 baris siap", 3),
    "macros": (
        raw_xlsx(xml_rows(ours()), more={"xl/vbaProject.bin": b"x"}),
        "Makro tidak kami jalankan",
        3,
    ),
    "code twice": (xlsx(ours(CASCADE[2])), "A5 Kode 1.1.1 sudah dipakai", 0),
    "a circle": (
        xlsx(ours(["2", "Program", "3", "A"], ["3", "Program", "2", "B"])),
        "melingkar",
        0,
    ),
    "nothing above": (xlsx(ours(["2", "Kegiatan", "9.9", "A"])), "C5 Tidak ada baris berkode", 0),
    "wrong level": (xlsx(ours(["2", "Bab", "", "A"])), "B5 “Bab” bukan tingkat", 0),
    "no money": (xlsx(ours(["2", "Sasaran", "", "A", "mahal"])), "E5 “mahal” bukan jumlah", 0),
    "no quarter": (xlsx(ours(["2", "Sasaran", "", "A", "", "TW V"])), "F5 “TW V” bukan", 0),
    "no such section": (
        xlsx(ours(["2", "Sasaran", "", "A", "", "", "Pemasarann"])),
        "Maksud Anda “Pemasaran”?",
        0,
    ),
    "never calculated": (
        raw_xlsx(xml_rows(ours(["2", "Sasaran", "", "A", "<c><f>SUM(E4)</f></c>"]))),
        "E5 Rumus di sel ini belum pernah dihitung",
        0,
    ),
    "an error": (
        raw_xlsx(xml_rows(ours(["2", "Sasaran", "", '<c t="e"><f>A</f><v>#REF!</v></c>']))),
        "D5 Sel ini berisi galat #REF!",
        0,
    ),
    "too long": (xlsx(ours(["2", "Sasaran", "", "x" * 1001])), "D5 Terlalu panjang", 0),
    "no heading": (xlsx([["a", "b"], ["c", "d"]]), "Baris judul tabel tidak ditemukan", -1),
    "only a heading": (xlsx([OURS]), "Tidak ada baris di bawah baris judul", 0),
    "a password": (compound("EncryptedPackage", b"x" * 5000), "dilindungi kata sandi", -1),
    "no spreadsheet": (b"%PDF-1.7", "bukan lembar kerja", -1),
}


@pytest.fixture(scope="module")
def shared(app: Any) -> tuple[Scene, int]:
    """One plan for the whole corpus: each file is looked at, none is imported."""
    from tests.factories import make_agency

    scene = Scene(app, make_agency(app))
    return scene, a_plan(scene, [])


@pytest.mark.parametrize("name", CORPUS)
def test_each_file_comes_to_what_it_should(shared: tuple[Scene, int], name: str) -> None:
    (scene, plan_id), (content, words, lines) = shared, CORPUS[name]
    browser = scene.desk()
    page = send(browser, plan_id, content, f"{name}.xlsx")
    assert words in page.words, page.words[:900]
    assert (page.status == 422) == (lines < 0)
    if lines >= 0:
        assert page.has_form("/impor") == (lines > 0)
        browser.send(page.form("/buang"))
    assert codes(scene, plan_id) == []


def test_their_own_table_is_imported_as_a_cascade(scene: Scene) -> None:
    plan_id, browser = a_plan(scene, []), scene.desk()
    page = send(browser, plan_id, xlsx(THEIRS, merges=["E3:F3", "B6:B8", "C6:C7"]))
    page = browser.send(page.form("/impor"))
    assert "6 baris diimpor" in page.words
    assert codes(scene, plan_id) == ["1", "1.1", "1.1.1", "1.1.2", "1.2", "1.2.1"]
    assert "Rp 1.500.000" in page.words
    assert "TW II, TW III, TW IV" in page.words
    assert "2026: 10, 2027: 20" in page.words


def test_cells_are_mended_on_the_page_and_nothing_typed_is_lost(scene: Scene) -> None:
    plan_id, browser = a_plan(scene), scene.desk()
    before = codes(scene, plan_id)
    bad = ours(["2", "Sasaran", "", "Dua", "mahal", "TW V"])
    page = send(browser, plan_id, xlsx(bad))
    assert page.status == 200
    form = page.form("/perbaiki")
    assert form.values["sel-5-4"] == "mahal"
    page = browser.send(form, **{"sel-5-4": "Rp 5 juta", "sel-5-5": "TW IX"})
    assert "TW IX" in page.form("/perbaiki").values["sel-5-5"]
    assert "sel-5-4" not in page.form("/perbaiki").values
    refused = browser.client.post(page.url + "/impor", data=csrf(page))
    assert refused.status_code == 409
    assert codes(scene, plan_id) == before
    page = browser.send(page.form("/perbaiki"), **{"sel-5-5": "TW I"})
    assert "9 baris yang ada sekarang diganti" in page.words
    once = page.form("/impor")
    assert "4 baris diimpor" in browser.send(once).words
    assert "4 baris diimpor" in browser.send(once).words
    assert codes(scene, plan_id) == ["1", "1.1", "1.1.1", "2"]
    assert "Sudah diimpor" in browser.open(page.url).words


def csrf(page: Page) -> dict[str, str]:
    return {"csrf_token": page.form("/buang").values["csrf_token"]}


def test_columns_can_be_named_by_hand(scene: Scene) -> None:
    plan_id, browser = a_plan(scene, []), scene.desk()
    rows = [["Kode", "Uraian", "Siapa"], ["1", "Cepat", "Kominfo"]]
    page = send(browser, plan_id, xlsx(rows))
    form = page.form("/kolom")
    assert form.values["kolom-2"] == ""
    refused = browser.send(form, **{"kolom-2": "name"})
    assert refused.status == 409 or refused.status == 422
    assert "Dua kolom diberi arti yang sama" in refused.words
    page = browser.send(form, **{"kolom-2": "responsible"})
    assert "Kominfo" in page.words
    browser.send(page.form("/impor"))
    with scene.inside() as session:
        assert session.scalars(sa.select(PlanItem.responsible)).all() == ["Kominfo"]


def test_the_workbook_with_remarks_has_them_at_the_cells(scene: Scene) -> None:
    plan_id, browser = a_plan(scene, []), scene.desk()
    page = send(browser, plan_id, xlsx(ours(["2", "Sasaran", "", "=HYPERLINK(A1)", "mahal"])))
    answer = browser.client.get(page.url + "/catatan")
    sheet = read_book(answer.data).sheets[0]
    assert sheet.rows[5][3] == "'=HYPERLINK(A1)"
    import io
    import zipfile

    with zipfile.ZipFile(io.BytesIO(answer.data)) as package:
        comments = package.read("xl/comments1.xml").decode()
    assert 'ref="E5"' in comments
    assert "bukan jumlah uang" in comments


def test_killed_in_the_middle_nothing_is_half_imported(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan_id, browser = a_plan(scene), scene.desk()
    before = codes(scene, plan_id)
    page = send(browser, plan_id, xlsx(ours()))

    def killed(*_about: Any, **_more: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(uploads, "record", killed)
    with pytest.raises(KeyboardInterrupt):
        browser.send(page.form("/impor"))
    monkeypatch.undo()
    assert codes(scene, plan_id) == before
    assert "3 baris diimpor" in browser.send(browser.open(page.url).form("/impor")).words


def test_a_plan_under_review_takes_no_upload(scene: Scene) -> None:
    plan_id, browser = a_plan(scene), scene.desk()
    waiting = send(browser, plan_id, xlsx(ours()))
    browser.send(browser.open(f"{LIST}/{plan_id}").form("/ajukan"))
    page = browser.open(f"{LIST}/{plan_id}/unggah")
    assert "sedang diperiksa" in page.words
    refused = browser.send(waiting.form("/impor"))
    assert refused.status == 409
    assert as_stored(scene, plan_id).state == "submitted"
    assert len(codes(scene, plan_id)) == 9


def test_what_waits_too_long_is_gone(scene: Scene) -> None:
    plan_id, browser = a_plan(scene), scene.desk()
    page = send(browser, plan_id, xlsx(ours()))
    with scene.inside() as session:
        session.execute(sa.update(uploads.PlanUpload).values(expires_at=sa.func.now()))
    browser.strict = False
    assert browser.open(page.url).status == 404
    with scene.inside() as session:
        uploads.purge_uploads(session)
        assert session.scalar(sa.select(sa.func.count()).select_from(uploads.PlanUpload)) == 0
