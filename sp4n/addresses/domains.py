"""Domains of an agency's own: added, shown to be its own, chosen, lost, removed."""

from __future__ import annotations

import re
import secrets
from collections.abc import Sequence
from datetime import timedelta
from typing import Final
from urllib.parse import urlsplit

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from sp4n import clock
from sp4n.addresses.operations import one_at_a_time
from sp4n.addresses.probing import Fault, Proof
from sp4n.audit.actors import SYSTEM, Actor
from sp4n.audit.operations import record
from sp4n.errors import Invalid, NotFound, NotPossible
from sp4n.jobs.outbox import owe
from sp4n.jobs.queues import UPKEEP
from sp4n.tenants.models import AgencyDomain
from sp4n.tenants.scope import current_agency_id

CHECK: Final = "domain.check"
FAILING: Final = "notice.domain_failing"
LAPSED: Final = "notice.domain_lapsed"
# A verified domain that says nothing of us any more is served this long still.
GRACE: Final = timedelta(days=7)
CHECKED_EVERY: Final = timedelta(days=1)
# One that is not verified yet is looked at by itself for a while; then only when asked.
ARRIVED_WITHIN: Final = 2 * CHECKED_EVERY
TRIED_EVERY, TRIED_FOR = timedelta(hours=1), timedelta(days=7)
ASKED_AT_MOST_EVERY: Final = timedelta(seconds=30)
ANSWERED_WITHIN: Final = timedelta(minutes=10)  # by then a check that was asked for is lost
MOST: Final = 5

LABEL = r"(?!-)[a-z0-9-]{1,63}(?<!-)"
DOMAIN: Final = re.compile(rf"(?:{LABEL}\.)+(?:[a-z]{{2,63}}|xn--[a-z0-9-]{{1,59}})")
NOBODYS: Final = ("local", "localhost", "internal", "invalid", "onion", "arpa")


def domains(session: Session) -> Sequence[AgencyDomain]:
    return session.scalars(_own().order_by(AgencyDomain.domain)).all()


def domain_by_id(session: Session, *, domain_id: int) -> AgencyDomain:
    found = session.scalar(_own().where(AgencyDomain.id == domain_id))
    if found is None:
        raise NotFound
    return found


def verified_token(session: Session, *, domain: str) -> str:
    """What a domain that this agency verified by the file has to say; "" where it is none. One that
    the DNS showed to be its own is let go by the DNS alone."""
    by_file = (AgencyDomain.verified_at.is_not(None), AgencyDomain.method == "file")
    row = session.scalar(_own().where(AgencyDomain.domain == domain, *by_file))
    return row.token if row else ""


def add_domain(session: Session, *, typed: str, base_domain: str, actor: Actor) -> AgencyDomain:
    one_at_a_time(session)
    domain = _domain(typed, base_domain)
    held = domains(session)
    if any(one.domain == domain for one in held):
        raise Invalid(fields={"domain": _("Domain ini sudah ada di daftar Anda.")})
    if len(held) >= MOST:
        raise NotPossible(_("Paling banyak %(n)s domain. Hapus satu lebih dahulu.", n=MOST))
    row = AgencyDomain(domain=domain, token=secrets.token_urlsafe(24), asked_at=clock.now())
    session.add(row)
    session.flush()
    _record(session, actor, "domain.added", row)
    owe(session, kind=CHECK, object_id=row.id, queue=UPKEEP)
    return row


def ask_for_check(session: Session, *, row: AgencyDomain) -> bool:
    """False where one was asked for a moment ago, or its answer is on the way."""
    one_at_a_time(session)
    session.refresh(row)
    if row.asked_at is not None:
        pending = row.checked_at is None or row.checked_at < row.asked_at
        pause = ANSWERED_WITHIN if pending else ASKED_AT_MOST_EVERY
        if clock.now() - row.asked_at < pause:
            return False
    row.asked_at = clock.now()
    owe(session, kind=CHECK, object_id=row.id, queue=UPKEEP)
    session.flush()
    return True


def ask_for_due_checks(session: Session) -> None:
    """A step of the upkeep."""
    now = clock.now()
    for row in domains(session):
        every = CHECKED_EVERY if row.verified_at else TRIED_EVERY
        tried = bool(row.verified_at) or now - row.added_at < TRIED_FOR
        if tried and (row.asked_at is None or now - row.asked_at >= every):
            ask_for_check(session, row=row)


def take_proof(session: Session, *, row: AgencyDomain, proof: Proof) -> None:
    """What a check has found of this domain."""
    row.checked_at, row.fault = clock.now(), " ".join(proof.faults)
    if proof.method and row.verified_at is None:
        _verify(session, row, proof.method)
    elif proof.method:
        row.method, row.failing_since = proof.method, None
    elif row.verified_at is not None:
        _fail(session, row)
    if proof.arrives:
        row.arrived_at = clock.now()
    elif row.is_primary and not arrives(row, within=GRACE):
        row.is_primary = False
        _record(session, SYSTEM, "domain.unchosen", row)
    session.flush()


def arrives(row: AgencyDomain, *, within: timedelta = ARRIVED_WITHIN) -> bool:
    """Whether who opens the domain came out here when it was last looked at."""
    return row.arrived_at is not None and clock.now() - row.arrived_at < within


def choose_primary(session: Session, *, row: AgencyDomain | None, actor: Actor) -> None:
    """The domain that mails and links name from now on; None for the address of the house."""
    one_at_a_time(session)
    if row is not None and row.verified_at is None:
        raise NotPossible(_("Domain ini belum terbukti milik instansi Anda."))
    if row is not None and not arrives(row):
        message = _(
            "Domain ini belum mengarah ke sini. Arahkan dahulu, lalu tekan Periksa sekarang."
        )
        raise NotPossible(message)
    for one in domains(session):
        one.is_primary = False
    session.flush()
    if row is not None:
        row.is_primary = True
        session.flush()
        _record(session, actor, "domain.chosen", row)
    else:
        record(session, actor=actor, act="domain.unchosen", object_kind="domain")


def remove_domain(session: Session, *, row: AgencyDomain, actor: Actor) -> None:
    one_at_a_time(session)
    _record(session, actor, "domain.removed", row)
    session.delete(row)
    session.flush()


def _verify(session: Session, row: AgencyDomain, method: str) -> None:
    others = sa.select(AgencyDomain.id).where(
        AgencyDomain.domain == row.domain,
        AgencyDomain.verified_at.is_not(None),
        AgencyDomain.agency_id != row.agency_id,
    )
    if session.scalar(others.limit(1)) is not None:
        row.fault = Fault.TAKEN
        return
    try:
        with session.begin_nested():
            row.verified_at, row.method, row.failing_since = clock.now(), method, None
            session.flush()
    except IntegrityError:
        session.refresh(row)
        row.checked_at, row.fault = clock.now(), Fault.TAKEN
        return
    _record(session, SYSTEM, "domain.verified", row)


def _fail(session: Session, row: AgencyDomain) -> None:
    if row.failing_since is None:
        row.failing_since = clock.now()
        owe(session, kind=FAILING, object_id=row.id)
    elif clock.now() - row.failing_since >= GRACE:
        row.verified_at, row.failing_since, row.is_primary = None, None, False
        _record(session, SYSTEM, "domain.lapsed", row)
        owe(session, kind=LAPSED, object_id=row.id)


def _domain(typed: str, base_domain: str) -> str:
    """As it is looked up: no scheme, no path, in the letters of the DNS."""
    text = typed.strip().lower().rstrip(".")
    text = urlsplit(text).hostname or "" if "://" in text else text
    try:
        domain = text.encode("idna").decode("ascii")
    except UnicodeError:
        domain = ""
    last = domain.rpartition(".")[2]
    if len(domain) > 253 or not DOMAIN.fullmatch(domain) or last in NOBODYS:
        raise Invalid(fields={"domain": _("Tulis domain seperti lapor.badungkab.go.id.")})
    if domain == base_domain or domain.endswith(f".{base_domain}"):
        message = _("Domain ini milik SP4N. Alamat singkat Anda di sini sudah berlaku.")
        raise Invalid(fields={"domain": message})
    return domain


def _own() -> sa.Select[AgencyDomain]:
    return sa.select(AgencyDomain).where(AgencyDomain.agency_id == current_agency_id())


def _record(session: Session, actor: Actor, act: str, row: AgencyDomain) -> None:
    data = {"domain": row.domain}
    record(session, actor=actor, act=act, object_kind="domain", object_id=row.id, data=data)
