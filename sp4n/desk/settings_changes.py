"""What differs between two versions of the settings, line by line, in words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Final, NamedTuple

from flask_babel import gettext as _

from sp4n.calendars.dates import long_date
from sp4n.calendars.local_holidays import read_holidays
from sp4n.configuration.queries import Change
from sp4n.web.language import current_language


class ChangeLine(NamedTuple):
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
        yield ChangeLine(str(change.setting.label), change.before, change.after)


def _holidays(change: Change) -> Iterator[ChangeLine]:
    """A line for each day that is off in one of them only, or by another name."""
    before = {one.day: f"{one.name} ({one.ground})" for one in read_holidays(change.before)}
    after = {one.day: f"{one.name} ({one.ground})" for one in read_holidays(change.after)}
    for day in sorted(before.keys() | after.keys()):
        was, will = (of.get(day, _("Hari kerja")) for of in (before, after))
        if was != will:
            label = _("Libur daerah %(day)s", day=long_date(day, current_language()))
            yield ChangeLine(label, was, will)


IN_DETAIL: Final[dict[str, Callable[[Change], Iterator[ChangeLine]]]] = {
    "local_holidays": _holidays,
}
