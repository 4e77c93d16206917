"""The people of the demo: invited like anybody, with passphrases that everybody may know."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from sp4n import clock
from sp4n.accounts.models import Account, Coordinator
from sp4n.accounts.operations import invite, set_password
from sp4n.accounts.people import Person
from sp4n.accounts.queries import actor_of
from sp4n.audit.actors import SYSTEM, Actor
from sp4n.demo.content import AgencyContent, agency_content, coordinators
from sp4n.tenants.models import Agency

NATIONAL_SITE = "nasional"
NATIONAL_DOMAIN = "nasional.example"

# No secrets: they open invented accounts, which production refuses to have.
PASSPHRASES = {
    "admin": "perahu-kuning-di-tepi-danau",
    "head": "angin-pagi-membawa-kabar",
    "liaison": "tiga-cangkir-teh-serai",
    "viewer": "jendela-biru-di-loteng",
    "coordinator": "payung-merah-sesudah-hujan",
    "super_admin": "kereta-malam-lewat-jembatan",
}


@dataclass(frozen=True)
class SignIn:
    """`site`: an agency's slug, or NATIONAL_SITE."""

    site: str
    role: str
    email: str
    password: str


def invite_staff(
    session: Session, content: AgencyContent, units: Mapping[str, int]
) -> dict[str, list[Actor]]:
    """Role -> those who act in it. The first admin is nobody's guest, and invites the others."""
    invited: dict[str, list[Actor]] = {}
    for person in content.people:
        inviting = invited["admin"][0] if invited else SYSTEM
        account = _invite(
            session,
            email=content.email_of(person),
            name=person.name,
            role=person.role,
            actor=inviting,
            unit_ids=[units[key] for key in person.units],
        )
        invited.setdefault(person.role, []).append(actor_of(session, account))
    return invited


def invite_coordinators(session: Session) -> None:
    for person in coordinators():
        email = f"{person.email}@{NATIONAL_DOMAIN}"
        _invite(session, email=email, name=person.name, role=person.role, actor=SYSTEM)


def _invite(
    session: Session,
    *,
    email: str,
    name: str,
    role: str,
    actor: Actor,
    unit_ids: Collection[int] = (),
) -> Person:
    person = invite(session, email=email, name=name, role=role, actor=actor, unit_ids=unit_ids)
    person.created_at = clock.now()
    set_password(session, person=person, password=PASSPHRASES[role])
    return person


def sign_ins(session: Session, slugs: Collection[str]) -> list[SignIn]:
    """The demo's people as far as they can still sign in, the national ones first. In the national
    scope."""
    national = sa.select(Coordinator.email).where(Coordinator.active)
    staff = sa.select(Agency.slug, Account.email).where(
        Account.agency_id == Agency.id, Account.active, Agency.slug.in_(slugs)
    )
    held = {(NATIONAL_SITE, email) for email in session.scalars(national)}
    held |= {(slug, email) for slug, email in session.execute(staff)}
    return [one for one in _invented(slugs) if (one.site, one.email) in held]


def _invented(slugs: Collection[str]) -> list[SignIn]:
    found = [
        SignIn(NATIONAL_SITE, one.role, f"{one.email}@{NATIONAL_DOMAIN}", PASSPHRASES[one.role])
        for one in coordinators()
    ]
    for content in map(agency_content, slugs):
        found += [
            SignIn(content.slug, one.role, content.email_of(one), PASSPHRASES[one.role])
            for one in content.people
        ]
    return found
