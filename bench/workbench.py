"""What an officer waits for who acts on many cases at once: one answer to 500 of them, and how much
is in their saved views."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Final

import sqlalchemy as sa

from bench.building.database import built
from bench.counting import statements
from bench.keeping import Agency, opened
from bench.scale import Scale
from bench.table import Row
from sp4n.accounts.models import Account
from sp4n.accounts.queries import actor_of
from sp4n.cases.models import CaseRecord
from sp4n.db import db
from sp4n.tenants.resolver import agency_by_id
from sp4n.workbench.bulk import MOST_CASES, Order
from sp4n.workbench.operations import ask_for_bulk, go_on
from sp4n.workbench.saved_views import Asked, counts

WORDS: Final = "Laporan {nomor} tentang {judul} kami selesaikan.\n\nSelesai {batas_waktu}."
ANSWERABLE: Final = ("unhandled", "in_progress")


def measure(scale: Scale) -> list[Row]:
    cases = scale.pick(24_000, 1_000_000)
    with (
        TemporaryDirectory(prefix="sp4n-workbench-") as folder,
        built(Path(folder), agencies=1, cases=cases) as made,
    ):
        agency = opened(made)
        return [*answering(agency), *counting(agency)]


def answering(agency: Agency) -> Iterator[Row]:
    """As the workers do it: batch by batch, each a transaction."""
    with agency.inside():
        session, facts = db.session(), agency_by_id(agency.id)
        assert facts is not None
        account = session.scalars(sa.select(Account).where(Account.role == "admin")).first()
        assert account is not None
        wanted = sa.select(CaseRecord.id, CaseRecord.version)
        wanted = wanted.where(CaseRecord.state.in_(ANSWERABLE)).limit(MOST_CASES)
        found = [(row.id, row.version) for row in session.execute(wanted)]
        order = Order("answer", words=WORDS)
        actor = actor_of(session, account)
        made = ask_for_bulk(session, order=order, cases=found, actor=actor, agency=facts)
        number = made.id
    start, more = perf_counter(), True
    with statements() as sent:
        while more:
            with agency.inside():
                more = go_on(db.session(), bulk_id=number, agency=facts)
    seconds = perf_counter() - start
    yield Row.of("cases answered at once", len(found), "", f">= {MOST_CASES}")
    yield Row.of("answering them", seconds, "s", "<= 5")
    yield Row.of("statements for each", len(sent) / max(1, len(found)), "")


def counting(agency: Agency) -> Iterator[Row]:
    """Of twenty views, every state with and without words, in one statement."""
    states = ("unverified", "unhandled", "in_progress", "awaiting_reply", "closed")
    texts = ("", "jalan", "lampu padam", "air")
    views = [Asked(state, None, False, "", text, ()) for state in states for text in texts]
    times = []
    for _visit in range(5):
        with agency.inside():
            start = perf_counter()
            counts(db.session(), views, actor=agency.admin())
            times.append(perf_counter() - start)
    yield Row.of("counts of 20 saved views", 1000 * sorted(times)[2], "ms")
