"""Rules for where new reports go, one at a time, in the draft of an agency's settings; and what is
wrong with them before any report meets them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import Final

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from sp4n.audit.actors import Actor
from sp4n.cases.models import CLASSIFICATIONS
from sp4n.configuration.gone import units_there
from sp4n.configuration.models import ConfigurationVersion
from sp4n.configuration.operations import change_draft
from sp4n.configuration.queries import newest_values
from sp4n.errors import Invalid, NotFound
from sp4n.settings.intake import Intake, lineage, read_intake, topic_names, topics
from sp4n.settings.routing import (
    LANGUAGES,
    LONGEST_NAME,
    LONGEST_PHRASE,
    MOST_PHRASES,
    MOST_RULES,
    Routing,
    Rule,
    plain_phrase,
    read_routing,
    written_routing,
)

KEY: Final = "routing"
INTAKE: Final = "intake"


def routing_in(values: Mapping[str, str]) -> Routing:
    """Of a version's own values."""
    return read_routing(values.get(KEY, ""))


def rule_by_id(routing: Routing, rule_id: int) -> Rule:
    found = routing.with_id(rule_id)
    if found is None:
        raise NotFound
    return found


def save_rule(session: Session, *, rule: Rule, edits: int, actor: Actor) -> ConfigurationVersion:
    """In the place of the one with its id; with the id 0 a new one, after all others."""
    values = newest_values(session)
    routing = routing_in(values)
    if rule.id:
        rule_by_id(routing, rule.id)
    wrong = _wrong(session, routing, read_intake(values.get(INTAKE, "")), rule)
    if wrong:
        raise Invalid(fields=wrong)
    if rule.id:
        rules = tuple(rule if one.id == rule.id else one for one in routing.rules)
    else:
        number = max((one.id for one in routing.rules), default=0) + 1
        rules = (*routing.rules, replace(rule, id=number))
    return _keep(session, replace(routing, rules=rules), edits, actor)


def move_rule(
    session: Session, *, rule_id: int, up: bool, edits: int, actor: Actor
) -> ConfigurationVersion:
    """One place up or down; the first stays first, the last stays last."""
    routing = routing_in(newest_values(session))
    rules = list(routing.rules)
    place = rules.index(rule_by_id(routing, rule_id))
    other = max(0, place - 1) if up else min(len(rules) - 1, place + 1)
    rules[place], rules[other] = rules[other], rules[place]
    return _keep(session, replace(routing, rules=tuple(rules)), edits, actor)


def drop_rule(session: Session, *, rule_id: int, edits: int, actor: Actor) -> ConfigurationVersion:
    routing = routing_in(newest_values(session))
    gone = rule_by_id(routing, rule_id)
    rules = tuple(one for one in routing.rules if one is not gone)
    return _keep(session, replace(routing, rules=rules), edits, actor)


def set_otherwise(
    session: Session, *, unit_id: int | None, edits: int, actor: Actor
) -> ConfigurationVersion:
    """Where all goes that nothing else sends anywhere; None: it waits with those who verify."""
    if unit_id is not None and unit_id not in units_there(session):
        raise Invalid(fields={"unit_id": _unit_gone()})
    routing = routing_in(newest_values(session))
    return _keep(session, replace(routing, otherwise=unit_id), edits, actor)


def warnings(session: Session, values: Mapping[str, str]) -> dict[int, list[str]]:
    """By the rule's id, what its keeper should know: it can still be published."""
    routing = routing_in(values)
    if not routing.rules:
        return {}
    atoms = _atoms(session, read_intake(values.get(INTAKE, "")))
    met = {
        rule.id: {place for place, atom in enumerate(atoms) if atom.meets(rule)}
        for rule in routing.rules
    }
    found: dict[int, list[str]] = {}
    for place, rule in enumerate(routing.rules):
        if said := _never(rule, routing.rules[:place], met):
            found.setdefault(rule.id, []).append(said)
    there = units_there(session)
    for rule in routing.rules:
        if rule.unit_id not in there:
            found.setdefault(rule.id, []).append(_unit_gone())
    return found


@dataclass(frozen=True)
class _Atom:
    """One kind of report, as far as it can be chosen from lists."""

    classification: str
    language: str
    topics: tuple[str, ...]

    def meets(self, rule: Rule) -> bool:
        return (
            (not rule.classes or self.classification in rule.classes)
            and (not rule.languages or self.language in rule.languages)
            and (not rule.topics or not set(rule.topics).isdisjoint(self.topics))
        )


def _atoms(session: Session, intake: Intake) -> list[_Atom]:
    """All kinds that can come in."""
    classes = [one for one in CLASSIFICATIONS if one not in intake.closed]
    every = [lineage(session, one.category.id, one.own_number) for one in topics(session, intake)]
    return [_Atom(*one) for one in product(classes, LANGUAGES, [(), *every])]


def _never(rule: Rule, earlier: Sequence[Rule], met: Mapping[int, set[int]]) -> str:
    """Why no report can ever reach this rule; "" where one can. `met`: by the rule's id, which
    kinds of reports it takes."""
    mine = met[rule.id]
    if not mine:
        return _("Tidak akan pernah cocok: jenis laporan atau topiknya tidak ditawarkan.")
    wider = [one for one in earlier if _says_at_least(rule, one)]
    if mine <= set().union(*(met[one.id] for one in wider)):
        taking = [one.name for one in wider if mine & met[one.id]]
        return _(
            "Tidak akan pernah dipakai: semua laporannya sudah diambil %(rules)s.",
            rules=", ".join(f"“{name}”" for name in taking),
        )
    return ""


def _says_at_least(rule: Rule, wider: Rule) -> bool:
    """Whether every text that has the words of `rule` has those of `wider`, too."""
    return all(
        not outer or (bool(inner) and all(_holds_any(one, outer) for one in inner))
        for inner, outer in ((rule.words, wider.words), (rule.places, wider.places))
    )


def _holds_any(phrase: str, some: Iterable[str]) -> bool:
    return any(plain_phrase(one) in plain_phrase(phrase) for one in some)


def _keep(session: Session, routing: Routing, edits: int, actor: Actor) -> ConfigurationVersion:
    answers = {KEY: written_routing(routing)}
    return change_draft(session, answers=answers, edits=edits, actor=actor)


def _wrong(session: Session, routing: Routing, intake: Intake, rule: Rule) -> dict[str, str]:
    wrong = {}
    if not rule.name or len(rule.name) > LONGEST_NAME:
        wrong["name"] = _("Isi nama aturan, paling panjang %(n)s huruf.", n=LONGEST_NAME)
    elif rule.name.casefold() in {
        one.name.casefold() for one in routing.rules if one.id != rule.id
    }:
        wrong["name"] = _("Sudah ada aturan dengan nama ini.")
    if not rule.id and len(routing.rules) >= MOST_RULES:
        wrong["name"] = _("Paling banyak %(n)s aturan.", n=MOST_RULES)
    if not rule.conditional:
        wrong["words"] = _(
            "Isi paling sedikit satu syarat. Untuk semua laporan lain ada bagian “Selain itu”."
        )
    for field in ("words", "places"):
        if fault := _wrong_phrases(getattr(rule, field)):
            wrong[field] = fault
    if set(rule.topics) - topic_names(session, intake, "id").keys():
        wrong["topics"] = _("Ada topik yang sudah tidak ada. Pilih lagi.")
    if rule.unit_id not in units_there(session):
        wrong["unit_id"] = _unit_gone() if rule.unit_id else _("Pilih unit yang menerimanya.")
    return wrong


def _wrong_phrases(phrases: Sequence[str]) -> str:
    if len(phrases) > MOST_PHRASES:
        return _("Paling banyak %(n)s kata atau frasa.", n=MOST_PHRASES)
    for one in phrases:
        if len(one) > LONGEST_PHRASE:
            return _("Setiap kata atau frasa paling panjang %(n)s huruf.", n=LONGEST_PHRASE)
        if not plain_phrase(one).strip():
            return _("“%(word)s” tidak berisi huruf atau angka.", word=one)
    return ""


def _unit_gone() -> str:
    return _("Unit ini sudah tidak ada atau tidak aktif. Pilih unit lain.")
