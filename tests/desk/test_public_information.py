"""A request under the law on public information: to the PPID, 10 working days from its filing, and
7 more once, for a reason that its author reads."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from flask import Flask

from sp4n import clock
from sp4n.cases.models import PUBLIC_INFORMATION, CaseEvent
from sp4n.cases.operations import FiledCase, extend_case
from sp4n.errors import NotPossible
from sp4n.jobs.models import Outbox
from sp4n.organisation.models import Unit
from sp4n.tenants.resolver import AgencyFacts
from tests.desk.test_holding import tracked
from tests.desk.test_recount import day_off, publish, work
from tests.pages import Browser
from tests.scenes import Scene

pytestmark = pytest.mark.usefixtures("that_monday")
WHY = "Dokumennya ada di tiga unit dan masih dikumpulkan."


def dec(day: int) -> datetime:
    return datetime(2026, 12, day, 2, tzinfo=UTC)


def ppid(scene: Scene) -> int:
    unit = scene.unit("PPID Utama")
    with scene.inside() as session:
        session.execute(sa.update(Unit).where(Unit.id == unit).values(kind="ppid"))
    return unit


def requested(scene: Scene) -> FiledCase:
    return scene.filed(classification=PUBLIC_INFORMATION, title="Salinan anggaran jalan 2025")


def due(scene: Scene, filing: FiledCase) -> str:
    at = scene.case(filing).complete_due_at
    return at.date().isoformat() if at else ""


def test_it_goes_to_the_ppid_and_is_counted_from_its_filing(scene: Scene) -> None:
    waits = requested(scene)
    assert scene.case(waits).unit_id is None
    unit = ppid(scene)
    filing, other = requested(scene), scene.filed(classification="permintaan_informasi")
    assert scene.case(filing).unit_id == unit
    assert scene.case(other).unit_id is None
    with clock.frozen(dec(2)):
        scene.verify(filing)
    assert due(scene, filing) == "2026-12-14"
    page = scene.desk().open(f"/desk/laporan/{filing.reference}")
    assert "PPID menangani permohonan informasi publik" in page.words
    assert "Permohonan informasi publik" in page.words
    assert filing.reference in scene.desk().open(f"/desk/?jenis={PUBLIC_INFORMATION}").text
    page = scene.browser().open("/lapor")
    assert "dijawab PPID menurut UU 14/2008" in page.words


def test_it_is_put_off_once_and_its_author_reads_why(scene: Scene, admin: Browser) -> None:
    filing = scene.verify(requested(scene))
    liaison = scene.desk(scene.person("liaison", units=[ppid(scene)]))
    assert liaison.open(f"/desk/laporan/{filing.reference}").status == 404
    page = admin.open(f"/desk/laporan/{filing.reference}")
    page = admin.send(page.form("/perpanjang"), reason="")
    assert (page.status, page.errors) == (422, ["Tulis mengapa perlu waktu lebih lama."])
    page = admin.send(page.form("/perpanjang"), reason=WHY)
    assert "Sebelumnya paling lambat 14 Desember 2026, sekarang 23 Desember 2026." in page.words
    assert not page.has_form("/perpanjang")
    assert due(scene, filing) == "2026-12-23"
    _citizen, page = tracked(scene, filing)
    assert WHY in page.words
    with scene.inside() as session:
        kinds = session.scalars(sa.select(Outbox.kind)).all()
    assert kinds.count("notice.case_extended") == 1
    with scene.inside() as session, pytest.raises(NotPossible, match="sudah pernah"):
        case = scene.case(filing, session)
        extend_case(session, case=case, actor=scene.admin, reason=WHY)


def test_a_day_off_that_is_entered_later_keeps_the_days_that_were_added(
    scene: Scene, admin: Browser
) -> None:
    filing = scene.answer(scene.verify(requested(scene)))
    with scene.inside() as session:
        extend_case(session, case=scene.case(filing, session), actor=scene.admin, reason=WHY)
    assert scene.case(filing).due_at == scene.case(filing).complete_due_at
    day_off(admin, "2026-12-04")
    publish(scene, admin)
    work(scene)
    assert due(scene, filing) == "2026-12-28"  # the 24th and 25th are days off of all


def test_what_is_late_or_another_class_or_seen_by_others_is_not_put_off(
    app: Flask, scene: Scene, other_agency: AgencyFacts
) -> None:
    filing, ordinary = scene.verify(requested(scene)), scene.verify(scene.filed())
    late = scene.verify(requested(scene))
    address = f"/desk/laporan/{filing.reference}"
    assert not scene.desk().open(f"/desk/laporan/{ordinary.reference}").has_form("/perpanjang")
    viewer = scene.desk(scene.person("viewer"))
    assert not viewer.open(address).has_form("/perpanjang")
    assert Scene(app, other_agency).desk().open(address).status == 404
    with scene.inside() as session, pytest.raises(NotPossible, match="Hanya waktu permohonan"):
        case = scene.case(ordinary, session)
        extend_case(session, case=case, actor=scene.admin, reason=WHY)
    with clock.frozen(dec(15)):
        page = scene.desk().open(f"/desk/laporan/{late.reference}")
        assert not page.has_form("/perpanjang")
        with scene.inside() as session, pytest.raises(NotPossible, match="sudah lewat"):
            extend_case(session, case=scene.case(late, session), actor=scene.admin, reason=WHY)
    with scene.inside() as session:
        wanted = sa.select(sa.func.count()).where(CaseEvent.kind == "extended")
        assert session.scalar(wanted) == 0
