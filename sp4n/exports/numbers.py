"""The ids that an export writes for cases and for what happens to them.

Their own count up as citizens write. Beside a neighbour whose time is exact such an id tells the
minute of an anonymous report, so that each export has numbers of its own: hashes under a key that
is made for it and kept nowhere. Rows come in the order of these, too.
"""

from __future__ import annotations

from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import BIT, JSONB

COUNTED: Final = ("attachment", "audit_entry", "case_event", "case_record", "figure_delta")
# Columns that hold an id of those without a foreign key that says so.
HELD: Final[dict[str, str]] = {
    "due_recount.last_case_id": "case_record",
    "handover.case_id": "case_record",
    "ombudsman_handoff.until_event_id": "case_event",
    "public_case.id": "case_record",
    "retention_step.through_id": "case_record",
    "tracking.case_id": "case_record",
}
BITS: Final = 53  # as many as every reader of JSON keeps apart


def written(column: sa.Column[Any], key: str) -> sa.ColumnElement[Any]:
    """What an export reads in place of this column."""
    table = column.table
    about = counted(column)
    if about:
        return _number(column, about, key).label(column.name)
    if table.name == "audit_entry" and column.name == "object_id":
        of_case = _number(column, "case_record", key)
        return sa.case((table.c.object_kind == "case", of_case), else_=column).label(column.name)
    if table.name == "audit_entry" and column.name == "data":
        event = _number(column["event_id"].astext, "case_event", key)
        data = column.concat(sa.func.jsonb_build_object("event_id", event))
        told = sa.case((column.has_key("event_id"), data), else_=column)
        return sa.type_coerce(told, JSONB).label(column.name)
    return column


def counted(column: sa.Column[Any]) -> str:
    """The table whose ids this column holds, where they count up as citizens write."""
    name = f"{column.table.name}.{column.name}"
    targets = {name, *(key.target_fullname for key in column.foreign_keys)}
    ours = [table for table in COUNTED if f"{table}.id" in targets]
    return ours[0] if ours else HELD.get(name, "")


def _number(value: sa.ColumnElement[Any], table: str, key: str) -> sa.ColumnElement[int]:
    text = sa.literal(f"{key}/{table}/", sa.Text) + sa.cast(value, sa.Text)  # NULL stays NULL
    digest = sa.func.encode(sa.func.sha256(sa.func.convert_to(text, "UTF8")), "hex")
    bits = sa.cast(sa.literal("x", sa.Text) + sa.func.left(digest, 16), BIT(BITS))
    return sa.cast(bits, sa.BigInteger)
