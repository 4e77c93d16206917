"""A letter to one person, and who writes which: rooms above register theirs, in `app.py`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy.orm import Session

from sp4n.jobs.registry import OutboxFacts, UnknownKind

Fact = str | int | bool | date | None


@dataclass(frozen=True)
class Letter:
    """To one address, in its reader's language.

    `path` is where the link leads, on the site that sends it. `facts` are for the words of this
    kind (`notices.words`): a reference, local days; nothing that somebody wrote in confidence, and
    no access code, as mail is read by many machines on its way. `secret_path`: whoever is asked for
    it could use it, so that it leads to us in any case, never to a domain of an agency's own.
    `unsubscribe`: where one click ends such letters; secret, too.
    """

    kind: str
    to: str
    language: str
    path: str
    facts: Mapping[str, Fact] = field(default_factory=dict)
    secret_path: bool = False
    unsubscribe: str = ""


Write = Callable[[Session, OutboxFacts], Letter | None]
Recipients = Callable[[Session, OutboxFacts], Sequence[int]]


@dataclass(frozen=True)
class Writer:
    """`write` gives None where there is nobody to write to (any more). Where `recipients` is set,
    the row is first turned into one row for each account it names."""

    write: Write
    recipients: Recipients | None = None


_writers: dict[str, Writer] = {}


def register_writer(kind: str, write: Write, recipients: Recipients | None = None) -> None:
    _writers[kind] = Writer(write, recipients)


def writer_of(kind: str) -> Writer:
    try:
        return _writers[kind]
    except KeyError:
        raise UnknownKind(f"nobody writes letters of kind {kind!r}") from None
