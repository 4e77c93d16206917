"""Late cases climb from who has them to the coordinators: once each, and no further than they are
late."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from sp4n import clock
from sp4n.cases.models import CaseEvent
from sp4n.cases.operations import FiledCase, escalate_batch, escalating
from sp4n.cases.operations import recall_case as recall
from sp4n.jobs import run
from sp4n.jobs.models import Outbox
from sp4n.tenants.resolver import AgencyFacts
from tests.cases.between import between
from tests.desk.test_holding import tracked
from tests.desk.test_recount import HOLIDAYS, LIMITS, PUBLISH, day_off, publish, stricter, work
from tests.factories import ClientFor, make_agency
from tests.pages import Browser
from tests.scenes import Scene, coordinator_browser

pytestmark = pytest.mark.usefixtures("that_monday")
LIST, CONSOLE = "/desk/?dieskalasi=1", "/nasional/eskalasi"


def dec(day: int) -> datetime:
    """10.00 in Bali, in December 2026. What was filed on MONDAY is to be verified by the 3rd; the
    8th, 10th and 17th are the last days before it goes further up."""
    return datetime(2026, 12, day, 2, tzinfo=UTC)


def climb(scene: Scene, at: datetime) -> None:
    run.serve(scene.app)
    with clock.frozen(at), scene.inside() as session:
        while escalate_batch(session):
            pass


def climbed(scene: Scene, filing: FiledCase) -> list[tuple[int, str, int]]:
    with scene.inside() as session:
        wanted = sa.select(CaseEvent.data).where(
            CaseEvent.case_id == filing.case_id, CaseEvent.kind == "escalated"
        )
        found: list[dict[str, Any]] = list(session.scalars(wanted.order_by(CaseEvent.id)))
    return [(one["level"], one["limit"], one["days"]) for one in found]


def test_a_late_case_climbs_step_by_step_and_everyone_sees_how_far(
    app: Flask, scene: Scene, other_agency: AgencyFacts
) -> None:
    filing, quick = scene.filed(), scene.filed(title="Yang diarsipkan")
    climb(scene, dec(3))
    assert climbed(scene, filing) == []
    climb(scene, dec(4))
    scene.archive(quick)
    for day in (8, 9, 9, 11, 18, 30):
        climb(scene, dec(day))
    steps = [(1, "verification", 0), (2, "verification", 3), (3, "verification", 5)]
    assert climbed(scene, filing) == [*steps, (4, "verification", 10)]
    assert climbed(scene, quick) == [(1, "verification", 0)]
    with clock.frozen(dec(30)):
        assert "Dieskalasi" in scene.desk().open("/desk/").words
        page = scene.desk().open(LIST)
        assert filing.reference in page.text
        assert quick.reference not in page.text
        page = scene.desk().open(f"/desk/laporan/{filing.reference}")
        for words in (
            "Dieskalasi: Koordinator nasional",
            "Batas waktu verifikasi (3 Desember 2026) lewat 3 hari kerja.",
            "Diberitahukan: Pimpinan instansi.",
            "Diberitahukan: Petugas.",
        ):
            assert words in page.words
        _citizen, page = tracked(scene, filing)
        assert "Diberitahukan: Koordinator nasional." in page.words
        assert "Diberitahukan: Petugas." not in page.words
        assert filing.reference not in Scene(app, other_agency).desk().open(LIST).text
        page = coordinator_browser(app).open(CONSOLE)
        assert filing.reference in page.words
        assert scene.agency.name in page.words
        assert "Lampu jalan padam" not in page.words


def test_what_is_answered_climbs_no_more_and_the_next_limit_begins_at_the_foot(
    app: Flask, scene: Scene
) -> None:
    filing = scene.filed()
    climb(scene, dec(18))
    assert climbed(scene, filing) == [(4, "verification", 10)]
    with clock.frozen(dec(18)):
        scene.verify(filing)
    assert scene.case(filing).escalation_level == 0
    assert filing.reference not in coordinator_browser(app).open(CONSOLE).text
    climb(scene, dec(21))
    assert len(climbed(scene, filing)) == 1
    climb(scene, datetime(2027, 1, 5, 2, tzinfo=UTC))
    assert climbed(scene, filing)[1][:2] in [(1, "first_answer"), (2, "first_answer")]
    scene.archive(scene.filed())
    assert scene.case(filing).escalation_level > 0
    scene.archive(filing)
    assert scene.case(filing).escalation_level == 0


def test_a_clock_that_stands_still_does_not_climb_and_goes_on_from_where_it_was(
    scene: Scene,
) -> None:
    filing = scene.filed()
    climb(scene, dec(9))
    with clock.frozen(dec(9)):
        scene.hold(filing)
    climb(scene, dec(18))
    assert [one[0] for one in climbed(scene, filing)] == [2]
    with clock.frozen(dec(18)):
        browser = scene.desk()
        page = browser.open(f"/desk/laporan/{filing.reference}")
        browser.send(page.form("lanjutkan"))
    climb(scene, dec(18))
    assert [one[0] for one in climbed(scene, filing)] == [2]
    climb(scene, dec(23))
    assert [one[0] for one in climbed(scene, filing)] == [2, 3]


def test_another_agency_begins_at_the_foot_and_the_sender_waits(
    app: Flask, superuser: sa.Connection, agency: AgencyFacts, other_agency: AgencyFacts
) -> None:
    two = between(app, superuser, agency, other_agency)
    filing, recalled = two.here.filed(), two.here.filed()
    climb(two.here, dec(9))
    with clock.frozen(dec(9)):
        sent = two.send(filing)
        two.send(recalled)
        two.work()
    climb(two.here, dec(11))
    assert [one[0] for one in climbed(two.here, filing)] == [2]
    with clock.frozen(dec(11)):
        two.accept(sent)
        two.work()
        with two.here.inside() as session:
            case = two.case(session, recalled.reference)
            assert case is not None
            recall(session, case=case, actor=two.here.admin)
    assert two.here.case(filing).escalation_level == 0
    for scene in (two.here, two.there):
        climb(scene, dec(15))
    assert [one[0] for one in climbed(two.here, recalled)] == [2, 3]
    with two.there.inside() as session:
        received = two.case(session, filing.reference)
        assert received is not None
        assert received.escalation_level == 0
        history = session.scalars(
            sa.select(CaseEvent.data).where(
                CaseEvent.case_id == received.id, CaseEvent.kind == "escalated"
            )
        ).all()
    assert [one["level"] for one in history] == [2]
    with clock.frozen(dec(15)):
        page = two.there.desk().open(f"/desk/laporan/{filing.reference}")
        assert "Batas waktu verifikasi (3 Desember 2026)" in page.words
        assert "Dieskalasi:" not in page.words


def test_days_off_that_change_afterwards_take_nothing_back_and_tell_nobody_twice(
    scene: Scene, admin: Browser
) -> None:
    filing = scene.filed()
    climb(scene, dec(9))
    assert [one[0] for one in climbed(scene, filing)] == [2]
    day_off(admin, "2026-12-07")
    publish(scene, admin)
    work(scene)
    climb(scene, dec(9))
    climb(scene, dec(11))
    assert scene.case(filing).escalation_level == 2
    climb(scene, dec(14))
    assert [one[0] for one in climbed(scene, filing)] == [2, 3]
    form = next(one for one in admin.open(HOLIDAYS).forms() if "hapus" in one.action)
    admin.send(form)
    publish(scene, admin)
    work(scene, at=dec(14))
    climb(scene, dec(14))
    assert [one[0] for one in climbed(scene, filing)] == [2, 3]


def test_an_agency_may_only_be_stricter(scene: Scene, admin: Browser) -> None:
    form = admin.open(LIMITS).form("batas-waktu/")
    page = admin.send(form, escalate_head="6")
    assert page.status == 422
    assert "Perlu diverifikasi" in page.words
    filing = scene.filed()
    climb(scene, dec(4))
    stricter(admin, escalate_admin="1", escalate_head="2")
    publish(scene, admin)
    work(scene)
    climb(scene, dec(8))
    assert [one[0] for one in climbed(scene, filing)] == [1, 3]
    assert admin.open(PUBLISH).status == 200


def test_killed_after_a_batch_the_next_one_goes_on(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(escalating, "BATCH", 2)
    filings = [scene.filed() for _number in range(5)]
    with clock.frozen(dec(9)), scene.inside() as session:
        assert escalate_batch(session)
    with pytest.raises(RuntimeError), clock.frozen(dec(9)), scene.inside() as session:
        escalate_batch(session)
        raise RuntimeError("killed before it was written")
    assert sum(len(climbed(scene, one)) for one in filings) == 2
    climb(scene, dec(9))
    climb(scene, dec(9))
    assert [len(climbed(scene, one)) for one in filings] == [1] * 5
    with scene.inside() as session:
        owed = session.scalars(sa.select(Outbox.id).where(Outbox.kind == escalating.ESCALATE)).all()
    for one in owed:  # late: there is nothing left to do
        with clock.frozen(dec(9)):
            run.run_outbox(scene.agency.id, one)
    assert [len(climbed(scene, one)) for one in filings] == [1] * 5


def test_only_who_is_signed_in_nationally_reads_of_all_agencies(app: Flask, scene: Scene) -> None:
    assert Browser(ClientFor(app)(None)).open(CONSOLE).path.endswith("/masuk")
    viewer = scene.desk(scene.person("viewer"))
    assert viewer.open(LIST).status == 200
    trial = Scene(app, make_agency(app, status="preparing"))
    filing = trial.filed()
    climb(trial, dec(18))
    assert climbed(trial, filing) == []
    assert filing.reference not in coordinator_browser(app).open(CONSOLE).text


def test_confidential_ones_are_counted_for_coordinators_and_not_named(
    app: Flask, scene: Scene, superuser: sa.Connection
) -> None:
    plain, secret = scene.filed(), scene.filed(confidential=True)
    for day in (4, 9, 11, 18):
        climb(scene, dec(day))
    assert climbed(scene, secret)[-1] == climbed(scene, plain)[-1]
    with clock.frozen(dec(18)):
        page = coordinator_browser(app).open(CONSOLE)
    assert plain.reference in page.words
    assert secret.reference not in page.text
