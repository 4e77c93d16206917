"""What the demo is made of: whole, told apart from anything real, and fit for any day."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from sp4n.calendars.working_days import is_working_day
from sp4n.cases.answers import LONGEST
from sp4n.cases.states import ARCHIVE_REASONS
from sp4n.demo.content import agency_content, all_phrases, topics
from sp4n.demo.fates import NEEDED, OTHERS, Fate
from sp4n.demo.office_hours import office_moment
from sp4n.demo.pictures import NAMES, picture
from sp4n.demo.scenarios import monev_2021, today
from sp4n.demo.stories import stories_of
from sp4n.tenants.register.entry import problems
from sp4n.tenants.register.regions import regional_governments

EVERY = sorted({*today().agencies, *monev_2021().agencies})
WITA = ZoneInfo("Asia/Makassar")
SLACK = 1.2  # how much longer than said a step may take


def category_keys() -> set[str]:
    told = json.loads(files("sp4n.settings").joinpath("data/categories.json").read_text("utf-8"))
    return {one["key"] for topic in told for one in (topic, *topic.get("topics", ()))}


@pytest.mark.parametrize("slug", EVERY)
def test_each_topic_has_a_unit_and_a_category_at_its_agency(slug: str) -> None:
    content = agency_content(slug)
    units = {unit.key for unit in content.units}
    assert {topic.unit for topic in content.topics} <= units
    assert {topic.category for topic in content.topics} <= category_keys()
    assert {topic.picture for topic in content.topics} <= {*NAMES, ""}
    assert any(topic.supervision for topic in content.topics)


@pytest.mark.parametrize("slug", EVERY)
def test_people_have_units_of_their_agency_and_addresses_of_nobody(slug: str) -> None:
    content = agency_content(slug)
    units = {unit.key for unit in content.units}
    emails = [content.email_of(person) for person in content.people]
    assert len(set(emails)) == len(emails)
    assert all(email.endswith(f"@{slug}.example") for email in emails)
    assert all(set(person.units) <= units for person in content.people)
    assert all(bool(person.units) == (person.role == "liaison") for person in content.people)


@pytest.mark.parametrize("slug", EVERY)
def test_texts_fit_their_fields_with_any_place(slug: str) -> None:
    content = agency_content(slug)
    for topic in (*content.topics, *topics("misfits")):
        for place in content.places:
            assert len(topic.title.replace("{place}", place)) <= LONGEST["title"]
        spoken = [topic.title, topic.text, topic.public, topic.progress, topic.answer]
        assert not re.search(r"\{(?!place\})", " ".join(spoken))


def test_misfits_say_why_and_what_to_do() -> None:
    assert all(one.reason in ARCHIVE_REASONS and one.message for one in topics("misfits"))


def test_nobody_in_it_can_be_telephoned_or_written_to() -> None:
    for name in ("phrases", *(f"agencies/{slug}" for slug in EVERY)):
        text = files("sp4n.demo").joinpath(f"data/{name}.toml").read_text("utf-8")
        assert not re.search(r"\b08\d{8,}", text)
        assert not re.search(r"@(?![a-z.]*\.example)", text)


@pytest.mark.parametrize("fate", NEEDED + OTHERS)
def test_a_fate_is_fulfilled_before_now(fate: Fate) -> None:
    took = sum(beat.days for beat in fate.beats) * SLACK
    assert took < fate.youngest <= fate.oldest <= 60


@pytest.mark.parametrize("day", ["2026-01-01", "2026-03-24", "2026-11-22", "2027-02-28"])
def test_stories_can_be_told_on_any_day(day: str) -> None:
    until = datetime.fromisoformat(f"{day}T03:00:00+00:00")
    content = agency_content("badungkab")
    told = list(stories_of(content, count=content.cases, until=until, zone=WITA, category_ids={}))
    assert len(told) == content.cases
    assert all(story.filed_at < until for story in told)
    assert all("{place}" not in story.answers.description for story in told)
    happened = [story.answers.occurred_on for story in told if story.answers.occurred_on]
    assert all(day <= until.astimezone(WITA).date() for day in happened)


def test_the_same_stories_are_told_each_time() -> None:
    until = datetime(2026, 11, 22, 3, tzinfo=UTC)
    content = agency_content("bpom")
    twice = [
        list(stories_of(content, count=12, until=until, zone=WITA, category_ids={}))
        for _ in range(2)
    ]
    assert twice[0] == twice[1]


@pytest.mark.parametrize("start", ["2026-11-20T13:00", "2026-11-21T02:00", "2026-03-19T23:30"])
def test_staff_act_in_office_hours_where_there_were_any(start: str) -> None:
    before = datetime.fromisoformat(start).replace(tzinfo=WITA)
    moments = [before]
    for _ in range(12):
        wanted = moments[-1] + timedelta(days=1.7)
        moments.append(office_moment(wanted, after=moments[-1], zone=WITA))
    assert all(later > earlier for earlier, later in pairwise(moments))
    at_work = [at for at in moments[1:] if is_working_day(at.date()) and 8 <= at.hour < 16]
    assert len(at_work) >= 8


@pytest.mark.parametrize("subject", NAMES)
def test_pictures_are_clean_files(subject: str) -> None:
    file = picture(subject)
    assert file.file_name == NAMES[subject]
    assert 500 < len(file.content) < 100_000


def test_phrases_are_there_in_every_language_of_the_topics() -> None:
    spoken = {topic.language for slug in EVERY for topic in agency_content(slug).topics}
    assert spoken <= all_phrases().replies.keys() & all_phrases().second_answers.keys()


def test_the_governments_of_2021_are_entries_as_any_other() -> None:
    governments = monev_2021().governments
    assert governments is not None
    assert not [entry.slug for entry in governments if problems(entry)]
    assert len(governments) == 523
    assert len(regional_governments()) - len(governments) == 4 + 19
