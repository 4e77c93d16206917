"""The agency's own words in letters to reporters, kind by kind, in the draft of its settings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from sqlalchemy.orm import Session

from sp4n.audit.actors import Actor
from sp4n.configuration.models import ConfigurationVersion
from sp4n.configuration.operations import change_draft
from sp4n.configuration.queries import newest_values
from sp4n.errors import Invalid
from sp4n.notices.own_texts import LANGUAGES, PARTS, OwnTexts, fault, own_texts, written_texts
from sp4n.notices.words import default_text

KEY: Final = "message_texts"
FIELDS: Final = {f"{part}_{language}": (language, part) for language in LANGUAGES for part in PARTS}


def texts_in(values: Mapping[str, str]) -> OwnTexts:
    """Of a version's own values."""
    return own_texts(values.get(KEY, ""))


def with_texts(there: OwnTexts, *, kind: str, typed: Mapping[str, str]) -> OwnTexts:
    """`typed`: by the names of FIELDS. What is empty or reads as the default is the default.
    Invalid, at each field, for words that are not right."""
    own, wrong = dict(there), {}
    for name, (language, part) in FIELDS.items():
        words = "\n".join(line.strip() for line in typed.get(name, "").splitlines()).strip()
        own.pop((kind, language, part), None)
        if not words or words == default_text(kind, language, part):
            continue
        if said := fault(kind, part, words):
            wrong[name] = said
        own[kind, language, part] = words
    if wrong:
        raise Invalid(fields=wrong)
    return own


def set_texts(
    session: Session, *, kind: str, typed: Mapping[str, str], edits: int, actor: Actor
) -> ConfigurationVersion:
    """Into the draft. `edits`: as for `change_draft`."""
    own = with_texts(texts_in(newest_values(session)), kind=kind, typed=typed)
    answers = {KEY: written_texts(own)}
    return change_draft(session, answers=answers, edits=edits, actor=actor)
