"""Rules of answering over three levels: the national default, an agency's own, a unit's own.

What an agency sets is published with its other settings; what its units set, as text: a rule of a
unit a line. The national level may lock a rule for all: then nobody's own counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Final, Literal

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from sp4n.audit.actors import Actor
from sp4n.errors import Invalid
from sp4n.remembered import Remembered
from sp4n.settings.models import NationalSetting
from sp4n.settings.national import NationalNumber, set_amount
from sp4n.tenants.resolver import AgencyFacts

NO: Final = "no"
BETWEEN: Final = ":"
AGENCIES_REMEMBERED: Final = 2048
# What the national level says: a default that others may change, or what holds for all.
DEFAULT_NO, DEFAULT_YES, LOCKED_YES = 0, 1, 2

Source = Literal["national", "agency", "unit"]


@dataclass(frozen=True)
class AnswerRule:
    """`key`: of the setting, and of what the national level keeps; `yes`: what it is kept as."""

    key: str
    yes: str

    @property
    def number(self) -> NationalNumber:
        return NationalNumber(self.key, default=DEFAULT_NO, least=DEFAULT_NO, most=LOCKED_YES)

    @property
    def values(self) -> tuple[str, str]:
        return NO, self.yes


# An admin approves what liaisons answer.
APPROVAL: Final = AnswerRule("answer_approval", "liaison")
# The end of a complaint shows evidence, or says why there is none.
EVIDENCE: Final = AnswerRule("answer_evidence", "pengaduan")
RULES: Final = {one.key: one for one in (APPROVAL, EVIDENCE)}


@dataclass(frozen=True)
class NationalRule:
    """What the national level says of a rule; `changed_at` None while it never said anything."""

    key: str
    value: str
    locked: bool = False
    basis: str = ""
    citation: str = ""
    changed_at: datetime | None = None


@dataclass(frozen=True)
class Holding:
    """What holds, and who says so."""

    value: str
    source: Source

    @property
    def asked(self) -> bool:
        return self.value != NO


OfUnits = Mapping[tuple[int, str], str]  # by unit and rule


def _read_national(session: Session) -> tuple[NationalRule, ...]:
    wanted = sa.select(NationalSetting).where(NationalSetting.key.in_(RULES))
    rows = {row.key: row for row in session.scalars(wanted)}
    return tuple(_national(rule, rows.get(rule.key)) for rule in RULES.values())


def _national(rule: AnswerRule, row: NationalSetting | None) -> NationalRule:
    if row is None:
        return NationalRule(rule.key, NO)
    value = rule.yes if row.amount != DEFAULT_NO else NO
    locked = row.amount == LOCKED_YES
    return NationalRule(rule.key, value, locked, row.basis, row.citation, row.changed_at)


_national_rules = Remembered(_read_national)


def national_rules(session: Session) -> dict[str, NationalRule]:
    """By rule; each process remembers them, as it does the other data that all share."""
    return {one.key: one for one in _national_rules(session)}


def forget() -> None:
    """For who has just changed them, in this process."""
    _national_rules.forget()


def locks(session: Session) -> dict[str, NationalRule]:
    """Of the rules that nobody may change."""
    return {key: one for key, one in national_rules(session).items() if one.locked}


def set_national(
    session: Session, *, rule: AnswerRule, amount: int, basis: str, citation: str, actor: Actor
) -> None:
    """In the national scope. What is locked for all says what it rests on."""
    if amount == LOCKED_YES and not citation.strip():
        raise Invalid(fields={"citation": _("Sebut aturan yang mewajibkannya.")})
    set_amount(
        session, number=rule.number, amount=amount, basis=basis, citation=citation, actor=actor
    )
    forget()


@lru_cache(maxsize=AGENCIES_REMEMBERED)
def read_of_units(text: str) -> OfUnits:
    """ValueError where a line is none of ours."""
    found = {}
    for line in text.splitlines():
        unit_id, key, value = line.split(BETWEEN)
        if key not in RULES or value not in RULES[key].values or int(unit_id) <= 0:
            raise ValueError("not a rule that a unit can have")
        found[int(unit_id), key] = value
    return found


def written_of_units(of_units: OfUnits) -> str:
    return "\n".join(
        BETWEEN.join((str(unit_id), key, value))
        for (unit_id, key), value in sorted(of_units.items())
    )


def holding(
    rule: AnswerRule, national: NationalRule, own: str, of_units: OfUnits, unit_id: int | None
) -> Holding:
    """`own`: what the agency chose, "" for the default."""
    if national.locked:
        return Holding(national.value, "national")
    if unit_id and (value := of_units.get((unit_id, rule.key))):
        return Holding(value, "unit")
    return Holding(own, "agency") if own else Holding(national.value, "national")


def asks(session: Session, agency: AgencyFacts, rule: AnswerRule, unit_id: int | None) -> bool:
    """Of a case that this unit of the agency has, or none of its units yet."""
    own, of_units = getattr(agency, rule.key), read_of_units(agency.unit_rules)
    national = national_rules(session)[rule.key]
    return holding(rule, national, own, of_units, unit_id).asked


def asks_somewhere(session: Session, agency: AgencyFacts, rule: AnswerRule) -> bool:
    """Of the agency, or of a unit of it."""
    units = {unit_id for unit_id, key in read_of_units(agency.unit_rules) if key == rule.key}
    return any(asks(session, agency, rule, one) for one in (None, *units))


def that_differ(of_units: OfUnits, own: Mapping[str, str], national: Iterable[NationalRule]) -> str:
    """Without what a unit has of its agency anyway."""
    above = {one.key: own.get(one.key) or one.value for one in national}
    return written_of_units({at: value for at, value in of_units.items() if value != above[at[1]]})
