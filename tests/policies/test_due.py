"""The end of a period at all agencies: a job each, killed, given up, tried again; and its page."""

from __future__ import annotations

import json
import os
import signal
from datetime import datetime, timedelta
from multiprocessing import get_context

import pytest
import sqlalchemy as sa
from flask import Flask

from bench.counting import statements
from sp4n import clock
from sp4n.db import db
from sp4n.jobs import run, scheduler
from sp4n.jobs.models import Outbox
from sp4n.national.policy_progress import progress_lines
from sp4n.national.policy_progress import published as published_everywhere
from sp4n.policies import due
from sp4n.policies.due import MEASURE
from sp4n.policies.evaluating import span_of
from sp4n.policies.measuring import figures
from sp4n.policies.models import PolicyProposal, PolicyRun
from sp4n.policies.periods import read_period
from sp4n.policies.rules import Subject
from sp4n.tenants.edge import edge
from sp4n.tenants.everyone import NATIONAL
from sp4n.tenants.scope import Scope
from tests.factories import make_agency
from tests.policies.test_pages import JANUARY, RULE, cases, published
from tests.policies.working import go_on, owed, work
from tests.scenes import Scene, coordinator_browser

PAGE = "/nasional/kebijakan/perhitungan?periode=2026-11"


def runs(scene: Scene) -> list[str]:
    with scene.inside() as session:
        wanted = sa.select(PolicyRun.starts_on).order_by(PolicyRun.starts_on)
        return [day.isoformat()[:7] for day in session.scalars(wanted)]


def rows(scene: Scene) -> list[tuple[str, int, str]]:
    """The jobs that are not done."""
    with scene.inside() as session:
        wanted = sa.select(Outbox.state, Outbox.attempts, Outbox.last_error)
        undone = wanted.where(Outbox.kind == MEASURE, Outbox.state != "done")
        return [(row[0], row[1], row[2]) for row in session.execute(undone)]


def told(scene: Scene) -> str:
    """What the page says of this agency."""
    with clock.frozen(JANUARY):
        return coordinator_browser(scene.app).open(PAGE).words


def killed_at(scene: Scene, at: datetime, job: int) -> None:
    """A process that runs the job and is killed when all is written, and nothing committed."""

    def begin() -> None:
        with scene.app.app_context():
            for engine in db.engines.values():
                engine.dispose(close=False)

        def kill(*_given: object, **_named: object) -> None:
            os.kill(os.getpid(), signal.SIGKILL)

        due.owe = kill
        run.serve(scene.app)
        with clock.frozen(at):
            run.run_outbox(scene.agency.id, job)

    process = get_context("fork").Process(target=begin)
    process.start()
    process.join(30)
    assert process.exitcode == -signal.SIGKILL


def test_who_is_killed_on_the_way_leaves_nothing_half_and_it_goes_on(
    scene: Scene, app: Flask
) -> None:
    unit = scene.unit()
    published(scene, RULE)
    cases(scene, unit, 2, answered=True)
    assert owed(scene, JANUARY) == 1
    assert owed(scene, JANUARY) == 0  # it is owed once, however often the upkeep comes
    with scene.inside() as session:
        (job,) = session.scalars(sa.select(Outbox.id).where(Outbox.kind == MEASURE)).all()
    killed_at(scene, JANUARY, job)
    assert runs(scene) == []
    with scene.inside() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(PolicyProposal)) == 0
    assert [(state, tries) for state, tries, _why in rows(scene)] == [("sending", 1)]
    assert "Sedang dihitung" in told(scene)
    with app.app_context(), edge(Scope("relay")), clock.frozen(JANUARY + timedelta(hours=1)):
        assert scheduler.settle(db.session())
    assert "Proses penghitungnya berhenti di tengah jalan" in told(scene)
    assert go_on(scene, JANUARY) == 2
    assert runs(scene) == ["2026-11", "2026-12"]
    assert work(scene, JANUARY) == 0
    period = read_period("2026-11")
    assert period is not None
    with scene.inside() as session:
        span = span_of(period, scene.agency.zone, 14, JANUARY)
        counted = figures(session, Subject.UNIT, span, with_cases=True)
        (made,) = session.scalars(sa.select(PolicyProposal)).all()
        rule = {str(measure): one for (who, measure), one in counted.items() if who == unit}
        assert made.cases == json.loads(rule["first_in_time"].cases)
        assert (made.measured["number"], made.measured["good"]) == (2, 2)


def test_what_was_given_up_waits_until_somebody_asks(
    scene: Scene, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = Scene(app, make_agency(app))
    for one in (scene, other):
        published(one, RULE)
    works = due.propose

    def broken(*_given: object, **_named: object) -> None:
        raise RuntimeError("of the rows of a person, which nobody is to read")

    monkeypatch.setattr(due, "propose", broken)
    assert work(scene, JANUARY) == 8
    ((state, tries, why),) = rows(scene)
    assert (state, tries, "RuntimeError" in why, "person" in why) == ("dead", 8, True, False)
    assert owed(scene, JANUARY) == 0
    monkeypatch.setattr(due, "propose", works)
    assert work(other, JANUARY) == 2
    with clock.frozen(JANUARY):
        assert "Perhitungan terhenti" in scene.desk().open("/desk/kebijakan").words
        browser = coordinator_browser(app)
        page = browser.open(PAGE + "&keadaan=gagal")
        assert scene.agency.name in page.words
        assert other.agency.name not in page.words
        assert "Ada kesalahan dalam program" in page.words
        assert "Dicoba 8 kali." in page.words
        again = page.form("/coba-lagi")
        page = browser.send(again)
        assert page.path == "/nasional/kebijakan/perhitungan"
        assert f"{scene.agency.name} segera dihitung lagi" in page.words
        assert "Tidak ada perhitungan yang gagal lagi" in browser.send(again).words
        trail = scene.desk().open("/desk/jejak").words
        assert trail.count("Meminta perhitungan kebijakan dicoba lagi") == 1
    assert go_on(scene, JANUARY) == 2
    assert runs(scene) == runs(other) == ["2026-11", "2026-12"]
    assert "Gagal, akan dicoba lagi" not in told(scene)


def test_a_period_is_not_measured_before_its_day(scene: Scene) -> None:
    published(scene, RULE)
    with clock.frozen(datetime(2026, 12, 5, 2, tzinfo=clock.CAPITAL)):
        page = coordinator_browser(scene.app).open(PAGE + "&keadaan=nanti")
    assert scene.agency.name in page.words
    assert "Dihitung sejak 15 Desember 2026" in page.words


def test_only_the_national_level_looks_and_asks_again(scene: Scene, app: Flask) -> None:
    again = f"/nasional/instansi/{scene.agency.slug}/kebijakan/coba-lagi"
    stranger = scene.browser()
    stranger.strict = False
    for who in (stranger, scene.desk()):
        who.strict = False
        assert "Perhitungan kebijakan" not in who.open(PAGE).text
        assert who.client.post(again).status_code in (302, 303, 400, 403, 404)
    for role in ("coordinator", "super_admin"):
        assert coordinator_browser(app, role).open(PAGE).status == 200
    for odd in ("x", "2099-11", "2026-13", "2026-11&hal=99&keadaan=x", "2026-11&hal=-1"):
        there = "/nasional/kebijakan/perhitungan?periode=" + odd
        assert coordinator_browser(app).open(there).status == 200


def test_all_agencies_are_read_in_as_many_statements(scene: Scene, app: Flask) -> None:
    published(scene, RULE)
    period = read_period("2026-11")
    assert period is not None
    with app.app_context(), edge(NATIONAL), statements() as sent:
        session = db.session()
        assert progress_lines(session, published_everywhere(session), period, JANUARY.date())
    assert len(sent) == 4
