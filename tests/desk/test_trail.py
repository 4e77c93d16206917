"""/kelola/jejak: who did what, found by person, act, case, words and period, and taken along."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from sp4n import clock
from sp4n.audit import queries
from sp4n.audit.actors import Actor
from sp4n.audit.models import AuditEntry
from sp4n.audit.operations import record
from sp4n.desk import trail_admin
from sp4n.national.entries import enter_agency
from sp4n.tenants.resolver import AgencyFacts
from tests.page_rules import words_in
from tests.pages import Browser, Page
from tests.scenes import Scene

TRAIL = "/kelola/jejak/"
REASON = "Menelusuri keluhan warga yang belum dijawab."


def search(browser: Browser, **typed: str) -> Page:
    return browser.send(browser.open(TRAIL).form("jejak/"), **typed)


def told(page: Page) -> str:
    """What its rows say."""
    return " ".join(words_in(row) for row in page.tree.iter("tr"))


def taken(browser: Browser, page: Page) -> list[list[str]]:
    """The file, without its head."""
    answer = browser.client.post(f"{TRAIL}unduh", data=page.form("unduh").values)
    assert answer.status_code == 200
    assert answer.mimetype == "text/csv"
    text = answer.get_data().decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text)))[1:]


def test_an_entry_reads_as_a_sentence_in_both_languages(scene: Scene) -> None:
    unit = scene.unit("Dinas Kesehatan")
    filing = scene.assign(scene.verify(scene.filed()), unit)
    browser = scene.desk()
    page = browser.open(TRAIL)
    assert f"Meneruskan laporan {filing.reference} ke Dinas Kesehatan" in page.words
    assert f"Memverifikasi laporan {filing.reference}" in page.words
    english = browser.open(f"{TRAIL}?lang=en")
    assert f"Passed report {filing.reference} on to Dinas Kesehatan" in english.words


def test_what_was_typed_finds_its_entries_and_no_others(scene: Scene) -> None:
    filing, other = scene.verify(scene.filed()), scene.filed()
    scene.archive(other, message="Ini iklan.", reason="spam")
    browser = scene.desk()
    for typed in (
        {"kata": "memverifikasi"},
        {"tindakan": "case.verified"},
        {"laporan": filing.reference.lower(), "pelaku": "staff"},
        {"orang": "luh admin", "tindakan": "case.verified"},
    ):
        page = search(browser, **typed)
        assert "Memverifikasi laporan" in told(page), typed
        assert "Mengarsipkan laporan" not in told(page), typed
    assert "Alasan: Bukan laporan" in told(search(browser, kata="spam"))
    assert "Tidak ada yang cocok" in search(browser, orang="tidak ada orangnya").words


def test_a_period_is_of_the_agencys_own_days(scene: Scene) -> None:
    late = datetime(2026, 11, 20, 17, 30, tzinfo=UTC)  # 01.30 WITA on the 21st
    with clock.frozen(late), scene.inside() as session:
        record(session, actor=scene.admin, act="unit.add", object_kind="unit", data={"name": "UPT"})
    browser = scene.desk()
    assert "UPT" in search(browser, dari="2026-11-21", sampai="2026-11-21").words
    assert "UPT" not in search(browser, dari="2026-11-20", sampai="2026-11-20").words


def test_wrong_input_stays_and_is_explained(scene: Scene) -> None:
    browser = scene.desk()
    page = search(browser, laporan="12345", dari="2026-11-21", sampai="2026-11-20")
    assert page.status == 422
    assert page.form("jejak/").values["laporan"] == "12345"
    assert any("tidak lengkap" in error for error in page.errors)
    assert any("lebih awal" in error for error in page.errors)
    for odd in ("tindakan=x", "pelaku=x", "dari=9999-99-99", "sampai=9999-12-31", "sebelum=x"):
        assert browser.open(f"{TRAIL}?{odd}").status in (200, 422), odd


def test_acts_of_the_national_level_are_marked(scene: Scene) -> None:
    operator = Actor("coordinator", 7, "Ayu Nasional", "coordinator")
    with scene.inside() as session:
        enter_agency(session, actor=operator, reason=REASON)
    browser = scene.desk()
    for page in (browser.open(TRAIL), search(browser, pelaku="coordinator", orang="ayu")):
        row = next(words_in(row) for row in page.tree.iter("tr") if REASON in words_in(row))
        assert "Tingkat nasional" in row


def test_a_head_finds_nothing_by_the_number_of_a_confidential_case(scene: Scene) -> None:
    filing = scene.filed(confidential=True)
    head = scene.desk(scene.person("head"))
    page = search(head, laporan=filing.reference)
    assert "Tidak ada yang cocok" in page.words
    assert filing.reference not in head.open(TRAIL).words
    assert filing.reference in search(scene.desk(), laporan=filing.reference).words


def test_pages_by_key_hold_every_entry_once(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trail_admin, "ON_A_PAGE", 3)
    monkeypatch.setattr(queries, "LOOKED_THROUGH", 5)
    with clock.frozen(datetime(2026, 11, 20, tzinfo=UTC)), scene.inside() as session:
        for number in range(20):
            words = "berkas" if number % 7 == 0 else "lain"
            data = {"name": f"{words} {number:02d}"}
            record(session, actor=scene.admin, act="unit.add", object_kind="unit", data=data)
    browser = scene.desk()
    for typed, wanted in (({}, 20), ({"kata": "berkas"}, 3)):
        page, seen = search(browser, dari="2026-11-20", sampai="2026-11-20", **typed), []
        for _page in range(20):
            rows = [words_in(row) for row in page.tree.iter("tr")]
            seen += [row for row in rows if "Menambah unit" in row]
            following = [link for link in page.links if "sebelum=" in link and "lang=" not in link]
            if not following:
                break
            page = browser.open(following[0])
        assert len(seen) == len(set(seen)) == wanted


def test_the_file_has_what_was_found_and_no_formula(scene: Scene) -> None:
    filing = scene.verify(scene.filed())
    evil = ["=1+1", "@SUM(A1)", "+1", "-1", "\t=1", "＝1", " =1"]
    with scene.inside() as session:
        for name in evil:
            actor = Actor("staff", scene.admin.id, name)
            record(session, actor=actor, act="unit.add", object_kind="unit", data={"name": name})
    browser = scene.desk()
    rows = taken(browser, search(browser, tindakan="unit.add"))
    marked = {f"'{name}" for name in evil if name != "\t=1"} | {"'\t'=1"}
    assert {row[1] for row in rows} == marked
    (row,) = taken(browser, search(browser, tindakan="case.verified"))
    assert row[1:6] == [
        "Ni Luh Admin",
        "Petugas",
        "Memverifikasi laporan",
        f"Memverifikasi laporan {filing.reference}",
        filing.reference,
    ]
    assert "Mengunduh jejak audit sebagai CSV" in browser.open(TRAIL).words


def test_a_long_file_is_read_in_pieces_and_says_where_it_ends(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trail_admin, "AT_ONCE", 7)
    with scene.inside() as session:
        for number in range(30):
            record(session, actor=scene.admin, act="unit.add", data={"name": f"{number}"})
    browser = scene.desk()
    page = search(browser, tindakan="unit.add")
    assert len(taken(browser, page)) == 30
    monkeypatch.setattr(trail_admin, "MOST_ROWS", 14)
    rows = taken(browser, page)
    assert len(rows) == 15
    assert "baris terbaru" in rows[-1][0]


def test_another_agencys_entries_are_in_no_file(scene: Scene, other_agency: AgencyFacts) -> None:
    other = Scene(scene.app, other_agency)
    with other.inside() as session:
        record(session, actor=other.admin, act="unit.add", data={"name": "rahasia tetangga"})
    scene.filed()
    browser = scene.desk()
    page = search(browser, kata="tetangga")
    assert "Tidak ada yang cocok" in page.words
    everything = "\n".join(",".join(row) for row in taken(browser, browser.open(TRAIL)))
    assert "tetangga" not in everything


def test_no_act_is_without_words(scene: Scene) -> None:
    filing = scene.answer(scene.verify(scene.filed()), final=True)
    scene.archive(scene.filed())
    scene.note(filing, "catatan")
    with scene.inside() as session:
        acts = set(session.scalars(sa.select(AuditEntry.act)))
    shown = told(search(scene.desk()))
    assert len(acts) >= 5
    assert not [act for act in acts if act in shown]
