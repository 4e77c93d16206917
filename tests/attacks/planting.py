"""Two agencies with canaries in everything they own, planted through the real operations.

A canary is `<word of the agency><case><sort>`, one run of letters: it says whose and what it is.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from flask import Flask
from sqlalchemy.orm import Session

from sp4n import clock
from sp4n.accounts import operations as accounts
from sp4n.accounts import queries
from sp4n.accounts.absences import set_absence
from sp4n.accounts.models import Account, IdentityProvider, ProviderSubject
from sp4n.accounts.people import Person, people_of
from sp4n.accounts.permissions import NATIONAL_ROLES, STAFF_ROLES
from sp4n.addresses.domains import add_domain
from sp4n.audit.actors import SYSTEM, Actor
from sp4n.cases import operations
from sp4n.cases.answers import FilingAnswers
from sp4n.cases.drafts import form_key_hash, new_form_key, save_draft
from sp4n.cases.models import CaseRecord
from sp4n.cases.queries import case_by_reference
from sp4n.db import db
from sp4n.figures.ratings import DIMENSIONS
from sp4n.files.cleaning import clean_upload
from sp4n.files.operations import store_upload
from sp4n.files.queries import attachments_of_case
from sp4n.national.entries import enter_agency
from sp4n.organisation.operations import UnitAnswers, add_unit
from sp4n.settings.extra_questions import Kind, Question, written_questions
from sp4n.tenants.edge import edge
from sp4n.tenants.everyone import NATIONAL
from sp4n.tenants.resolver import AgencyFacts
from tests import factories
from tests.accounts.people import add_coordinator, add_staff
from tests.attacks.planting_documents import some_documents
from tests.attacks.planting_export import an_export
from tests.attacks.planting_follow import a_follower
from tests.attacks.planting_links import a_linked_case
from tests.attacks.planting_ombudsman import a_handoff
from tests.attacks.planting_people import (
    a_kept_form,
    a_number,
    a_reply_address,
    own_reports_links,
)
from tests.attacks.planting_plans import Plans
from tests.attacks.planting_policies import PlantedPolicies, plant_policies
from tests.attacks.planting_privacy import plant_privacy
from tests.attacks.planting_redact import a_part, a_public_photo
from tests.attacks.planting_settings import settings
from tests.attacks.planting_workbench import Workbench
from tests.attacks.sending import between_agencies
from tests.files.making import picture, upload

# What a case is in the end; the published ones are those that the public may see something of.
CASES = (
    "baru",
    "terbuka",
    "tertutup",
    "proses",
    "menunggu",
    "selesai",
    "arsip",
    "rahasia",
    "anonim",
    "tanpa",
    "sengketa",
)
PUBLISHED = {"terbuka", "proses", "menunggu", "selesai", "sengketa"}
CONFIDENTIAL = {"rahasia"}
# Cases of the first unit, whose liaison the planted one is; others have the second unit or none.
OF_THE_LIAISON = {"proses", "rahasia", "menunggu"}
IDENTITY = ("nama", "surel", "telepon")
# What every report was asked beside the common questions.
ASKED = Question("pelanggan", Kind.TEXT, "Nomor pelanggan")


@dataclass
class PlantedCase:
    id: int
    reference: str
    access_code: str
    attachment_id: int


@dataclass
class Nationals:
    """Coordinators, by role: their id, what their browser shows, and on which row that is."""

    ids: dict[str, int] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)
    sessions: dict[str, int] = field(default_factory=dict)
    passkeys: list[int] = field(default_factory=list)

    @property
    def operator(self) -> Actor:
        return Actor("coordinator", self.ids["coordinator"], "Ayu Nasional", "coordinator")


@dataclass
class Planted:
    """One agency and what was planted in it; people are by role."""

    agency: AgencyFacts
    word: str
    nationals: Nationals
    cases: dict[str, PlantedCase] = field(default_factory=dict)
    accounts: dict[str, int] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)
    sessions: dict[str, int] = field(default_factory=dict)
    units: list[int] = field(default_factory=list)
    absence: int = 0
    domains: list[int] = field(default_factory=list)
    passkeys: list[int] = field(default_factory=list)
    pictures: list[str] = field(default_factory=list)
    questions: list[str] = field(default_factory=list)
    link: str = ""
    workbench: Workbench = field(default_factory=Workbench)
    plans: Plans = field(default_factory=Plans)
    follow_keys: list[str] = field(default_factory=list)
    link_keys: list[str] = field(default_factory=list)
    reply_keys: list[str] = field(default_factory=list)
    export_id: int = 0
    export_token: str = ""
    form_key: str = ""
    handoff: int = 0
    suggestion: int = 0
    photo: str = ""
    policies: PlantedPolicies = field(default_factory=PlantedPolicies)
    documents: list[int] = field(default_factory=list)
    members: list[int] = field(default_factory=list)
    sent: tuple[int, int] = (0, 0)  # by another agency to this one; by this one, for a coordinator

    def canary(self, case: str, sort: str) -> str:
        return f"{self.word}{case}{sort}"


def plant_nationals(app: Flask) -> Nationals:
    made = Nationals()
    with app.app_context(), edge(NATIONAL):
        for role in NATIONAL_ROLES:
            person = add_coordinator(db.session(), role)
            made.ids[role] = person.id
            made.tokens[role], made.sessions[role] = signed_in(db.session(), person)
            made.passkeys.append(a_key(db.session(), person, "Kunci koordinator"))
    return made


def plant(app: Flask, word: str, nationals: Nationals) -> Planted:
    place = word.removeprefix("kenari").title()
    names = {"name": f"Pemerintah Kabupaten {place}", "short_name": f"Pemkab {place}"}
    planted = Planted(factories.make_agency(app, **names), word, nationals)
    inside = factories.Inside(app)
    with inside(planted.agency) as session:
        people(session, planted)
    for name in CASES:
        with inside(planted.agency) as session:
            Filing(app, session, planted, name).file()
        with inside(planted.agency) as session:
            walk(session, planted, name)
    with inside(planted.agency) as session:
        loose_ends(app, session, planted)
    linked = planted.cases["proses"].reference
    planted.suggestion = a_linked_case(app, planted.agency, linked)
    planted.sent = between_agencies(app, planted.agency, planted.canary("", "kiriman"))
    return planted


def people(session: Session, planted: Planted) -> None:
    """An account of each role, signed in; a unit for the liaison and one for nobody."""
    staff = {role: one_person(session, planted, role) for role in STAFF_ROLES}
    admin = queries.actor_of(session, staff["admin"])
    for number in ("satu", "dua"):
        answers = UnitAnswers(planted.canary("unit", number), planted.canary("unitpendek", number))
        planted.units.append(add_unit(session, answers=answers, actor=admin).id)
    accounts.set_units(session, account=staff["liaison"], unit_ids=planted.units[:1], actor=admin)
    planted.absence = set_absence(
        session,
        account=staff["liaison"],
        deputy_id=planted.accounts["admin"],
        starts_on=clock.today(planted.agency.zone),
        ends_on=clock.today(planted.agency.zone),
        zone=planted.agency.zone,
        actor=admin,
    ).id


def one_person(session: Session, planted: Planted, role: str) -> Account:
    name = planted.canary("petugas", role)
    account = add_staff(session, role, name=name, email=f"{name}@contoh.go.id")
    planted.accounts[role] = account.id
    planted.passkeys.append(a_key(session, account, planted.canary("kunci", role)))
    device = planted.canary("peramban", role)
    planted.tokens[role], planted.sessions[role] = signed_in(session, account, device)
    return account


def a_key(session: Session, person: Person, name: str) -> int:
    """One that nobody has: its row is what is attacked."""
    people = people_of(session)
    row = people.passkey(
        **{people.key: person.id},
        credential_id=name.encode() + bytes([person.id % 256]),
        public_key=b"",
        sign_count=0,
        user_handle=name.encode(),
        domain="localhost",
        name=name,
        challenged_at=clock.now(),
    )
    session.add(row)
    session.flush()
    return int(row.id)


def signed_in(session: Session, person: Person, device: str = "") -> tuple[str, int]:
    token = accounts.open_session(session, person=person, device=device)
    visit = queries.visit(session, token=token)
    assert visit is not None
    return token, visit.session.id


@dataclass
class Filing:
    """One report, with a picture, through the operations that the form calls."""

    app: Flask
    session: Session
    planted: Planted
    name: str

    def file(self) -> None:
        planted, key = self.planted, new_form_key()
        self.attach(form_key_hash(key))
        filed = operations.file_case(
            self.session,
            sealer=self.app.extensions["sp4n.sealer"],
            secret=self.app.extensions["sp4n.settings"].secret_key,
            form_key=key,
            answers=self.answers(),
            agency=replace(planted.agency, questions=written_questions([ASKED])),
            language="id",
        )
        (attachment,) = attachments_of_case(self.session, filed.case_id)
        planted.cases[self.name] = PlantedCase(
            filed.case_id, filed.reference, filed.access_code, attachment.id
        )

    def attach(self, draft_key: bytes) -> None:
        file = upload(
            picture("PNG"), f"{self.planted.canary(self.name, 'berkas')}.png", "image/png"
        )
        storage = self.app.extensions["sp4n.storage"]
        store_upload(self.session, storage=storage, file=clean_upload(file), draft_key=draft_key)

    def answers(self) -> FilingAnswers:
        planted, name = self.planted, self.name
        who: dict[str, Any] = {
            "reporter_name": planted.canary(name, "nama"),
            "reporter_email": f"{planted.canary(name, 'surel')}@contoh.id",
            "reporter_phone": planted.canary(name, "telepon"),
        }
        return FilingAnswers(
            classification="pengaduan",
            title=planted.canary(name, "judul"),
            description=planted.canary(name, "uraian"),
            location=planted.canary(name, "lokasi"),
            anonymous=name in ("anonim", "tanpa"),
            confidential=name in CONFIDENTIAL,
            extra=((ASKED.key, planted.canary(name, "tambahan")),),
            **({} if name == "tanpa" else who),
        )


def walk(session: Session, planted: Planted, name: str) -> None:
    """From unverified to where a case of this name ends."""
    row = (planted.agency.id, planted.accounts["admin"])
    admin = queries.actor_of(session, session.get_one(Account, row))
    case = case_by_reference(session, reference=planted.cases[name].reference, actor=SYSTEM)
    operations.note_case(session, case=case, actor=admin, body=planted.canary(name, "catatan"))
    if name == "arsip":
        message = planted.canary(name, "pesan")
        operations.archive_case(session, case=case, actor=admin, reason="spam", message=message)
    elif name not in ("baru", "tanpa"):
        verify(session, planted, name, case, admin)
        if name not in ("terbuka", "tertutup"):
            answer(session, planted, name, case, admin)


def verify(session: Session, planted: Planted, name: str, case: CaseRecord, admin: Actor) -> None:
    operations.verify_case(
        session,
        case=case,
        actor=admin,
        supervision=False,
        category_id=None,
        public_title=planted.canary(name, "umum"),
        public_body=f"{planted.canary(name, 'umumisi')} {planted.canary(name, 'samaran')}",
        hidden=[planted.canary(name, "samaran")] if name in PUBLISHED else [],
        public_location=planted.canary(name, "umumlokasi"),
        publish=name in PUBLISHED,
        unit_id=planted.units[0 if name in OF_THE_LIAISON else 1],
    )


def answer(session: Session, planted: Planted, name: str, case: CaseRecord, admin: Actor) -> None:
    body = f"{planted.canary(name, 'jawaban')} {planted.canary(name, 'samaran')}"
    operations.answer_case(session, case=case, actor=admin, body=body, final=False)
    operations.reply_to_case(session, case=case, body=planted.canary(name, "balasan"))
    if name == "proses":
        question, draft = planted.canary(name, "pertanyaan"), planted.canary(name, "tanggapandraf")
        operations.hold_case(session, case=case, actor=admin, body=question)
        operations.reply_to_case(session, case=case, body=planted.canary(name, "balasan"))
        operations.draft_answer(session, case=case, actor=admin, body=draft, final=False)
    if name in ("menunggu", "selesai"):
        operations.answer_case(session, case=case, actor=admin, body=body, final=True)
    if name == "selesai":
        operations.accept_answer(session, case=case)
        comment = planted.canary(name, "komentar")
        scores = dict.fromkeys(DIMENSIONS, 3)
        operations.rate_case(session, case=case, scores=scores, comment=comment)
    for _time in range(2 if name == "sengketa" else 0):
        operations.answer_case(session, case=case, actor=admin, body=body, final=True)
        operations.accept_answer(session, case=case)
        operations.contest_case(session, case=case, body=planted.canary(name, "sanggahan"))


def loose_ends(app: Flask, session: Session, planted: Planted) -> None:
    """A link that was mailed, a form under way, settings published and drafted, a coordinator who
    came in."""
    planted.link = accounts.make_token(
        session, account_id=planted.accounts["viewer"], purpose="reset"
    )
    planted.form_key = new_form_key()
    typed = {"title": planted.canary("", "draf"), "classification": "pengaduan"}
    save_draft(
        session,
        sealer=app.extensions["sp4n.sealer"],
        form_key=planted.form_key,
        answers={"typed": typed},
    )
    settings(app, session, planted)
    own_domain(session, planted)
    a_provider(app, session, planted)
    an_export(app, session, planted)
    planted.workbench.plant(session, planted)
    planted.plans.plant(session, planted)
    planted.handoff = a_handoff(session, planted)
    planted.photo = a_public_photo(app, session, planted)
    a_part(session, planted)
    plant_privacy(session, planted, app.extensions["sp4n.settings"].secret_key)
    some_documents(app, session, planted)
    planted.follow_keys = a_follower(app, session, planted)
    a_number(session, planted)
    a_kept_form(app, session, planted)
    planted.reply_keys = a_reply_address(app, session, planted)
    planted.link_keys = own_reports_links(app, session, planted)
    planted.policies = plant_policies(session, planted)
    reason = planted.canary("", "alasanmasuk")
    enter_agency(session, actor=planted.nationals.operator, reason=reason)


def own_domain(session: Session, planted: Planted) -> None:
    """One that is not proven: its name is nobody else's business."""
    person = session.get_one(Account, (planted.agency.id, planted.accounts["admin"]))
    row = add_domain(
        session,
        typed=f"{planted.canary('', 'pengaturandomain')}.example",
        base_domain="localhost",
        actor=queries.actor_of(session, person),
    )
    planted.domains.append(row.id)


def a_provider(app: Flask, session: Session, planted: Planted) -> None:
    """Not in use, so that sign-in pages do not name it; and one of its people."""
    word, now = planted.canary("", "pengaturanpenyedia"), clock.now()
    secret = planted.canary("", "rahasiapenyedia").encode()
    sealed = app.extensions["sp4n.provider_sealer"].seal(secret)
    named = {"name": word, "client_id": word, "mail_domains": "contoh.go.id"}
    session.add(IdentityProvider(**named, issuer=f"https://{word}.example", sealed_secret=sealed))
    whose = {"account_id": planted.accounts["viewer"], "subject": planted.canary("", "subjek")}
    seen = {"bound_at": now, "began_at": now}
    session.add(ProviderSubject(**whose, **seen, issuer=f"https://{word}.example"))
    session.flush()
