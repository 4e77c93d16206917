"""`python -m bench.faults.crashing …`: the `sp4n` command, whose processes die where they are told.

Nothing in the product knows of it. The steps of a filing are seen from outside, by what is sent to
the database; those of a delivery are functions of `sp4n.jobs`, wrapped. The order for a crash is a
file that holds a step's name: whichever process passes that step first takes the file away, and
kills itself.
"""

from __future__ import annotations

import os
import re
import signal
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from sp4n import cli
from sp4n.jobs import relay, run
from sp4n.notices.gateways import SmtpGateway
from sp4n.runtime import supervisor

ORDER_VARIABLE: Final = "BENCH_CRASH_ORDER"
FILING: Final = ("begun", "written", "before the commit", "after the commit")
DELIVERY: Final = ("leased", "handed over", "taken", "composed", "sent", "done")
WRITES: Final = re.compile(r"INSERT INTO filing_key\b")  # all of a filing, in one statement

_order = Path(os.environ.get(ORDER_VARIABLE) or "/nonexistent")
_under_way = threading.local()


def reached(step: str) -> None:
    """Die here, if that is the order, and if nobody else has just obeyed it."""
    try:
        if _order.read_text() != step:
            return
        _order.rename(_order.with_suffix(".obeyed"))
    except FileNotFoundError:
        return
    os.kill(os.getpid(), signal.SIGKILL)


def watch_filings() -> None:
    """A filing is a transaction that takes a form's key."""

    @sa.event.listens_for(sa.Engine, "before_cursor_execute")
    def before_statement(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if WRITES.search(statement):
            _under_way.filing = True
            reached("begun")

    @sa.event.listens_for(sa.Engine, "after_cursor_execute")
    def after_statement(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if WRITES.search(statement):
            reached("written")

    @sa.event.listens_for(sa.Engine, "commit")
    def before_commit(_connection: sa.Connection) -> None:
        if getattr(_under_way, "filing", False):
            reached("before the commit")

    @sa.event.listens_for(Session, "after_commit")
    def after_commit(_session: Session) -> None:
        if getattr(_under_way, "filing", False):
            reached("after the commit")
        _under_way.filing = False

    @sa.event.listens_for(Session, "after_rollback")
    def after_rollback(_session: Session) -> None:
        _under_way.filing = False


def watch_deliveries() -> None:
    wrap(relay, "hand_over", before="leased", after="handed over", when=lambda args, _r: args[2])
    wrap(run, "_begin", after="taken", when=lambda _args, result: result)
    wrap(run, "_handle", after="composed", when=lambda _args, result: result)
    wrap(SmtpGateway, "send", after="sent")
    wrap(run, "_work", after="done")


def wrap(
    owner: ModuleType | type,
    name: str,
    *,
    before: str = "",
    after: str = "",
    when: Callable[[Any, Any], Any] = lambda _args, _result: True,
) -> None:
    """`when`: whether this call counts, by its arguments and what it returned."""
    plain = getattr(owner, name)

    def wrapped(*args: Any, **kwargs: Any) -> Any:
        if before and when(args, None):
            reached(before)
        result = plain(*args, **kwargs)
        if after and when(args, result):
            reached(after)
        return result

    setattr(owner, name, wrapped)


def main() -> None:
    watch_filings()
    watch_deliveries()
    supervisor.COMMAND = (sys.executable, "-m", "bench.faults.crashing")
    cli.main()


if __name__ == "__main__":
    main()
