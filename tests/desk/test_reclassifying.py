"""What a case is, put right after its verification: its limits, circle and unit follow from that,
and its reporter reads why."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from sp4n import clock
from sp4n.cases.models import PUBLIC_INFORMATION, CaseEvent
from sp4n.cases.operations import FiledCase, accept_answer
from sp4n.figures.operations import correct
from sp4n.figures.queries import state_counts
from sp4n.jobs.models import Outbox
from sp4n.organisation.models import Unit
from tests.desk.test_holding import tracked
from tests.pages import Browser, Page
from tests.scenes import Scene

pytestmark = pytest.mark.usefixtures("that_monday")
WHY = "Yang diminta adalah keterangan, bukan perbaikan."
TUESDAY = datetime(2026, 12, 1, 2, tzinfo=UTC)


def corrected(browser: Browser, filing: FiledCase, **typed: object) -> Page:
    page = browser.open(f"/desk/laporan/{filing.reference}")
    page = browser.follow(page, "Koreksi jenis atau topik")
    return browser.send(page.form("/klasifikasi"), **{"reason": WHY, **typed})


def due(scene: Scene, filing: FiledCase) -> str:
    at = scene.case(filing).complete_due_at
    return at.astimezone(scene.agency.zone).date().isoformat() if at else ""


def marked(scene: Scene, kind: str) -> int:
    unit = scene.unit()
    with scene.inside() as session:
        session.execute(sa.update(Unit).where(Unit.id == unit).values(kind=kind))
    return unit


def test_another_kind_has_its_own_limits_and_no_time_is_won(scene: Scene) -> None:
    filing = scene.verify(scene.filed())
    assert due(scene, filing) == "2026-12-18"
    with clock.frozen(TUESDAY):
        page = corrected(scene.desk(), filing, classification="permintaan_informasi")
    assert "Koreksinya sudah dicatat." in page.words
    assert due(scene, filing) == "2026-12-07"  # five working days from the verification
    said = "Jenis: sebelumnya Pengaduan, sekarang Permintaan informasi."
    moved = "Sebelumnya 18 Desember 2026, sekarang 7 Desember 2026"
    for told in (page, tracked(scene, filing)[1]):
        assert said in told.words
        assert WHY in told.words
        assert moved in told.words
    public = scene.browser().open(f"/laporan/{filing.reference}")
    assert "Permintaan informasi" in public.words
    assert WHY not in public.words
    with scene.inside() as session:
        assert "notice.case_reclassified" in session.scalars(sa.select(Outbox.kind)).all()
    assert "Mengoreksi jenis atau topik laporan" in scene.desk().open("/kelola/jejak/").words


def test_what_turns_out_to_be_misconduct_leaves_the_public_and_its_unit(
    scene: Scene, admin: Browser
) -> None:
    unit = scene.unit()
    filing = scene.assign(scene.verify(scene.filed()), unit)
    inspectors = marked(scene, "inspektorat")
    path = f"/desk/laporan/{filing.reference}"
    theirs, mine = (scene.desk(scene.person("liaison", units=[n])) for n in (unit, inspectors))
    assert theirs.open(path).status == 200
    corrected(admin, filing, supervision="y")
    case = scene.case(filing)
    assert (case.unit_id, case.confidential, case.published) == (inspectors, True, False)
    assert due(scene, filing) > "2027-02"  # sixty working days
    readers = (theirs, scene.desk(scene.person("head")), mine)
    assert [one.open(path).status for one in readers] == [404, 404, 200]
    assert scene.browser().open(f"/laporan/{filing.reference}").status == 404
    corrected(admin, filing, supervision="", reason="Ternyata bukan.")
    case = scene.case(filing)
    assert (case.supervision, case.confidential) == (False, True)  # nobody knows who wished it


def test_a_request_for_public_information_goes_to_the_ppid(scene: Scene) -> None:
    filing = scene.filed()
    ppid = marked(scene, "ppid")
    with clock.frozen(TUESDAY):
        scene.verify(filing)
        corrected(scene.desk(), filing, classification=PUBLIC_INFORMATION)
    assert scene.case(filing).unit_id == ppid
    assert due(scene, filing) == "2026-12-14"  # ten working days from its filing


def test_before_its_verification_a_kind_can_be_put_right_too(scene: Scene, admin: Browser) -> None:
    filing = scene.filed()
    before = scene.case(filing).verify_due_at
    corrected(admin, filing, classification="aspirasi")
    case = scene.case(filing)
    assert (case.state, case.classification, case.due_at) == ("unverified", "aspirasi", before)


def test_what_is_wrong_is_said_and_nothing_is_changed(scene: Scene, admin: Browser) -> None:
    filing = scene.verify(scene.filed())
    for typed, words in (
        ({"classification": "aspirasi", "reason": ""}, "Tulis mengapa dikoreksi."),
        ({}, "Belum ada yang diubah."),
        (
            {"classification": "aspirasi", "supervision": "y"},
            "Hanya pengaduan yang dapat berkadar pengawasan.",
        ),
    ):
        page = corrected(admin, filing, **typed)
        assert (page.status, page.errors) == (422, [words])
    assert scene.case(filing).classification == "pengaduan"
    liaison = scene.desk(scene.person("liaison", units=[scene.unit()]))
    assert liaison.open(f"/desk/laporan/{filing.reference}/klasifikasi").status == 403
    page = admin.open(f"/desk/laporan/{filing.reference}/klasifikasi")
    scene.answer(filing, final=True)
    with scene.inside() as session:
        accept_answer(session, case=scene.case(filing, session))
    page = admin.send(page.form("/klasifikasi"), classification="aspirasi", reason=WHY)
    assert page.status == 409
    assert "Laporan ini baru saja diubah oleh pelapor: Laporan selesai." in page.words
    assert "Koreksi jenis" not in admin.open(f"/desk/laporan/{filing.reference}").words


def test_its_reporter_is_told_nothing_of_its_weight(scene: Scene, admin: Browser) -> None:
    filing = scene.verify(scene.filed())
    page = corrected(admin, filing, supervision="y", reason="Yang diadukan bendahara kami.")
    assert "Ditandai berkadar pengawasan: rahasia, dan tidak diumumkan." in page.words
    assert "bendahara" in page.words
    told = tracked(scene, filing)[1]
    assert "Batas waktu dihitung ulang" in told.words
    for word in ("pengawasan", "bendahara"):
        assert word not in told.words
    with scene.inside() as session:
        owed = session.scalars(sa.select(Outbox.kind)).all()
    assert "notice.case_reclassified" not in owed


def test_figures_stay_those_of_its_state(scene: Scene, admin: Browser) -> None:
    filing = scene.answer(scene.verify(scene.filed()))
    corrected(admin, filing, supervision="y")
    with scene.inside() as session:
        assert correct(session) == 0
        open_to_all = state_counts(session, scene.agency.id, confidential=False).by_state
        of_all = state_counts(session, scene.agency.id, confidential=True).by_state
    assert (open_to_all["in_progress"], of_all["in_progress"]) == (0, 1)


@pytest.mark.parametrize("state", ["on_hold", "awaiting_reply"])
def test_while_its_reporter_is_waited_for_it_can_be_put_right_too(
    scene: Scene, admin: Browser, state: str
) -> None:
    filing = scene.verify(scene.filed())
    if state == "on_hold":
        scene.hold(filing)
    else:
        scene.answer(filing, final=True)
    before = scene.case(filing)
    corrected(admin, filing, classification="permintaan_informasi")
    case = scene.case(filing)
    assert (case.state, case.classification) == (state, "permintaan_informasi")
    assert (case.due_at, case.reply_due_at) == (before.due_at, before.reply_due_at)
    assert case.complete_due_at < before.complete_due_at


def test_a_topic_is_named_in_the_language_of_who_reads(scene: Scene, admin: Browser) -> None:
    filing = scene.verify(scene.filed())
    page = admin.open(f"/desk/laporan/{filing.reference}/klasifikasi")
    options = page.form("/klasifikasi").choices("category_id")
    topic = next(value for value in options if value)
    corrected(admin, filing, category_id=topic)
    words = tracked(scene, filing)[1].words
    assert "Topik: sebelumnya tanpa topik, sekarang" in words
    with scene.inside() as session:
        kinds = (CaseEvent.kind == "reclassified",)
        event = session.scalars(sa.select(CaseEvent).where(*kinds)).one()
        topic = event.data["after"]["topic"]
    assert topic["en"] != topic["id"]


def test_who_was_slower_reads_what_the_other_did(scene: Scene, admin: Browser) -> None:
    filing = scene.verify(scene.filed())
    page = admin.open(f"/desk/laporan/{filing.reference}/klasifikasi")
    scene.answer(filing)
    page = admin.send(page.form("/klasifikasi"), classification="aspirasi", reason=WHY)
    assert page.status == 409
    assert scene.case(filing).classification == "pengaduan"
    assert WHY in page.text  # nothing typed is lost
