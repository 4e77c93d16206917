"""What differs between two versions of the settings, line by line, in words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final, NamedTuple

from flask import g
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from sp4n import clock
from sp4n.calendars.dates import long_date
from sp4n.calendars.local_holidays import read_holidays
from sp4n.cases.words import CLASSIFICATION_LABELS
from sp4n.configuration.catalogue import SETTINGS, Setting
from sp4n.configuration.limits import slots_of
from sp4n.configuration.queries import Change, newest_values
from sp4n.db import db
from sp4n.desk.questions_words import question_words
from sp4n.desk.routing_words import Wording
from sp4n.notices.own_texts import KINDS, own_texts
from sp4n.notices.words import default_text
from sp4n.organisation.queries import unit_names
from sp4n.settings.answer_rules import read_of_units
from sp4n.settings.extra_questions import read_questions
from sp4n.settings.intake import OWN_TOKEN, Intake, read_intake, topic_names
from sp4n.settings.own_limits import WHOLE_AGENCY, Effective, own_limits
from sp4n.settings.queries import rule_set_in_force
from sp4n.settings.routing import Routing, read_routing
from sp4n.web.language import current_language


class ChangeLine(NamedTuple):
    setting: Setting
    label: str
    before: str
    after: str


def worded(changes: Iterable[Change]) -> list[ChangeLine]:
    return [line for change in changes for line in _lines(change)]


def _lines(change: Change) -> Iterator[ChangeLine]:
    in_detail = IN_DETAIL.get(change.setting.key)
    if in_detail is not None:
        yield from in_detail(change)
    else:
        yield ChangeLine(change.setting, str(change.setting.label), change.before, change.after)


def _holidays(change: Change) -> Iterator[ChangeLine]:
    """A line for each day that is off in one of them only, or by another name."""
    before = {one.day: f"{one.name} ({one.ground})" for one in read_holidays(change.before)}
    after = {one.day: f"{one.name} ({one.ground})" for one in read_holidays(change.after)}
    for day in sorted(before.keys() | after.keys()):
        was, will = (of.get(day, _("Hari kerja")) for of in (before, after))
        if was != will:
            label = _("Libur daerah %(day)s", day=long_date(day, current_language()))
            yield ChangeLine(change.setting, label, was, will)


def _texts(change: Change) -> Iterator[ChangeLine]:
    """A line for each text that reads otherwise."""
    before, after = own_texts(change.before), own_texts(change.after)
    for kind, language, part in sorted(before.keys() | after.keys()):
        default = default_text(kind, language, part)
        was, will = (of.get((kind, language, part), default) for of in (before, after))
        if was != will:
            yield ChangeLine(change.setting, text_label(kind, language, part), was, will)


def text_label(kind: str, language: str, part: str) -> str:
    return f"{KINDS[kind].label}: {PART_LABELS[part]}, {LANGUAGE_LABELS[language]}"


PART_LABELS: Final = {"subject": _l("judul"), "body": _l("isi")}
LANGUAGE_LABELS: Final = {"id": _l("bahasa Indonesia"), "en": _l("bahasa Inggris")}


def _limits(change: Change) -> Iterator[ChangeLine]:
    """A line for each limit that holds longer or shorter, of the agency, its units and topics."""
    session = db.session()
    rules = rule_set_in_force(session, clock.today(g.agency.zone))
    before, after = own_limits(change.before), own_limits(change.after)
    named, about = unit_names(session), _newest_topics()
    units = {unit_id for unit_id, *_slot in before.amounts.keys() | after.amounts.keys()}
    topics = {topic for topic, *_slot in before.of_topics.keys() | after.of_topics.keys()}
    levels = [
        (WHOLE_AGENCY, "", ""),
        *((one, "", f", {named[one]}") for one in sorted(units & named.keys()) if one),
        *((WHOLE_AGENCY, one, f", {about[one]}") for one in sorted(topics & about.keys())),
    ]
    for unit_id, topic, name in levels:
        for slot in slots_of(unit_id, topic):
            was, will = (slot.holds(rules, own, unit_id, topic) for own in (before, after))
            # What the agency changes for all is said once.
            if was != will and (not topic or "topic" in sources(was, will)):
                yield ChangeLine(
                    change.setting, f"{slot.label}{name}", limit_words(was), limit_words(will)
                )


def _newest_topics() -> dict[str, str]:
    intake = read_intake(newest_values(db.session()).get("intake", ""))
    return topic_names(db.session(), intake, current_language())


def sources(*held: Effective | None) -> set[str]:
    return {one.source for one in held if one}


def _intake(change: Change) -> Iterator[ChangeLine]:
    """A line for each kind of report and each topic that is offered or not, named or sent
    differently."""
    before, after = read_intake(change.before), read_intake(change.after)
    session, language = db.session(), current_language()
    for classification, kind in CLASSIFICATION_LABELS.items():
        was, will = (offer_words(classification not in one.closed) for one in (before, after))
        if was != will:
            yield ChangeLine(change.setting, str(kind), was, will)
    named = {**topic_names(session, before, language), **topic_names(session, after, language)}
    units = unit_names(session)
    for token, label in named.items():
        was, will = (topic_words(one, token, units, language) for one in (before, after))
        if was != will:
            yield ChangeLine(change.setting, label, was, will)


def topic_words(intake: Intake, token: str, units: Mapping[int, str], language: str) -> str:
    own = next((one for one in intake.own if one.token == token), None)
    if own is None and OWN_TOKEN.fullmatch(token):
        return ""
    said = [own.label(language)] if own else []
    said.append(offer_words(own.open if own else token not in intake.hidden))
    if unit_id := intake.units.get(token):
        name = units.get(unit_id) or _("unit yang sudah tidak ada")
        said.append(_("ke %(unit)s", unit=name))
    return ", ".join(said)


def offer_words(offered: bool) -> str:
    return _("ditawarkan") if offered else _("tidak ditawarkan")


def _routing(change: Change) -> Iterator[ChangeLine]:
    """A line for each rule that is new, other or gone; one for their order, and for the last."""
    before, after = read_routing(change.before), read_routing(change.after)
    wording = Wording.now()
    ids = {one.id: None for one in (*before.rules, *after.rules)}
    for rule_id in ids:
        was, will = before.with_id(rule_id), after.with_id(rule_id)
        if was != will:
            name = (will or was or after.rules[0]).name
            label = _("Aturan “%(name)s”", name=name)
            said = (wording.whole(one) if one else _("tidak ada") for one in (was, will))
            yield ChangeLine(change.setting, label, *said)
    orders = [
        [one.id for one in of.rules if all_have(one.id, before, after)] for of in (before, after)
    ]
    if orders[0] != orders[1]:
        names = (", ".join(one.name for one in of.rules) for of in (before, after))
        yield ChangeLine(change.setting, _("Urutan aturan"), *names)
    if before.otherwise != after.otherwise:
        units = (wording.unit(of.otherwise) for of in (before, after))
        yield ChangeLine(change.setting, _("Selain itu"), *units)


def all_have(rule_id: int, *some: Routing) -> bool:
    return all(one.with_id(rule_id) for one in some)


def limit_words(holds: Effective | None) -> str:
    if holds is None:
        return _("Tanpa batas waktu")
    days = ngettext("%(num)s hari kerja", "%(num)s hari kerja", holds.amount)
    return f"{days} ({SOURCES[holds.source]})"


def _questions(change: Change) -> Iterator[ChangeLine]:
    """A line for each question that is new, other or no longer asked; and one for their order."""
    before, after = read_questions(change.before), read_questions(change.after)
    was, will = ({one.key: one for one in of if not one.retired} for of in (before, after))
    for key in {**will, **was}:
        old, new = was.get(key), will.get(key)
        if old != new and (one := new or old):
            yield ChangeLine(
                change.setting,
                _("Pertanyaan “%(label)s”", label=one.said(current_language())),
                question_words(old, before) if old else _("Tidak ditanyakan"),
                question_words(new, after) if new else _("Tidak ditanyakan"),
            )
    both = was.keys() & will.keys()
    orders = [[one for one in of.values() if one.key in both] for of in (was, will)]
    if [one.key for one in orders[0]] != [one.key for one in orders[1]]:
        language = current_language()
        words = ["; ".join(one.said(language) for one in order) for order in orders]
        yield ChangeLine(change.setting, _("Urutan pertanyaan"), *words)


def _unit_rules(change: Change) -> Iterator[ChangeLine]:
    """A line for each rule of a unit that it has otherwise, or no longer, for itself."""
    before, after = read_of_units(change.before), read_of_units(change.after)
    named = unit_names(db.session())
    for unit_id, key in sorted(before.keys() | after.keys()):
        was, will = (of.get((unit_id, key)) for of in (before, after))
        if was != will and unit_id in named:
            setting = SETTINGS[key]
            words = (setting.shown(one) if one else _("Mengikuti instansi") for one in (was, will))
            yield ChangeLine(change.setting, f"{setting.label}, {named[unit_id]}", *words)


SOURCES: Final = {
    "national": _l("nasional"),
    "agency": _l("instansi ini"),
    "unit": _l("unit ini"),
    "topic": _l("topik ini"),
}
IN_DETAIL: Final[dict[str, Callable[[Change], Iterator[ChangeLine]]]] = {
    "local_holidays": _holidays,
    "time_limits": _limits,
    "message_texts": _texts,
    "intake": _intake,
    "routing": _routing,
    "questions": _questions,
    "unit_rules": _unit_rules,
}
