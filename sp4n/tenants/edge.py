"""The edge of work that is not a request (a job, a command, a test): one scope, one commit."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager

from sp4n.db import db
from sp4n.tenants.scope import Scope, opened


@contextmanager
def edge(scope: Scope) -> Iterator[None]:
    """Commit once at the end; roll back when anything is raised."""
    with opened(scope):
        yield
        db.session.commit()


def agency_edge(agency_id: int) -> AbstractContextManager[None]:
    """`with agency_edge(7): …` — work inside one agency."""
    return edge(Scope("tenant", agency_id))
