"""What differs between two versions of the settings, line by line, in words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Final, NamedTuple

from flask import g
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from sp4n import clock
from sp4n.calendars.dates import long_date
from sp4n.calendars.local_holidays import read_holidays
from sp4n.configuration.catalogue import Setting
from sp4n.configuration.limits import slots_of
from sp4n.configuration.queries import Change
from sp4n.db import db
from sp4n.desk.questions_words import question_words
from sp4n.organisation.queries import unit_names
from sp4n.settings.extra_questions import read_questions
from sp4n.settings.own_limits import WHOLE_AGENCY, Effective, own_limits
from sp4n.settings.queries import rule_set_in_force
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


def _limits(change: Change) -> Iterator[ChangeLine]:
    """A line for each limit that holds longer or shorter, of the agency and of its units."""
    session = db.session()
    rules = rule_set_in_force(session, clock.today(g.agency.zone))
    before, after = own_limits(change.before), own_limits(change.after)
    named = unit_names(session)
    units = {unit_id for unit_id, *_slot in before.amounts.keys() | after.amounts.keys()}
    for unit_id in sorted(units & named.keys() | {WHOLE_AGENCY}):
        for slot in slots_of(unit_id):
            was, will = (slot.holds(rules, own, unit_id) for own in (before, after))
            if was != will:
                unit = f", {named[unit_id]}" if unit_id else ""
                yield ChangeLine(
                    change.setting, f"{slot.label}{unit}", limit_words(was), limit_words(will)
                )


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


SOURCES: Final = {
    "national": _l("nasional"),
    "agency": _l("instansi ini"),
    "unit": _l("unit ini"),
}
IN_DETAIL: Final[dict[str, Callable[[Change], Iterator[ChangeLine]]]] = {
    "local_holidays": _holidays,
    "time_limits": _limits,
    "questions": _questions,
}
