"""/kelola/penyaluran: rules that send a new report to its unit at once, tried before they hold."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from bench.counting import statements
from sp4n import clock
from sp4n.audit.models import AuditEntry
from sp4n.cases import rerouting
from sp4n.cases.models import CaseEvent
from sp4n.configuration.operations import publish_draft
from sp4n.configuration.queries import draft
from sp4n.errors import NotPossible
from tests.desk.test_topics import HISTORY, PUBLISH, again, change, publish, topic
from tests.factories import make_agency
from tests.page_rules import words_in
from tests.pages import Browser, Page
from tests.scenes import Scene

pytestmark = pytest.mark.usefixtures("that_monday")
HOME = "/kelola/penyaluran/"
TRIAL = f"{HOME}uji"


def add(browser: Browser, name: str, unit: int, **typed: Any) -> Page:
    return change(browser, f"{HOME}baru", name=name, unit_id=unit, **typed)


def went(scene: Scene, **over: Any) -> int | None:
    return scene.case(scene.filed(**over)).unit_id


def test_the_first_rule_that_fits_sends_a_report_to_its_unit_and_the_history_says_which(
    scene: Scene, admin: Browser
) -> None:
    lamps, roads, front = scene.unit("Lampu"), scene.unit("Jalan"), scene.unit("Loket")
    add(admin, "Penerangan", lamps, words="lampu jalan\ntiang LISTRIK")
    add(admin, "Jalan", roads, topics=["pekerjaan-umum"])
    add(admin, "Kuta", roads, places="Kuta", classes=["aspirasi"])
    change(admin, HOME, unit_id=front)
    words = admin.open(PUBLISH).words
    assert "Judul atau isi memuat: “lampu jalan” atau “tiang LISTRIK”; ke Lampu" in words
    assert scene.unit_name(front) in words[words.index("Selain itu") :]
    publish(scene, admin)
    other = {"title": "Antrean panjang", "description": "Antre tiga jam.", "location": "Ubud"}
    assert went(scene) == lamps
    assert went(scene, **{**other, "title": "LAMPU  Jalan, mati"}) == lamps
    assert went(scene, **{**other, "title": "Lampu jalanan"}) == front
    assert went(scene, **other, category_id=topic(scene)) == roads
    kuta = {**other, "location": "Jl. Raya KUTA 5"}
    assert went(scene, **kuta) == front
    assert went(scene, **kuta, classification="aspirasi") == roads
    filing = scene.filed()
    with scene.inside() as session:
        sent = sa.select(CaseEvent.data).where(
            CaseEvent.case_id == filing.case_id, CaseEvent.kind == "assigned"
        )
        assert session.scalars(sent).one() == {"by": "rule", "name": "Penerangan", "rule": 1}
    assert "menurut aturan “Penerangan”" in admin.open(f"/desk/laporan/{filing.reference}").words


def test_rules_come_before_the_unit_of_a_topic_and_that_before_all_others(
    scene: Scene, admin: Browser
) -> None:
    by_rule, by_topic, rest = scene.unit("Aturan"), scene.unit("Topik"), scene.unit("Sisa")
    change(admin, "/kelola/topik/jalan-rusak", unit_id=by_topic)
    add(admin, "Lampu", by_rule, words="lampu")
    change(admin, HOME, unit_id=rest)
    publish(scene, admin)
    assert went(scene, category_id=topic(scene)) == by_rule
    dark = {"title": "Gelap", "description": "Gelap sekali di sini."}
    assert went(scene, **dark, category_id=topic(scene)) == by_topic
    assert went(scene, **dark) == rest


def test_filing_asks_the_database_nothing_more_for_the_rules(scene: Scene, admin: Browser) -> None:
    scene.filed()
    with statements() as before:
        scene.filed()
    add(admin, "Lampu", scene.unit(), words="lampu")
    publish(scene, admin)
    scene.filed()
    with statements() as after:
        assert went(scene)
    assert len(after) - 2 <= len(before)  # but for looking at the case


def test_a_rule_can_make_a_report_confidential_and_never_the_other_way(
    scene: Scene, admin: Browser
) -> None:
    unit = scene.unit()
    add(admin, "Pungli", unit, words="pungli", confidential=True)
    publish(scene, admin)
    filing = scene.filed(title="Pungli di loket")
    assert scene.case(filing).confidential
    assert scene.case(scene.filed(confidential=True)).confidential
    assert scene.desk(scene.person("head")).open(f"/desk/laporan/{filing.reference}").status == 404
    assert scene.desk(scene.person("liaison", units=[unit])).open("/desk/").words.count("Pungli di")


def test_order_is_changed_by_a_press_and_a_rule_that_is_never_reached_says_why(
    scene: Scene, admin: Browser
) -> None:
    unit = scene.unit()
    add(admin, "Lampu", unit, words="lampu")
    add(admin, "Lampu jalan", unit, words="lampu jalan")
    page = admin.open(HOME)
    assert "semua laporannya sudah diambil “Lampu”" in page.words
    page = admin.send(page.form("2/pindah"), ("naik", "1"))
    assert "Tidak akan pernah" not in page.words
    assert page.words.index("1. Lampu jalan") < page.words.index("2. Lampu")


def test_rules_that_together_take_all_and_topics_that_are_closed_are_seen_through(
    scene: Scene, admin: Browser
) -> None:
    unit = scene.unit()
    add(admin, "Aduan", unit, classes=["pengaduan"])
    add(
        admin, "Lainnya", unit, classes=["aspirasi", "permintaan_informasi", "permohonan_informasi"]
    )
    add(admin, "Jalan", unit, topics=["jalan-rusak"])
    words = admin.open(HOME).words
    assert "sudah diambil “Aduan”, “Lainnya”" in words
    admin.send(admin.open(f"{HOME}1").form("1/hapus"))
    assert "Tidak akan pernah" not in admin.open(HOME).words
    change(admin, "/kelola/topik/jalan-rusak", open=False)
    assert "jenis laporan atau topiknya tidak ditawarkan" in admin.open(HOME).words


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"name": ""}, "Isi nama aturan"),
        ({"words": ""}, "paling sedikit satu syarat"),
        ({"words": "?!\nlampu"}, "tidak berisi huruf atau angka"),
        ({"words": "x" * 61}, "paling panjang 60 huruf"),
        ({"words": "\n".join(f"kata {n}" for n in range(31))}, "Paling banyak 30"),
        ({"unit_id": ""}, "Pilih unit yang menerimanya"),
    ],
)
def test_what_is_wrong_is_refused_in_words_and_kept(
    scene: Scene, admin: Browser, typed: dict[str, str], words: str
) -> None:
    sent = {"name": "Lampu", "words": "lampu", "unit_id": str(scene.unit()), **typed}
    page = change(admin, f"{HOME}baru", **sent)
    assert page.status == 422
    assert any(words in error for error in page.errors), page.errors
    values = page.form("baru").values
    assert {name: values[name].replace("\r\n", "\n") for name in sent} == sent
    assert "Belum ada aturan" in admin.open(HOME).words


def test_a_trial_says_how_many_would_go_where_and_changes_nothing(
    scene: Scene, admin: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    lamps, roads = scene.unit("Lampu"), scene.unit("Jalan")
    long_ago = clock.now() - timedelta(days=31)
    scene.filed(long_ago, title="Lampu lama padam")
    assert "Belum ada laporan untuk diuji" in admin.open(TRIAL).words
    there = scene.verify(scene.filed(), unit_id=lamps)
    moved = scene.verify(scene.filed(), unit_id=roads)
    waiting = scene.filed(title="Antrean panjang", description="Antre tiga jam di loket.")
    add(admin, "Penerangan", lamps, words="lampu")
    page = add(admin, "Sia-sia", roads, words="dinosaurus")
    assert "Tidak satu pun dari 3 laporan terbaru cocok" in page.text
    assert admin.open(PUBLISH).link("Uji pada laporan 30 hari terakhir").endswith("/penyaluran/uji")
    page = admin.open(TRIAL)
    assert "Diuji pada semua 3 laporan" in page.words
    assert "Satu di antaranya akan masuk ke unit lain" in page.words
    assert f"1. Penerangan {scene.unit_name(lamps)} 2 1" in page.words
    assert f"2. Sia-sia Tidak ada yang cocok {scene.unit_name(roads)} 0 0 –" in page.words
    assert "Selain itu Menunggu diteruskan 1 0" in page.words
    rows = page.words[page.words.index("Penerangan") :]
    assert rows.index(moved.reference) < rows.index(there.reference) < rows.index(waiting.reference)
    monkeypatch.setattr(rerouting, "MOST_LOOKED_AT", 2)
    assert "2 laporan terbaru dari 3" in admin.open(TRIAL).words
    assert scene.case(moved).unit_id == roads
    assert scene.case(waiting).unit_id is None


def test_a_trial_names_no_case_to_who_may_not_see_it(scene: Scene) -> None:
    secret = scene.filed(confidential=True)
    for who, sees in ((scene.admin, True), (scene.person("head"), False)):
        with scene.inside() as session:
            tried = rerouting.dry_run(session, agency=scene.agency, actor=who)
        assert tried.nowhere.cases == 1
        assert (secret.reference in tried.nowhere.samples) is sees


def test_a_draft_that_sends_reports_to_a_unit_that_is_gone_is_not_published(
    scene: Scene, admin: Browser
) -> None:
    unit = scene.unit("Dinas Lampu")
    add(admin, "Penerangan", unit, words="lampu")
    with scene.inside() as session:
        session.execute(sa.text("UPDATE unit SET active = false WHERE id = :id"), {"id": unit})
        version = draft(session)
        assert version is not None
        with pytest.raises(NotPossible, match="aturan “Penerangan”"):
            publish_draft(session, edits=version.edits, reason="x", actor=scene.admin)
    assert "Unit ini sudah tidak ada" in admin.open(HOME).words
    page = change(admin, PUBLISH, reason="Coba")
    assert page.status == 409
    assert any("aturan “Penerangan”" in error for error in page.errors)
    page = admin.open(f"{HOME}1")
    assert f"{scene.unit_name(unit)} (tidak aktif lagi)" in page.text


def test_an_undo_that_names_a_unit_that_is_gone_says_so_and_restores_the_rest(
    scene: Scene, admin: Browser
) -> None:
    lamps, roads = scene.unit("Dinas Lampu"), scene.unit("Dinas Jalan")
    add(admin, "Penerangan", lamps, words="lampu")
    add(admin, "Jalan", roads, words="jalan")
    publish(scene, admin)
    for number in ("1", "2"):
        admin.send(admin.open(f"{HOME}{number}").form(f"{number}/hapus"))
    publish(scene, admin)
    admin.send(admin.open(f"/kelola/unit/{lamps}/hapus").form("hapus"))
    page = admin.open(f"{HISTORY}/1")
    assert "tidak lagi mengirim laporan ke unit mana pun: aturan “Penerangan”" in page.words
    admin.send(page.form("riwayat/1"), reason="Lebih baik dahulu")
    again(scene)
    assert went(scene) == roads
    assert "Penerangan" not in admin.open(HOME).words


def test_an_undo_that_would_end_a_rules_confidence_is_refused(scene: Scene, admin: Browser) -> None:
    unit, roads = scene.unit("Dinas Rahasia"), scene.unit("Dinas Jalan")
    add(admin, "Pungli", unit, words="pungli", confidential=True)
    publish(scene, admin)
    change(admin, f"{HOME}1", unit_id=roads)
    publish(scene, admin)
    with scene.inside() as session:
        session.execute(sa.text("UPDATE unit SET active = false WHERE id = :id"), {"id": unit})
    page = admin.open(f"{HISTORY}/1")
    assert "tidak dapat dipulihkan selama aturan rahasia menuju unit itu: Pungli" in page.words
    assert "tetap dapat dipulihkan" not in page.words
    page = admin.send(page.form("riwayat/1"), reason="Lebih baik dahulu")
    assert page.status == 409
    assert any("aturan rahasia “Pungli”" in error for error in page.errors), page.errors
    again(scene)
    case = scene.case(scene.filed(title="Pungli di loket"))
    assert (case.unit_id, case.confidential) == (roads, True)


def test_the_trail_does_not_tell_a_head_what_a_confidential_rule_caught(
    scene: Scene, admin: Browser
) -> None:
    add(admin, "Pungli", scene.unit(), words="pungli", confidential=True)
    publish(scene, admin)
    filing = scene.filed(title="Pungli di loket")
    with scene.inside() as session:
        of_case = sa.select(AuditEntry).where(AuditEntry.object_id == filing.case_id)
        filed = session.scalars(of_case.where(AuditEntry.act == "case.filed")).one()
        assert filed.data == {"by": "rule", "rule": 1}
    head = scene.desk(scene.person("head"))
    for words in ("Pungli", "confidential", '"rule": 1'):
        trail = head.open("/kelola/jejak/")
        page = head.send(trail.form("jejak/"), kata=words)
        rows = [words_in(row) for row in page.tree.iter("tr")]
        assert not [row for row in rows if "Mengirim laporan" in row], words
    assert "aturan “Pungli”" in admin.open(f"/desk/laporan/{filing.reference}").words


def test_two_who_draft_at_once_do_not_overwrite_each_other(scene: Scene, admin: Browser) -> None:
    unit = scene.unit()
    mine = admin.open(f"{HOME}baru").form("baru")
    add(scene.desk(scene.person("admin", "Made Rekan")), "Rekan", unit, words="lampu")
    page = admin.send(mine, name="Saya", unit_id=unit, words="jalan")
    assert page.status == 409
    admin.send(page.form("baru"))
    words = admin.open(HOME).words
    assert "1. Rekan" in words
    assert "2. Saya" in words


@pytest.mark.parametrize("role", ["liaison", "head", "viewer"])
def test_only_an_admin_may(scene: Scene, admin: Browser, role: str) -> None:
    add(admin, "Lampu", scene.unit(), words="lampu")
    other = scene.desk(scene.person(role))
    paths = (HOME, TRIAL, f"{HOME}baru", f"{HOME}1")
    assert {other.open(path).status for path in paths} == {403}


def test_another_agencys_rules_and_units_are_another_world(
    scene: Scene, app: Flask, admin: Browser
) -> None:
    other = Scene(app, make_agency(app))
    unit = other.unit()
    add(other.desk(), "Lampu", unit, words="lampu")
    publish(other, other.desk())
    assert admin.open(f"{HOME}1").status == 404
    assert went(scene) is None
    form = admin.open(f"{HOME}baru").form("baru")
    typed = {**form.values, "name": "Curi", "words": "lampu", "unit_id": str(unit)}
    assert admin.send_filled(form, typed).status == 422
