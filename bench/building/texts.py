"""What invented reporters write: the demo's topics at numbered places, so that words are common,
rare and unique as in real reports."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from random import Random

from sp4n.demo.content import Topic, topics

STREETS = (
    "Melati",
    "Kenanga",
    "Cendana",
    "Pahlawan",
    "Merdeka",
    "Diponegoro",
    "Kartini",
    "Anggrek",
)
SIDES = ("depan pasar", "samping sekolah", "seberang masjid", "dekat jembatan", "ujung gang")
LANDMARKS = 997  # a prime: with the streets and sides each pair comes up about equally often


@dataclass(frozen=True, slots=True)
class Text:
    title: str
    body: str
    location: str
    topic: Topic


@cache
def subjects() -> tuple[Topic, ...]:
    folder = files("sp4n.demo").joinpath("data", "topics")
    names = sorted(entry.name.removesuffix(".toml") for entry in folder.iterdir())
    return tuple(topic for name in names for topic in topics(name) if topic.answer)


def text_of(number: int, rng: Random) -> Text:
    topic = rng.choice(subjects())
    place = f"Jalan {STREETS[number % len(STREETS)]} {SIDES[number % len(SIDES)]}"
    location = f"{place}, patokan {number % LANDMARKS}"
    body = f"{topic.text.replace('{place}', place)} Nomor tiang: T{number}."
    return Text(topic.title.replace("{place}", place), body, location, topic)
