"""What a case is, put right after its verification: its limits, circle and unit follow from that,
and its reporter reads why."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from sp4n import clock
from sp4n.cases.models import PUBLIC_INFORMATION, CaseEvent
from sp4n.cases.operations import FiledCase
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
    assert "Koreksinya sudah dicatat, dan pelapor diberi tahu." in page.words
    assert due(scene, filing) == "2026-12-07"  # five working days from the verification
    said = "Sebelumnya Pengaduan, sekarang Permintaan informasi."
    for told in (page, tracked(scene, filing)[1]):
        assert said in told.words
        assert WHY in told.words
    public = scene.browser().open(f"/laporan/{filing.reference}")
    assert "Permintaan informasi" in public.words
    assert WHY not in public.words
    with scene.inside() as session:
        assert "notice.case_reclassified" in session.scalars(sa.select(Outbox.kind)).all()
        event = session.scalars(sa.select(CaseEvent).order_by(CaseEvent.id.desc())).first()
        assert event
        assert event.data["due_before"]
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
    page = admin.send(page.form("/klasifikasi"), classification="aspirasi", reason=WHY)
    assert page.status == 409
    assert "Koreksi jenis" not in admin.open(f"/desk/laporan/{filing.reference}").words
