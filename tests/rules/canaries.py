"""Canaries: one row in every walled table of an agency, built from the metadata alone."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

import sqlalchemy as sa

from sp4n.db import Base
from tests.rules.wall import WALLED

WORDS: dict[str, str | int] = {
    "classification": "pengaduan",
    "state": "unverified",
    "role": "viewer",
    "purpose": "reset",
    "queue": "mail",
    "kind": "noted",
    "storage_key": "1/aa",
    "final": "yes",
    "act": "assign",
    "level": "program",
    "quarter": 3,
}
STATES = {
    "action_plan": "draft",
    "agency_export": "expired",
    "bulk_act": "done",
    "bulk_item": "acted",
    "configuration_version": "draft",
    "document": "draft",
    "handover": "offered",
    "ombudsman_handoff": "asked",
    "outbox": "waiting",
    "policy_proposal": "proposed",
    "public_case": "unverified",
}
# By table and column, where a check allows few words.
OTHER_WORDS = {
    "decree_member": {"position": "anggota"},
    "document": {"kind": "other", "ended_why": "", "publicity": "none"},
    "policy_proposal": {"subject_kind": "unit", "effect": "reward"},
    "policy_run": {"period_kind": "year"},
}


@dataclass
class Planted:
    """One row in every walled table of one agency, its text marked with `word`."""

    agency_id: int
    word: str
    keys: dict[str, dict[str, Any]] = field(default_factory=dict)


def plant(connection: sa.Connection, agency_id: int, word: str) -> Planted:
    """As superuser, in the order of the foreign keys; built from the metadata alone."""
    planted = Planted(agency_id, word)
    for table in Base.metadata.sorted_tables:
        if table.name in WALLED:
            values = canary_values(connection, table, planted)
            inserted = connection.execute(sa.insert(table).values(values).returning(table)).one()
            planted.keys[table.name] = dict(inserted._mapping)
    return planted


def canary_values(connection: sa.Connection, table: sa.Table, planted: Planted) -> dict[str, Any]:
    values: dict[str, Any] = {"agency_id": planted.agency_id}
    for constraint in table.foreign_key_constraints:
        for element in constraint.elements:
            column, target = element.parent.name, element.column.table.name
            if target in planted.keys and target != table.name:
                values[column] = planted.keys[target][element.column.name]
            elif target in ("rule_set", "category", "road_map") and not element.parent.nullable:
                values[column] = connection.scalar(sa.select(element.column).limit(1))
    if "to_agency_id" in table.c:
        values["to_agency_id"] = planted.agency_id
    for column in table.columns:
        made_here = not column.identity and not column.nullable and not column.computed
        if column.name not in values and made_here:
            values[column.name] = canary(table.name, column, planted.word)
    return values


def canary(table: str, column: sa.Column[Any], word: str) -> Any:
    if column.name == "state":
        return STATES.get(table, WORDS["state"])
    if column.name in OTHER_WORDS.get(table, {}):
        return OTHER_WORDS[table][column.name]
    if column.name in WORDS:
        return WORDS[column.name]
    made: dict[type, Any] = {
        str: f"{word}-{table}-{column.name}",
        int: 5,
        bool: False,
        bytes: f"{word}-{table}".encode(),
        datetime: datetime(2026, 1, 5, tzinfo=UTC),
        date: date(2026, 1, 5),
    }
    if isinstance(column.type, sa.JSON):
        return [] if column.name == "timeline" else {"canary": word}
    return made[column.type.python_type]
