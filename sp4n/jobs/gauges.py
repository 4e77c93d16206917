"""The outbox in figures, for /metrics: over all agencies, and of none by name."""

from __future__ import annotations

from collections.abc import Iterator

import sqlalchemy as sa
from prometheus_client import Metric
from prometheus_client.core import GaugeMetricFamily

from sp4n import clock
from sp4n.db import db
from sp4n.jobs.queries import QueueState, queue_state
from sp4n.jobs.relay import RELAY
from sp4n.tenants.scope import opened

LONGEST_QUERY = "2s"


def outbox_gauges() -> Iterator[Metric]:
    with opened(RELAY):
        db.session.execute(sa.text(f"SET LOCAL statement_timeout = '{LONGEST_QUERY}'"))
        state = queue_state(db.session())
    for name, words, value in _gauges(state):
        yield GaugeMetricFamily(f"sp4n_outbox_{name}", words, value=value)


def _gauges(state: QueueState) -> list[tuple[str, str, float]]:
    return [
        ("waiting", "Work that is due and on no queue yet.", state.waiting),
        ("under_way", "Work that is on a queue, or that a worker has begun.", state.under_way),
        ("dead", "Work that was given up.", state.dead),
        (
            "overdue",
            "Work put off to a time that has passed.",
            state.overdue,
        ),
        (
            "oldest_waiting_seconds",
            "Age of the oldest work that waits, up to an hour too much; 0 without any.",
            _age(state),
        ),
    ]


def _age(state: QueueState) -> float:
    if state.oldest_due_at is None:
        return 0
    return max(0.0, (clock.now() - state.oldest_due_at).total_seconds())
