"""Questions of an agency's own, published as its admin would, for a test to meet."""

from __future__ import annotations

from sp4n.audit.actors import Actor
from sp4n.configuration.operations import change_draft, publish_draft
from sp4n.configuration.queries import edits_so_far
from sp4n.settings.extra_questions import (
    YES_AND_NO,
    Kind,
    Option,
    Question,
    When,
    written_questions,
)
from sp4n.tenants.resolver import AgencyFacts
from tests.factories import Inside

ADMIN = Actor("staff", 1, "Ni Luh Admin", "admin")
PATIENT = Option("pasien", "Pasien", "Patient")
OTHER = Option(
    "lain",
    "Bukan keduanya",
    stop="Hubungi dinas kesehatan provinsi.",
    stop_en="Call the province's health office.",
    link="https://dinkes.contoh.go.id",
)
ROLE = Question(
    "peran",
    Kind.ONE,
    "Anda siapa?",
    "Who are you?",
    required=True,
    category="kesehatan",
    options=(PATIENT, Option("keluarga", "Keluarga pasien"), OTHER),
)
ROOM = Question(
    "kamar",
    Kind.TEXT,
    "Di kamar berapa?",
    required=True,
    category="kesehatan",
    when=When("peran", "pasien"),
)
SIGNS = Question(
    "gejala",
    Kind.SEVERAL,
    "Apa gejalanya?",
    category="kesehatan",
    options=(Option("demam", "Demam"), Option("batuk", "Batuk")),
)
HURT = Question("luka", Kind.YES_NO, "Ada yang terluka?", options=YES_AND_NO)
EVERY = (HURT, ROLE, ROOM, SIGNS)


def ask(inside: Inside, agency: AgencyFacts, *questions: Question) -> None:
    """From now on these, and no others."""
    with inside(agency) as session:
        answers = {"questions": written_questions(questions)}
        edits = edits_so_far(session)
        change_draft(session, answers=answers, edits=edits, actor=ADMIN)
        edits = edits_so_far(session)
        publish_draft(session, edits=edits, reason="Pertanyaan baru", actor=ADMIN)
