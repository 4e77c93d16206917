"""Who writes about what, when, and what becomes of it: drawn, the same for an agency each time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import cycle
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from sp4n.cases.answers import FilingAnswers
from sp4n.demo.content import AgencyContent, Topic, all_phrases, topics
from sp4n.demo.fates import Fate, drawn


@dataclass(frozen=True)
class Story:
    """`gaps`: how many days after one another the beats of the fate come."""

    topic: Topic
    place: str
    fate: Fate
    filed_at: datetime
    gaps: tuple[float, ...]
    answers: FilingAnswers
    publish: bool

    def told(self, text: str) -> str:
        return text.replace("{place}", self.place)


def stories_of(
    content: AgencyContent,
    *,
    count: int,
    until: datetime,
    zone: ZoneInfo,
    category_ids: Mapping[str, int],
) -> Iterator[Story]:
    """`until`: the moment at which the cases are to lie in the states that their fates say."""
    rng = Random(content.slug)  # noqa: S311 (nothing secret is drawn)
    subjects = _Subjects(content, rng)
    for fate in drawn(rng, count):
        topic = subjects.fit_for(fate)
        age = rng.uniform(fate.youngest, fate.oldest)
        filed_at = until - timedelta(days=age)
        place = rng.choice(content.places)
        answers = _answers(topic, place, content, rng, filed_at.astimezone(zone))
        chosen = category_ids.get(topic.category) if rng.random() < 0.8 else None
        yield Story(
            topic=topic,
            place=place,
            fate=fate,
            filed_at=filed_at,
            gaps=tuple(beat.days * rng.uniform(0.8, 1.2) for beat in fate.beats),
            answers=FilingAnswers(**answers, category_id=chosen),
            publish=not topic.supervision and rng.random() < 0.85,
        )


class _Subjects:
    """Every topic has its turn before one comes again."""

    def __init__(self, content: AgencyContent, rng: Random) -> None:
        misfits = topics("misfits")
        usual = [one for one in content.topics if not one.supervision]
        weighty = [one for one in content.topics if one.supervision]
        self._misfits, self._usual, self._weighty = (
            cycle(rng.sample(some, len(some))) for some in (misfits, usual, weighty)
        )

    def fit_for(self, fate: Fate) -> Topic:
        if fate.misfit:
            return next(self._misfits)
        return next(self._weighty if fate.supervised else self._usual)


def _answers(
    topic: Topic, place: str, content: AgencyContent, rng: Random, filed: datetime
) -> dict[str, Any]:
    complaint = topic.classification == "pengaduan" and not topic.reason
    happened = filed.date() - timedelta(days=rng.randint(0, 5))
    return {
        "classification": topic.classification,
        "title": topic.title.replace("{place}", place),
        "description": topic.text.replace("{place}", place),
        "occurred_on": happened if complaint else None,
        "location": place if "{place}" in topic.text + topic.title else "",
        "confidential": topic.supervision or rng.random() < 0.07,
        **_reporter(topic, content, rng),
    }


def _reporter(topic: Topic, content: AgencyContent, rng: Random) -> dict[str, Any]:
    """Named or not, reachable or not: one in five leaves no trace at all."""
    english = all_phrases().reporters["english"]
    name = rng.choice(english if topic.language == "en" else content.reporters)
    email = f"{name.lower().replace(' ', '.')}@pelapor.example"
    lot = rng.random()
    if lot < 0.2:
        return {"anonymous": True}
    if lot < 0.32:
        return {"anonymous": True, "reporter_name": name, "reporter_email": email}
    if lot < 0.42:
        return {"reporter_name": name}
    phone = f"{content.contact_phone.partition(' ')[0]} 555-01{rng.randint(10, 99)}"
    return {
        "reporter_name": name,
        "reporter_email": email,
        "reporter_phone": phone if rng.random() < 0.5 else "",
    }
