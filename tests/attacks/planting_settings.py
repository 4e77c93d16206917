"""What an agency keeps of itself, for the attacks: published, and drafted."""

from __future__ import annotations

from typing import Any

from flask import Flask
from sqlalchemy.orm import Session

from sp4n.accounts import queries
from sp4n.accounts.models import Account
from sp4n.audit.actors import Actor
from sp4n.configuration import operations as configuration
from sp4n.configuration.models import ConfigurationVersion
from sp4n.configuration.queries import edits_so_far
from sp4n.files.cleaning import clean_upload
from sp4n.files.drawing import Sort, draw
from sp4n.files.pictures import keep_picture
from sp4n.settings.extra_questions import Kind, Question, written_questions
from sp4n.tenants.scope import current_agency_id
from tests.files.making import picture, upload

# What a case is in the end; the published ones are those that the public may see something of.


def settings(app: Flask, session: Session, planted: Any) -> None:
    """What is published anybody may read, so that only reasons and the draft have canaries; of the
    two pictures one is published, and one is drafted."""
    person = session.get_one(Account, (planted.agency.id, planted.accounts["admin"]))
    admin = queries.actor_of(session, person)
    planted.pictures = [a_logo(app, session, height) for height in (100, 120)]
    for hours in ("Senin", "Selasa"):
        limits = {"time_limits": f"0:first_answer::{len(hours) - 2}"}
        answers = {"opening_hours": hours, "logo": planted.pictures[0], **limits}
        drafted = drafting(session, answers, admin)
        reason = planted.canary("", "pengaturanalasan")
        configuration.publish_draft(session, edits=drafted.edits, reason=reason, actor=admin)
    word = planted.canary("", "pengaturandraf")
    day_off = f"2027-03-03|{word}|{word}"
    answers = {"mail_signature": word, "local_holidays": day_off, "logo": planted.pictures[1]}
    own = Question(f"q{planted.agency.id}", Kind.TEXT, word)
    planted.questions.append(own.key)
    drafting(session, {**answers, "questions": written_questions([own])}, admin)


def a_logo(app: Flask, session: Session, height: int) -> str:
    """Each agency's is its own: as wide as its number says."""
    width = 100 + current_agency_id() % 300
    file = clean_upload(upload(picture("PNG", (width, height)), "logo.png", "image/png"))
    storage = app.extensions["sp4n.storage"]
    return keep_picture(session, storage=storage, drawn=draw(file, Sort.LOGO))


def drafting(session: Session, answers: dict[str, str], actor: Actor) -> ConfigurationVersion:
    return configuration.change_draft(
        session, answers=answers, edits=edits_so_far(session), actor=actor
    )
