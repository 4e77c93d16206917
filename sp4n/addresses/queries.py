"""Reads of an agency's addresses: what it was called before, and when it may be renamed again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from sp4n.settings.national import RENAME_INTERVAL, amount_of
from sp4n.tenants.models import Agency, AgencyFormerSlug
from sp4n.tenants.scope import current_agency_id


def former_slugs(session: Session) -> Sequence[AgencyFormerSlug]:
    """Of the scope's agency, the latest first."""
    own = AgencyFormerSlug.agency_id == current_agency_id()
    wanted = sa.select(AgencyFormerSlug).where(own).order_by(AgencyFormerSlug.until.desc())
    return session.scalars(wanted).all()


def may_be_renamed_from(session: Session) -> datetime | None:
    """The moment from which on the address may be changed again; None where it never was."""
    last = next(iter(former_slugs(session)), None)
    return last.until + timedelta(days=amount_of(session, RENAME_INTERVAL)) if last else None


def present_slug(session: Session) -> str:
    return session.scalars(sa.select(Agency.slug).where(Agency.id == current_agency_id())).one()


def is_anothers(session: Session, slug: str) -> bool:
    """Whether another agency has this address, or ever had it."""
    present = sa.select(Agency.id.label("agency_id")).where(Agency.slug == slug)
    former = sa.select(AgencyFormerSlug.agency_id).where(AgencyFormerSlug.slug == slug)
    return any(owner != current_agency_id() for owner in session.scalars(present.union_all(former)))
