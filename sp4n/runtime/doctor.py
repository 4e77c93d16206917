"""`sp4n doctor`: is this installation whole? One line for each check.

A check takes the settings, returns words when all is well and raises `Fault` otherwise. Rooms add
theirs in app.py: `doctor.register(app, "storage", check)`; they run inside the app's context.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from flask import Flask

from sp4n.config import Settings

Check = Callable[[Settings], str]
EXTENSION = "sp4n.checks"


class Fault(Exception):
    """What is wrong, in one line."""


@dataclass(frozen=True)
class Finding:
    name: str
    well: bool
    words: str

    def __str__(self) -> str:
        return f"{'ok   ' if self.well else 'FAULT'} {self.name}: {self.words}"


def register(app: Flask, name: str, check: Check) -> None:
    """A check of the same name replaces the one before it."""
    app.extensions.setdefault(EXTENSION, {})[name] = check


def examine(
    settings: Settings, checks: Mapping[str, Check], load: Callable[[Settings], Flask]
) -> Iterator[Finding]:
    """`checks` first: they need no application, and often tell why it does not load."""
    for name, check in checks.items():
        yield _find(name, check, settings)
    try:
        app = load(settings)
    except Exception as error:
        yield Finding("application", False, one_line(error))
        return
    with app.app_context():
        for name, check in app.extensions.get(EXTENSION, {}).items():
            yield _find(name, check, settings)


def _find(name: str, check: Check, settings: Settings) -> Finding:
    try:
        return Finding(name, True, check(settings))
    except Exception as error:  # a check that breaks is a fault like any other
        return Finding(name, False, one_line(error))


def one_line(error: Exception) -> str:
    words = str(error).strip() or type(error).__name__
    return " ".join(words.split())
