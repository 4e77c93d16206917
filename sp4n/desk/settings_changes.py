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
from sp4n.notices.own_texts import KINDS, own_texts
from sp4n.notices.words import default_text
from sp4n.organisation.queries import unit_names
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


SOURCES: Final = {
    "national": _l("nasional"),
    "agency": _l("instansi ini"),
    "unit": _l("unit ini"),
}
IN_DETAIL: Final[dict[str, Callable[[Change], Iterator[ChangeLine]]]] = {
    "local_holidays": _holidays,
    "time_limits": _limits,
    "message_texts": _texts,
}
