"""Renaming an agency: its old address goes on leading to the new one, and is never another's."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from sp4n import clock
from sp4n.addresses.queries import is_anothers, may_be_renamed_from, present_slug
from sp4n.audit.actors import Actor
from sp4n.audit.operations import record
from sp4n.errors import Invalid, NotPossible
from sp4n.settings.national import RENAME_INTERVAL, amount_of
from sp4n.tenants.register.slugs import slug_problem
from sp4n.tenants.scope import current_agency_id


@dataclass(frozen=True)
class Renaming:
    """What a renaming would do, for who is about to confirm it."""

    before: str
    after: str
    wait: timedelta  # until the next


def planned_renaming(session: Session, *, slug: str) -> Renaming:
    """Raises NotPossible before its time, Invalid for an address that cannot be had."""
    waits_until = may_be_renamed_from(session)
    if waits_until is not None and clock.now() < waits_until:
        raise NotPossible(_("Alamat baru saja diganti. Tunggu sampai waktunya tiba."))
    problem = slug_problem(slug)
    before = present_slug(session)
    if problem is None and slug == before:
        problem = _("Ini sudah alamat instansi Anda.")
    if problem is None and is_anothers(session, slug):
        problem = _taken(slug)
    if problem is not None:
        raise Invalid(fields={"slug": problem})
    return Renaming(before, slug, timedelta(days=amount_of(session, RENAME_INTERVAL)))


def rename(session: Session, *, slug: str, actor: Actor) -> Renaming:
    """From its commit on; other processes see it when what they keep of agencies is too old."""
    one_at_a_time(session)
    planned = planned_renaming(session, slug=slug)
    try:
        with session.begin_nested():
            session.execute(sa.select(sa.func.rename_agency(slug)))
    except IntegrityError as error:
        raise Invalid(fields={"slug": _taken(slug)}) from error
    session.expire_all()  # the function went past the objects that this session may hold
    record(
        session,
        actor=actor,
        act="address.renamed",
        object_kind="agency",
        object_id=current_agency_id(),
        data={"before": planned.before, "after": planned.after},
    )
    session.flush()
    return planned


def _taken(slug: str) -> str:
    return _("Alamat singkat “%(slug)s” sudah dipakai.", slug=slug)


def one_at_a_time(session: Session) -> None:
    """Within the agency, until the transaction ends."""
    key = f"addresses/{current_agency_id()}"
    session.execute(sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtextextended(key, 0))))
