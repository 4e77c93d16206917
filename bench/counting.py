"""How many statements a piece of work sends to the database: the one way in which they are counted.

Each that a cursor is given counts as one, however much it does. BEGIN and COMMIT do not count, nor
savepoints, nor the SET LOCAL by which the scope tells a transaction its agency: it is one for each
transaction, whatever the page does.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import sqlalchemy as sa

NOT_COUNTED: Final = ("SET LOCAL", "SAVEPOINT", "RELEASE", "ROLLBACK TO")


@contextmanager
def statements() -> Iterator[list[str]]:
    """What this process sends meanwhile, as whichever role."""
    sent: list[str] = []

    def note(_conn: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.startswith(NOT_COUNTED):
            sent.append(statement)

    sa.event.listen(sa.Engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        sa.event.remove(sa.Engine, "before_cursor_execute", note)
