"""Coordinators hear once a working day of what has climbed to them, and only of what is new."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from flask import Flask

from sp4n import clock
from sp4n.db import db
from sp4n.jobs.models import NationalOutbox
from sp4n.jobs.registry import OutboxFacts, national_steps
from sp4n.national.coordinators_letters import COORDINATORS_ESCALATED, letter, tell_coordinators
from sp4n.notices.words import words_of
from sp4n.tenants.edge import edge
from sp4n.tenants.everyone import NATIONAL
from sp4n.tenants.resolver import AgencyFacts
from tests.accounts.people import add_coordinator
from tests.national.test_disputes import disputed
from tests.scenes import Scene

# Half past seven in the capital, on a day that no other test comes near to.
TUESDAY = datetime(2028, 2, 1, 0, 30, tzinfo=UTC)


def told(app: Flask, person_id: int, at: datetime) -> int:
    """How many letters this coordinator has been owed so far."""
    with clock.frozen(at), app.app_context(), edge(NATIONAL):
        tell_coordinators(db.session())
    with app.app_context(), edge(NATIONAL):
        owed = sa.select(sa.func.count()).where(
            NationalOutbox.kind == COORDINATORS_ESCALATED, NationalOutbox.object_id == person_id
        )
        return db.session.scalar(owed) or 0


def climb(scene: Scene, superuser: sa.Connection, at: datetime) -> None:
    filing = scene.filed(at - timedelta(days=90))
    superuser.execute(
        sa.text("UPDATE case_record SET escalation_level = 4 WHERE id = :id"),
        {"id": filing.case_id},
    )
    superuser.execute(
        sa.text(
            "INSERT INTO case_event (agency_id, case_id, at, kind, public, actor_kind) "
            "VALUES (:a, :id, :at, 'escalated', true, 'system')"
        ),
        {"a": scene.agency.id, "id": filing.case_id, "at": at},
    )


def test_a_letter_a_working_day_about_what_is_new(
    app: Flask, agency: AgencyFacts, superuser: sa.Connection
) -> None:
    scene = Scene(app, agency)
    with app.app_context(), edge(NATIONAL):
        person_id = add_coordinator(db.session(), "coordinator").id
    climb(scene, superuser, TUESDAY - timedelta(hours=1))
    assert told(app, person_id, TUESDAY - timedelta(hours=3)) == 0  # half past four
    assert told(app, person_id, TUESDAY) == 1
    assert told(app, person_id, TUESDAY + timedelta(hours=1)) == 1
    assert told(app, person_id, TUESDAY + timedelta(days=1)) == 1  # nothing new
    climb(scene, superuser, TUESDAY + timedelta(days=3))
    assert told(app, person_id, TUESDAY + timedelta(days=4)) == 1  # a Saturday
    assert told(app, person_id, TUESDAY + timedelta(days=6)) == 2
    with app.test_request_context(), edge(NATIONAL):
        job = OutboxFacts(1, None, COORDINATORS_ESCALATED, person_id, None, 1)
        found = letter(db.session(), job)
        assert found is not None
        words = words_of(found, "SP4N")
    assert found.path == "/nasional/eskalasi"
    assert "laporan di" in " ".join(words.paragraphs)
    assert "letters to coordinators" in national_steps()


def test_what_waits_for_a_decision_is_told_too(
    app: Flask, agency: AgencyFacts, superuser: sa.Connection
) -> None:
    scene = Scene(app, agency)
    with app.app_context(), edge(NATIONAL):
        person_id = add_coordinator(db.session(), "coordinator").id
    later = TUESDAY + timedelta(days=14)  # nothing has climbed since
    told(app, person_id, later)
    before = told(app, person_id, later + timedelta(days=1))
    filing = disputed(scene)
    at = later + timedelta(days=1, hours=2)
    superuser.execute(
        sa.text("UPDATE case_record SET updated_at = :at WHERE id = :id AND agency_id = :a"),
        {"at": at, "id": filing.case_id, "a": scene.agency.id},
    )
    assert told(app, person_id, later + timedelta(days=2)) == before + 1
    assert told(app, person_id, later + timedelta(days=3)) == before + 1
    with app.test_request_context(), edge(NATIONAL):
        found = letter(
            db.session(), OutboxFacts(1, None, COORDINATORS_ESCALATED, person_id, None, 1)
        )
        assert found is not None
        words = words_of(found, "SP4N")
    assert "menunggu putusan koordinator" in " ".join(words.paragraphs)
