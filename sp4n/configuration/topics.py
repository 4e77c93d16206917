"""Kinds of reports and topics that an agency takes, with their units and limits: each change into
the draft of its settings."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from sp4n.audit.actors import Actor
from sp4n.cases.models import CLASSIFICATIONS
from sp4n.configuration.checks import LOCKED_CLASS
from sp4n.configuration.limits import KEY as LIMITS
from sp4n.configuration.limits import limits_with
from sp4n.configuration.models import ConfigurationVersion
from sp4n.configuration.operations import change_draft
from sp4n.configuration.queries import newest_values, own_values, published
from sp4n.errors import Invalid, NotFound
from sp4n.organisation.queries import unit_tree
from sp4n.settings.intake import (
    LONGEST_NAME,
    MOST_OWN,
    OWN_TOKEN,
    Intake,
    OwnTopic,
    Topic,
    read_intake,
    written_intake,
)
from sp4n.settings.queries import categories

KEY: Final = "intake"


@dataclass(frozen=True)
class TopicAnswers:
    """What the form of a topic says. Names are an agency's own topic's only; `limits`: by slot."""

    open: bool
    unit_id: int | None = None
    name: str = ""
    name_en: str = ""
    limits: Mapping[str, str] = field(default_factory=dict)


def intake_in(values: Mapping[str, str]) -> Intake:
    """Of a version's own values."""
    return read_intake(values.get(KEY, ""))


def topic_by_token(session: Session, intake: Intake, token: str) -> Topic:
    """Any that there is, offered or not; NotFound for others."""
    for national in categories(session):
        if national.key == token:
            return Topic(national)
        for own in intake.own:
            if own.token == token and own.under == national.key:
                return Topic(national, own)
    raise NotFound


def set_classes(
    session: Session, *, offered: Collection[str], edits: int, actor: Actor
) -> ConfigurationVersion:
    """Which kinds of reports can be filed."""
    closed = set(CLASSIFICATIONS) - set(offered) - {LOCKED_CLASS}
    intake = replace(intake_in(newest_values(session)), closed=frozenset(closed))
    return _keep(session, intake, edits, actor)


def set_topic(
    session: Session, *, token: str, answers: TopicAnswers, today: date, edits: int, actor: Actor
) -> ConfigurationVersion:
    """Offered or not, where its reports go, and how long they may take."""
    intake = intake_in(newest_values(session))
    topic = topic_by_token(session, intake, token)
    wrong = _wrong_unit(session, answers.unit_id)
    if topic.own:
        wrong |= _wrong_names(session, intake, answers, topic.own.number)
        changed = replace(topic.own, name=answers.name, name_en=answers.name_en, open=answers.open)
        intake = replace(
            intake, own=tuple(changed if one is topic.own else one for one in intake.own)
        )
    else:
        hidden = intake.hidden - {token} if answers.open else intake.hidden | {token}
        intake = replace(intake, hidden=hidden)
    limits = ""
    try:
        limits = limits_with(session, typed=answers.limits, today=today, topic=token)
    except Invalid as refusal:
        wrong |= refusal.fields
    if wrong:
        raise Invalid(fields=wrong)
    intake = replace(intake, units=_units(intake, token, answers.unit_id))
    return _keep(session, intake, edits, actor, {LIMITS: limits})


def add_topic(
    session: Session, *, under: str, answers: TopicAnswers, edits: int, actor: Actor
) -> ConfigurationVersion:
    """The agency's own, below a national one."""
    values = newest_values(session)
    intake = intake_in(values)
    above = next((one for one in categories(session) if one.key == under), None)
    if above is None:
        raise Invalid(fields={"under": _("Pilih topik nasional dari daftar.")})
    wrong = _wrong_unit(session, answers.unit_id)
    wrong |= _wrong_names(session, intake, answers)
    if len(intake.own) >= MOST_OWN:
        wrong["name"] = _("Paling banyak %(n)s topik sendiri.", n=MOST_OWN)
    if wrong:
        raise Invalid(fields=wrong)
    own = OwnTopic(_free_number(intake, values), under, answers.name, answers.name_en)
    intake = replace(intake, own=(*intake.own, own))
    intake = replace(intake, units=_units(intake, own.token, answers.unit_id))
    return _keep(session, intake, edits, actor)


def drop_topic(session: Session, *, token: str, edits: int, actor: Actor) -> ConfigurationVersion:
    """One that never held: cases may have the others."""
    intake = intake_in(newest_values(session))
    topic = topic_by_token(session, intake, token)
    if topic.own is None or not can_be_dropped(session, topic.own):
        raise Invalid(_("Topik yang pernah berlaku hanya dapat ditutup: laporan memakainya."))
    intake = replace(
        intake,
        own=tuple(one for one in intake.own if one is not topic.own),
        units=_units(intake, token, None),
    )
    return _keep(session, intake, edits, actor)


def _free_number(intake: Intake, values: Mapping[str, str]) -> int:
    """One that no rule and no limit has been left with, either."""
    named = OWN_TOKEN.findall(" ".join(values.values()))
    return max([0, *(one.number for one in intake.own), *map(int, named)]) + 1


def can_be_dropped(session: Session, own: OwnTopic) -> bool:
    return intake_in(own_values(published(session))).numbered(own.number) is None


def _keep(
    session: Session,
    intake: Intake,
    edits: int,
    actor: Actor,
    more: Mapping[str, str] | None = None,
) -> ConfigurationVersion:
    answers = {KEY: written_intake(intake), **(more or {})}
    return change_draft(session, answers=answers, edits=edits, actor=actor)


def _units(intake: Intake, token: str, unit_id: int | None) -> dict[str, int]:
    others = {one: unit for one, unit in intake.units.items() if one != token}
    return {**others, token: unit_id} if unit_id else others


def _wrong_unit(session: Session, unit_id: int | None) -> dict[str, str]:
    if unit_id is None or unit_id in {one.id for one in unit_tree(session, active_only=True)}:
        return {}
    return {"unit_id": _("Unit ini sudah tidak ada atau tidak aktif. Pilih unit lain.")}


def _wrong_names(
    session: Session,
    intake: Intake,
    answers: TopicAnswers,
    number: int | None = None,
) -> dict[str, str]:
    wrong = {}
    for name, text in (("name", answers.name), ("name_en", answers.name_en)):
        if len(text) > LONGEST_NAME:
            wrong[name] = _("Paling panjang %(n)s huruf.", n=LONGEST_NAME)
        elif "\n" in text:
            wrong[name] = _("Tulis dalam satu baris.")
    if not answers.name:
        wrong["name"] = _("Isi nama topik.")
    taken = {one.name.casefold() for one in categories(session)}
    taken |= {one.name.casefold() for one in intake.own if one.number != number}
    if answers.name.casefold() in taken:
        wrong["name"] = _("Sudah ada topik dengan nama ini.")
    return wrong
