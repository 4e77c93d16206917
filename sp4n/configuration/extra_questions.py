"""An agency's own questions, one at a time, in the draft of its settings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Final

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from sp4n.audit.actors import Actor
from sp4n.configuration.checks import NotRight
from sp4n.configuration.identity import website
from sp4n.configuration.models import ConfigurationVersion
from sp4n.configuration.operations import change_draft
from sp4n.configuration.queries import newest_values
from sp4n.errors import Invalid, NotFound, NotPossible
from sp4n.settings.extra_questions import (
    CHOSEN,
    LONGEST,
    MOST_OF_A_CATEGORY,
    MOST_OPTIONS,
    MOST_QUESTIONS,
    Kind,
    Option,
    Question,
    asked_of,
    can_depend_on,
    decimal_of,
    faulty_conditions,
    read_questions,
    written_questions,
)
from sp4n.tenants.resolver import agency_by_slug

KEY: Final = "questions"


def questions_in(values: Mapping[str, str]) -> tuple[Question, ...]:
    """Of a version's own values."""
    return read_questions(values.get(KEY, ""))


def newest_questions(session: Session) -> tuple[Question, ...]:
    """What an editor goes on from."""
    return questions_in(newest_values(session))


def question_with(session: Session, key: str) -> Question:
    return _one(newest_questions(session), key)


def was_published(session: Session, key: str) -> bool:
    """Whether it was ever asked: then it may have answers, and stays, as retired."""
    version = ConfigurationVersion.__table__.c
    shown = version["values"][KEY].astext.contains(f'"key":"{key}"', autoescape=True)
    was = version.state.in_(("published", "past"))
    return bool(session.scalar(sa.select(sa.exists().where(was, shown))))


def save_question(
    session: Session, *, question: Question, edits: int, actor: Actor
) -> ConfigurationVersion:
    """A new one at the end, or instead of the one with its key. `edits`: as for `change_draft`."""
    there = newest_questions(session)
    known = {one.key for one in there}
    if question.key in known:
        now = tuple(question if one.key == question.key else one for one in there)
    else:
        now = (*there, question)
    if wrong := _faults(question, now):
        raise Invalid(fields=wrong)
    return _keep(session, now, edits, actor)


def move_question(
    session: Session, *, key: str, up: bool, edits: int, actor: Actor
) -> ConfigurationVersion:
    """Before or behind its neighbour among those of its category that are asked."""
    there = list(newest_questions(session))
    one = _one(there, key)
    row = asked_of(there, [one.category])
    place = row.index(one) + (-1 if up else 1) if one in row else -1
    if not 0 <= place < len(row):
        raise NotPossible(_("Pertanyaan ini tidak dapat dipindah lebih jauh."))
    mine, other = there.index(one), there.index(row[place])
    there[mine], there[other] = there[other], there[mine]
    return _keep(session, there, edits, actor)


def retire_question(
    session: Session, *, key: str, retired: bool, edits: int, actor: Actor
) -> ConfigurationVersion:
    """Not asked any more, or asked again; cases keep what was answered."""
    there = newest_questions(session)
    one = _one(there, key)
    now = tuple(replace(each, retired=retired) if each is one else each for each in there)
    if not retired and (wrong := _faults(replace(one, retired=False), now)):
        raise NotPossible(next(iter(wrong.values())))
    return _keep(session, now, edits, actor)


def drop_question(session: Session, *, key: str, edits: int, actor: Actor) -> ConfigurationVersion:
    """Only one that was never asked."""
    there = newest_questions(session)
    one = _one(there, key)
    if was_published(session, key):
        raise NotPossible(
            _("Pertanyaan ini pernah terbit, jadi tidak dihapus. Berhentilah menanyakannya.")
        )
    return _keep(session, [each for each in there if each is not one], edits, actor)


def _one(questions: Sequence[Question], key: str) -> Question:
    found = next((one for one in questions if one.key == key), None)
    if found is None:
        raise NotFound
    return found


def _keep(
    session: Session, questions: Sequence[Question], edits: int, actor: Actor
) -> ConfigurationVersion:
    lost = faulty_conditions(questions)
    if lost:
        raise NotPossible(
            _(
                "“%(label)s” hanya ditanyakan setelah pertanyaan lain. Ubah dahulu syaratnya, agar "
                "pertanyaan itu tetap ada sebelumnya.",
                label=lost[0].label,
            )
        )
    answers = {KEY: written_questions(questions)}
    return change_draft(session, answers=answers, edits=edits, actor=actor)


def _faults(question: Question, questions: Sequence[Question]) -> dict[str, str]:
    """By field; those of options as `option_0_label`, by their place."""
    wrong = {
        name: _("Paling panjang %(n)s huruf.", n=longest)
        for name, longest in LONGEST.items()
        if len(getattr(question, name, "")) > longest
    }
    if not question.label:
        wrong["label"] = _("Tulis pertanyaannya.")
    wrong |= _faults_of_bounds(question) | _faults_of_options(question)
    if question.when is not None:
        before = {one.key: one for one in can_depend_on(question, questions)}
        found = before.get(question.when.question)
        if found is None or found.option(question.when.answer) is None:
            wrong["when"] = _("Pilih jawaban dari pertanyaan yang ditanyakan lebih dahulu.")
    if len(asked_of(questions, [question.category])) > MOST_OF_A_CATEGORY:
        wrong["category"] = _(
            "Paling banyak %(n)s pertanyaan untuk satu topik.", n=MOST_OF_A_CATEGORY
        )
    elif len(questions) > MOST_QUESTIONS:
        wrong["category"] = _("Paling banyak %(n)s pertanyaan.", n=MOST_QUESTIONS)
    return wrong


def _faults_of_bounds(question: Question) -> dict[str, str]:
    if question.kind != Kind.NUMBER:
        return {}
    wrong, bounds = {}, dict[str, Decimal]()
    for name in ("low", "high"):
        text = getattr(question, name)
        try:
            if text:
                bounds[name] = decimal_of(text)
        except ValueError:
            wrong[name] = _("Tulis dengan angka, misalnya 12 atau 2,5.")
    if len(bounds) == 2 and bounds["low"] > bounds["high"]:
        wrong["high"] = _("Batas atas lebih kecil dari batas bawah.")
    return wrong


def _faults_of_options(question: Question) -> dict[str, str]:
    if question.kind not in CHOSEN:
        return {}
    wrong: dict[str, str] = {}
    labels: set[str] = set()
    if not 2 <= len(question.options) <= MOST_OPTIONS:
        wrong["option_0_label"] = _("Tulis 2 sampai %(n)s pilihan jawaban.", n=MOST_OPTIONS)
    for place, option in enumerate(question.options):
        for name, words in _faults_of(option).items():
            wrong[f"option_{place}_{name}"] = words
        if option.label.casefold() in labels:
            wrong[f"option_{place}_label"] = _("Pilihan ini sudah ada.")
        labels.add(option.label.casefold())
    if question.options and all(option.stop for option in question.options):
        wrong["option_0_stop"] = _("Sisakan sedikitnya satu jawaban yang boleh diteruskan.")
    return wrong


def _faults_of(option: Option) -> dict[str, str]:
    wrong = {
        name: _("Paling panjang %(n)s huruf.", n=longest)
        for name, longest in LONGEST.items()
        if len(getattr(option, name, "")) > longest
    }
    if not option.label:
        wrong["label"] = _("Tulis pilihannya.")
    if option.link:
        try:
            website(option.link)
        except NotRight as fault:
            wrong["link"] = str(fault)
    if option.agency and agency_by_slug(option.agency) is None:
        wrong["agency"] = _("Instansi itu tidak ada di SP4N. Tulis alamat singkatnya.")
    if (option.link or option.agency or option.stop_en) and not option.stop:
        wrong["stop"] = _("Tulis juga ke mana pelapor sebaiknya pergi.")
    return wrong
