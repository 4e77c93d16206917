"""Dates and due dates in words, in the two languages and three zones."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from babel.messages import Catalog
from babel.messages.mofile import write_mo
from flask import Flask
from flask_babel import Babel, force_locale

from sp4n.calendars.dates import due_in_words, long_date, long_moment
from sp4n.calendars.working_days import Calendar, add_working_days

WIB = ZoneInfo("Asia/Jakarta")
WITA = ZoneInfo("Asia/Makassar")
WIT = ZoneInfo("Asia/Jayapura")
MOMENT = datetime(2026, 11, 22, 7, 5, tzinfo=UTC)


def on(day: int, hour: int = 10) -> datetime:
    return datetime(2026, 11, day, hour, 0, tzinfo=WIB)


DUE_THURSDAY = add_working_days(on(16), 3, WIB)


def test_a_day_is_written_with_the_name_of_its_month() -> None:
    assert long_date(date(2026, 8, 3), "id") == "3 Agustus 2026"
    assert long_date(date(2026, 8, 3), "en") == "3 August 2026"
    assert long_date(date(2026, 11, 22), "id") == "22 November 2026"


@pytest.mark.parametrize(
    ("tz", "words"),
    [
        (WIB, "22 November 2026, 14.05 WIB"),
        (WITA, "22 November 2026, 15.05 WITA"),
        (WIT, "22 November 2026, 16.05 WIT"),
    ],
)
def test_a_moment_is_told_by_the_clock_of_its_zone(tz: ZoneInfo, words: str) -> None:
    assert long_moment(MOMENT, tz, "id") == words
    assert long_moment(MOMENT, tz, "en") == words.replace(".", ":")


def test_a_moment_late_in_the_evening_is_the_next_day_in_the_east() -> None:
    late = datetime(2026, 12, 31, 16, 30, tzinfo=UTC)
    assert long_moment(late, WIB, "id") == "31 Desember 2026, 23.30 WIB"
    assert long_moment(late, WIT, "id") == "1 Januari 2027, 01.30 WIT"


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (16, "sisa 3 hari kerja"),
        (17, "sisa 2 hari kerja"),
        (18, "sisa 1 hari kerja"),
        (19, "jatuh tempo hari ini"),
        (20, "terlambat 1 hari kerja"),
        (22, "terlambat 1 hari kerja"),
        (23, "terlambat 2 hari kerja"),
    ],
)
def test_a_due_date_is_told_in_working_days(day: int, words: str) -> None:
    assert due_in_words(DUE_THURSDAY, on(day), Calendar(WIB)) == words


def test_on_the_weekend_after_a_due_friday_it_is_over_but_no_working_day_late() -> None:
    due_friday = add_working_days(on(16), 4, WIB)
    assert due_in_words(due_friday, on(20, 23), Calendar(WIB)) == "jatuh tempo hari ini"
    assert due_in_words(due_friday, on(21, 0), Calendar(WIB)) == "lewat jatuh tempo"
    assert due_in_words(due_friday, on(23, 0), Calendar(WIB)) == "terlambat 1 hari kerja"


def test_a_due_date_is_told_in_the_language_asked_for(tmp_path: Path) -> None:
    messages = tmp_path / "en" / "LC_MESSAGES" / "messages.mo"
    messages.parent.mkdir(parents=True)
    english = Catalog(locale="en")
    left = "sisa %(num)d hari kerja"
    english.add((left, left), ("%(num)d working day left", "%(num)d working days left"))
    english.add("jatuh tempo hari ini", "due today")
    with messages.open("wb") as file:
        write_mo(file, english)
    app = Flask("speaks English")
    Babel(app, default_locale="id", default_translation_directories=str(tmp_path))
    with app.app_context(), force_locale("en"):
        told = [due_in_words(DUE_THURSDAY, on(day), Calendar(WIB)) for day in (17, 18, 19)]
    assert told == ["2 working days left", "1 working day left", "due today"]
