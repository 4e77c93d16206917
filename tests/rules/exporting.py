"""Nothing of an agency's is forgotten in its export, and no secret gets into it, nor an id that
tells the time: each function returns the breaches it found, [] where the rule holds."""

from __future__ import annotations

from collections.abc import Iterator

from sp4n import tables  # noqa: F401 - every table is on the metadata
from sp4n.db import Base
from sp4n.exports import contents
from sp4n.exports.numbers import counted
from sp4n.tenants.grants import GRANTS


def breaches() -> list[str]:
    return [*forgotten(), *secret(), *timed(), *reasonless(), *gone()]


def forgotten() -> Iterator[str]:
    """Each table with an agency's rows is in, or is left out for a reason."""
    exported = {table.name for table in contents.exported_tables()}
    for name, grant in GRANTS.items():
        owned = grant.table_class in contents.OWNED_BY_AGENCIES
        if owned and name not in exported and name not in contents.LEFT_OUT:
            yield f"{name}: in no export; say why in LEFT_OUT"
        if not owned and name in exported:
            yield f"{name}: is no agency's own, and in its export"


def secret() -> Iterator[str]:
    """What looks like a secret is one, or is said to be none."""
    for table in contents.exported_tables():
        for column in table.c:
            name = f"{table.name}.{column.name}"
            if contents.looks_secret(column) and name not in contents.COLUMNS_LEFT_OUT:
                yield f"{name}: looks like a secret; say in COLUMNS_LEFT_OUT why it stays, "
                yield f"{name}: or in HARMLESS why it may go"


def timed() -> Iterator[str]:
    """No id goes out as it is that counts up as citizens write."""
    for table in contents.exported_tables():
        for column in contents.exported_columns(table):
            named = column.name.endswith(("case_id", "event_id", "attachment_id"))
            if named and not counted(column):
                yield f"{table.name}.{column.name}: name its table in exports.numbers.HELD"


def reasonless() -> Iterator[str]:
    for reasons in (contents.LEFT_OUT, contents.COLUMNS_LEFT_OUT, contents.HARMLESS):
        yield from (f"{name}: without a reason" for name, why in reasons.items() if len(why) < 10)


def gone() -> Iterator[str]:
    """What is named is there."""
    columns = {f"{table.name}.{c.name}" for table in Base.metadata.tables.values() for c in table.c}
    named = {*contents.COLUMNS_LEFT_OUT, *contents.HARMLESS}
    yield from (f"{name}: there is no such column" for name in sorted(named - columns))
    left = set(contents.LEFT_OUT) - set(Base.metadata.tables)
    yield from (f"{name}: there is no such table" for name in sorted(left))
