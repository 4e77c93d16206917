"""Loads the national reference data from its files, again and again if need be."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date
from importlib.resources import files
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import Session

from sp4n.settings.models import Category, InstrumentDuty, RuleSet, TimeLimit
from sp4n.settings.queries import Step, Unit, forget
from sp4n.settings.road_maps import load_road_maps

Row = TypeVar("Row", RuleSet, Category)


def load_reference_data(session: Session) -> None:
    """Everything of this room that the files hold. Needs the national role."""
    load_rule_sets(session)
    load_categories(session)
    load_road_maps(session, _data("road_maps.json"), keep=True)
    load_duties(session)


def load_rule_sets(session: Session) -> None:
    """The rule sets of the file become those of the database; others there are left alone."""
    for entry in _data("rule_sets.json"):
        rules = _row(session, RuleSet, entry["key"])
        rules.name, rules.citation = entry["name"], entry["citation"]
        rules.source, rules.verified = entry["source"], entry["verified"]
        rules.valid_from = date.fromisoformat(entry["valid_from"])
        rules.valid_to = date.fromisoformat(entry["valid_to"]) if entry["valid_to"] else None
        session.flush()
        _load_limits(session, rules.id, entry["limits"])
    forget()


def load_categories(session: Session) -> None:
    """The topics of the file, named and ordered as there; what the national level added or
    switched off stays."""
    for position, topic in enumerate(_data("categories.json")):
        parent = _load_category(session, topic, None, position)
        session.flush()
        for place, child in enumerate(topic.get("topics", ())):
            _load_category(session, child, parent.id, place)
    session.flush()
    forget()


def load_duties(session: Session) -> None:
    """Those of the file become those of the database; others there are left alone."""
    for position, entry in enumerate(_data("instrument_duties.json")):
        duty = session.get(InstrumentDuty, entry["key"])
        if duty is None:
            duty = InstrumentDuty(key=entry["key"])
            session.add(duty)
        duty.kind, duty.force, duty.position = entry["kind"], entry["force"], position
        duty.citation, duty.source = entry["citation"], entry["source"]
        duty.verified = entry["verified"]
        duty.valid_from = date.fromisoformat(entry["valid_from"])
        duty.valid_to = date.fromisoformat(entry["valid_to"]) if entry["valid_to"] else None
    session.flush()


def _load_limits(session: Session, rule_set_id: int, entries: Iterable[Mapping[str, Any]]) -> None:
    """A limit without an amount is one that was looked for and not found: it has no row."""
    mine = sa.select(TimeLimit).where(TimeLimit.rule_set_id == rule_set_id)
    stale = {(row.step, row.case_class): row for row in session.scalars(mine)}
    for entry in (entry for entry in entries if entry["amount"] is not None):
        step, case_class = Step(entry["step"]).value, entry["case_class"]
        row = stale.pop((step, case_class), None)
        if row is None:
            row = TimeLimit(rule_set_id=rule_set_id, step=step, case_class=case_class)
            session.add(row)
        row.amount, row.unit = entry["amount"], Unit(entry["unit"]).value
        row.citation = entry["citation"]
    for row in stale.values():
        session.delete(row)
    session.flush()


def _load_category(
    session: Session, entry: Mapping[str, Any], parent_id: int | None, position: int
) -> Category:
    row = _row(session, Category, entry["key"])
    row.name, row.name_en = entry["name"], entry["name_en"]
    row.parent_id, row.position = parent_id, position
    return row


def _row(session: Session, table: type[Row], key: str) -> Row:
    row = session.scalar(sa.select(table).where(table.key == key))
    if row is None:
        row = table(key=key)
        session.add(row)
    return row


def _data(name: str) -> list[dict[str, Any]]:
    text = files("sp4n.settings").joinpath("data", name).read_text(encoding="utf-8")
    entries: list[dict[str, Any]] = json.loads(text)
    return entries
