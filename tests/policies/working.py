"""The upkeep of an agency, and the jobs that it owes."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from sp4n import clock
from sp4n.jobs import run
from sp4n.jobs.models import Outbox
from sp4n.policies.due import MEASURE, owe_due
from tests.scenes import Scene


def owed(scene: Scene, at: datetime) -> int:
    with clock.frozen(at), scene.inside() as session:
        return owe_due(session)


def work(scene: Scene, at: datetime, most: int = 100) -> int:
    """What the upkeep owes is done, up to so many jobs; how many there were."""
    owed(scene, at)
    return go_on(scene, at, most)


def go_on(scene: Scene, at: datetime, most: int = 100) -> int:
    """As the scheduler, the relay and a worker do it."""
    run.serve(scene.app)
    for done in range(most):
        with scene.inside() as session:
            undone = (Outbox.kind == MEASURE, Outbox.state.in_(("scheduled", "waiting")))
            job = session.scalar(sa.select(Outbox.id).where(*undone).order_by(Outbox.id).limit(1))
            if job is None:
                return done
            session.execute(sa.update(Outbox).where(Outbox.id == job).values(state="waiting"))
        with clock.frozen(at):
            run.run_outbox(scene.agency.id, job)
    return most
