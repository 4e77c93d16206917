"""Rules of answering that a unit has for itself, in the draft of its agency's settings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from sp4n.audit.actors import Actor
from sp4n.configuration.catalogue import SETTINGS, Setting
from sp4n.configuration.models import ConfigurationVersion
from sp4n.configuration.operations import change_draft
from sp4n.configuration.queries import newest_values
from sp4n.configuration.unit_values import KEY
from sp4n.errors import Invalid
from sp4n.settings.answer_rules import (
    RULES,
    Holding,
    NationalRule,
    OfUnits,
    holding,
    locks,
    national_rules,
    read_of_units,
    written_of_units,
)


@dataclass(frozen=True)
class RuleRow:
    """One rule at one unit: what holds, what would without its own, and who forbids another."""

    setting: Setting
    holds: Holding
    above: Holding
    lock: NationalRule | None

    @property
    def own(self) -> bool:
        return self.holds.source == "unit"


def rules_in(values: Mapping[str, str]) -> OfUnits:
    """Of a version's own values."""
    return read_of_units(values.get(KEY, ""))


def rule_rows(session: Session, values: Mapping[str, str], unit_id: int) -> list[RuleRow]:
    national, of_units = national_rules(session), rules_in(values)

    def row(key: str) -> RuleRow:
        at = (RULES[key], national[key], values.get(key, ""))
        lock = national[key] if national[key].locked else None
        return RuleRow(SETTINGS[key], holding(*at, of_units, unit_id), holding(*at, {}, None), lock)

    return [row(key) for key in RULES]


def set_unit_rules(
    session: Session, *, unit_id: int, typed: Mapping[str, str], edits: int, actor: Actor
) -> ConfigurationVersion:
    """ "" is what the agency has; so is what equals it. `edits`: as for `change_draft`."""
    locked, of_units = locks(session), dict(rules_in(newest_values(session)))
    wrong = {}
    for key, value in typed.items():
        if key in locked or key not in RULES:
            wrong[key] = _("Pengaturan ini tidak dapat diubah di sini.")
        elif value and value not in RULES[key].values:
            wrong[key] = _("Pilihan itu tidak ada di daftar. Pilih salah satu.")
        elif value:
            of_units[unit_id, key] = value
        else:
            of_units.pop((unit_id, key), None)
    if wrong:
        raise Invalid(fields=wrong)
    answers = {KEY: written_of_units(of_units)}
    return change_draft(session, answers=answers, edits=edits, actor=actor)
