"""What workers do for domains: look whether they are the agency's, and write to its admins."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial

import sqlalchemy as sa
from flask import current_app
from sqlalchemy.orm import Session

from sp4n.accounts.models import Account
from sp4n.accounts.permissions import ROLES, Permission
from sp4n.addresses.domains import (
    CHECK,
    FAILING,
    GRACE,
    LAPSED,
    ask_for_due_checks,
    domain_by_id,
    take_proof,
)
from sp4n.addresses.probing import Probe, told_here
from sp4n.db import db
from sp4n.errors import NotFound
from sp4n.jobs.registry import Effect, OutboxFacts, register, register_upkeep
from sp4n.notices.jobs import register_letters
from sp4n.notices.letters import Letter
from sp4n.tenants.edge import agency_edge
from sp4n.tenants.resolver import agency_by_id

PROBE = "sp4n.probe"
STAFF_LANGUAGE = "id"


def register_addresses() -> None:
    register(CHECK, check_domain)
    register_upkeep("domains", ask_for_due_checks)
    for kind in (FAILING, LAPSED):
        register_letters(kind, domain_letter, keepers)


def check_domain(session: Session, job: OutboxFacts) -> Effect | None:
    """Nothing, where it was removed since. What the domain says is waited for in no transaction."""
    try:
        row = domain_by_id(session, domain_id=job.object_id or 0)
    except NotFound:
        return None
    return partial(look, row.agency_id, row.id, row.domain, row.token)


def look(agency_id: int, row_id: int, domain: str, token: str) -> None:
    probe: Probe = current_app.extensions[PROBE]
    proof = probe.prove(domain, token)
    if proof.method:
        told = told_here(current_app.extensions["sp4n.settings"].secret_key, domain)
        proof = replace(proof, arrives=probe.arrives(domain, told))
    with agency_edge(agency_id), suppress(NotFound):
        row = domain_by_id(db.session(), domain_id=row_id)
        db.session.refresh(row, with_for_update=True)
        take_proof(db.session(), row=row, proof=proof)


def keepers(session: Session, _job: OutboxFacts) -> Sequence[int]:
    roles = [role for role, may in ROLES.items() if Permission.SETTINGS_EDIT in may]
    wanted = sa.select(Account.id).where(Account.active, Account.role.in_(roles))
    return session.scalars(wanted.order_by(Account.id)).all()


def domain_letter(session: Session, job: OutboxFacts) -> Letter | None:
    """None where the account or the domain is gone, or all is well again."""
    email = session.scalar(
        sa.select(Account.email).where(Account.id == job.recipient_id, Account.active)
    )
    try:
        row = domain_by_id(session, domain_id=job.object_id or 0)
    except NotFound:
        return None
    agency = agency_by_id(row.agency_id)
    if email is None or agency is None or (job.kind == FAILING and row.failing_since is None):
        return None
    until = (row.failing_since + GRACE).astimezone(agency.zone) if row.failing_since else None
    facts = {"domain": row.domain, "until": until.date() if until else None}
    return Letter(job.kind, email, STAFF_LANGUAGE, "/kelola/alamat/", facts)
