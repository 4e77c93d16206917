"""Stricter time limits, of the whole agency, of one unit or of one topic, in the draft of its
settings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from sp4n.audit.actors import Actor
from sp4n.configuration.models import ConfigurationVersion
from sp4n.configuration.operations import change_draft
from sp4n.configuration.queries import newest_values
from sp4n.errors import Invalid
from sp4n.organisation.queries import unit_names
from sp4n.settings.own_limits import (
    LONGEST_DAYS,
    UNIT_STEPS,
    WHOLE_AGENCY,
    Effective,
    OwnLimit,
    OwnLimits,
    effective,
    own_limits,
    read_limits,
    written_limits,
)
from sp4n.settings.queries import (
    EVERY_CLASS,
    UNDER_SUPERVISION,
    RuleSetFacts,
    Step,
    rule_set_in_force,
)

KEY: Final = "time_limits"


@dataclass(frozen=True)
class Slot:
    """What can have a limit of its own: a step, for one class of case or for all."""

    step: Step
    case_class: str
    label: LazyString

    @property
    def key(self) -> str:
        return f"{self.step}_{self.case_class}" if self.case_class else str(self.step)

    def holds(
        self, rules: RuleSetFacts, own: OwnLimits, unit_id: int, topic: str = ""
    ) -> Effective | None:
        supervision = self.case_class == UNDER_SUPERVISION
        return effective(
            rules,
            own,
            self.step,
            "pengaduan" if supervision else self.case_class,
            supervision=supervision,
            unit_id=unit_id,
            topics=(topic,) if topic else (),
        )


SLOTS: Final = (
    Slot(Step.VERIFICATION, EVERY_CLASS, _l("Verifikasi")),
    Slot(Step.FIRST_ANSWER, EVERY_CLASS, _l("Tanggapan pertama")),
    Slot(Step.COMPLETION, "pengaduan", _l("Penyelesaian pengaduan")),
    Slot(Step.COMPLETION, UNDER_SUPERVISION, _l("Penyelesaian pengaduan berkadar pengawasan")),
    Slot(Step.COMPLETION, "permintaan_informasi", _l("Penyelesaian permintaan informasi")),
    Slot(Step.COMPLETION, "permohonan_informasi", _l("Penyelesaian permohonan informasi publik")),
    Slot(Step.COMPLETION, "aspirasi", _l("Penyelesaian aspirasi")),
    Slot(Step.ESCALATE_ADMIN, EVERY_CLASS, _l("Terlambat: dinaikkan ke admin setelah")),
    Slot(Step.ESCALATE_HEAD, EVERY_CLASS, _l("Terlambat: dinaikkan ke pimpinan setelah")),
    Slot(
        Step.ESCALATE_COORDINATOR,
        EVERY_CLASS,
        _l("Terlambat: dinaikkan ke koordinator nasional setelah"),
    ),
)


@dataclass(frozen=True)
class LimitRow:
    """One slot at one level: what was set there, what holds, and what it must be stricter than."""

    slot: Slot
    own: int | None
    holds: Effective | None
    above: Effective | None


def slots_of(unit_id: int, topic: str = "") -> tuple[Slot, ...]:
    if unit_id == WHOLE_AGENCY and not topic:
        return SLOTS
    return tuple(slot for slot in SLOTS if slot.step in UNIT_STEPS)


def limits_in(values: Mapping[str, str]) -> tuple[OwnLimit, ...]:
    """Of a version's own values."""
    return read_limits(values.get(KEY, ""))


def limit_rows(
    rules: RuleSetFacts, text: str, unit_id: int = WHOLE_AGENCY, topic: str = ""
) -> list[LimitRow]:
    own = own_limits(text)
    return [
        LimitRow(
            slot,
            own.of_topics.get((topic, slot.step, slot.case_class))
            if topic
            else own.amounts.get((unit_id, slot.step, slot.case_class)),
            slot.holds(rules, own, unit_id, topic),
            above(rules, own, slot, unit_id, topic),
        )
        for slot in slots_of(unit_id, topic)
    ]


def above(
    rules: RuleSetFacts, own: OwnLimits, slot: Slot, unit_id: int, topic: str = ""
) -> Effective | None:
    """What holds one level up: of the agency for a unit or a topic, of the rules for an agency."""
    whole = unit_id == WHOLE_AGENCY and not topic
    return slot.holds(rules, OwnLimits() if whole else own, WHOLE_AGENCY)


def set_limits(
    session: Session,
    *,
    unit_id: int,
    typed: Mapping[str, str],
    today: date,
    edits: int,
    actor: Actor,
) -> ConfigurationVersion:
    """Into the draft, for the agency or for a unit of it. `edits`: as for `change_draft`."""
    text = limits_with(session, unit_id=unit_id, typed=typed, today=today)
    return change_draft(session, answers={KEY: text}, edits=edits, actor=actor)


def limits_with(
    session: Session,
    *,
    typed: Mapping[str, str],
    today: date,
    unit_id: int = WHOLE_AGENCY,
    topic: str = "",
) -> str:
    """The limits of the draft with what was typed for this level in the place of its own. "" is the
    level above; so is what equals it. Invalid, with the citation, for what is not stricter."""
    rules = rule_set_in_force(session, today)
    there = limits_in(newest_values(session))
    own = own_limits(written_limits(there))
    mine, wrong = [], {}
    for slot in slots_of(unit_id, topic):
        up = above(rules, own, slot, unit_id, topic)
        amount, fault = _typed(typed.get(slot.key, ""), up, rules)
        if fault:
            wrong[slot.key] = fault
        elif amount:
            mine.append(OwnLimit(unit_id, slot.step, slot.case_class, amount, topic))
    if wrong:
        raise Invalid(fields=wrong)
    others = [one for one in there if (one.unit_id, one.topic) != (unit_id, topic)]
    return written_limits(_that_count(session, rules, [*others, *mine]))


def _typed(text: str, up: Effective | None, rules: RuleSetFacts) -> tuple[int, str]:
    """The amount to keep (0: the default), or what is wrong with it."""
    if not text:
        return 0, ""
    amount = int(text) if text.isascii() and text.isdigit() and len(text) < 4 else 0
    if not 0 < amount <= LONGEST_DAYS:
        return 0, _("Tulis banyaknya hari kerja, dari 1 sampai %(n)s.", n=LONGEST_DAYS)
    if up is None or amount < up.amount:
        return amount, ""
    return (0, "") if amount == up.amount else (0, _too_long(up, rules))


def _too_long(up: Effective, rules: RuleSetFacts) -> str:
    if up.source == "agency":
        return _("Paling lama %(n)s hari kerja, batas instansi ini.", n=up.amount)
    return _(
        "Paling lama %(n)s hari kerja. %(rule)s: %(citation)s.",
        n=up.amount,
        rule=rules.name,
        citation=up.citation,
    )


def _that_count(
    session: Session, rules: RuleSetFacts, limits: Iterable[OwnLimit]
) -> list[OwnLimit]:
    """Without those of units that are gone, and those that the agency's own now reach."""
    limits = list(limits)
    own, units = own_limits(written_limits(limits)), unit_names(session)
    slots = {(slot.step, slot.case_class): slot for slot in SLOTS}

    def counts(one: OwnLimit) -> bool:
        if one.unit_id == WHOLE_AGENCY and not one.topic:
            return True
        up = above(rules, own, slots[one.step, one.case_class], one.unit_id, one.topic)
        there = bool(one.topic) or one.unit_id in units
        return there and (up is None or one.amount < up.amount)

    return [one for one in limits if counts(one)]
