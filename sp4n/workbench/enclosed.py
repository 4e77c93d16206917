"""Files that go along with one answer to many: they wait under a key that the act names, each case
gets them in the transaction of its answer, and with the act's end none is left waiting."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from sp4n import clock
from sp4n.errors import Invalid
from sp4n.files.models import Attachment
from sp4n.files.refusals import FIELD
from sp4n.tenants.scope import current_agency_id
from sp4n.workbench.models import BulkAct

_UNDER_WAY = BulkAct.state.in_(("waiting", "running"))


def files_key(token: str) -> bytes:
    """They wait as those of a form under way do, and are swept as they are where nothing comes of
    it; no form of theirs has a key like that."""
    return sha256(f"bulk/{token}".encode()).digest()


def waiting_files(session: Session, token: str) -> Sequence[Attachment]:
    if not token:
        return ()
    return session.scalars(_waiting(token).order_by(Attachment.id)).all()


def hold_files(session: Session, token: str) -> None:
    """For an act that is asked for now: from here on no sweep takes them. Invalid where one has."""
    if not token:
        return
    found = session.scalars(_waiting(token).with_for_update()).all()
    if not found:
        raise Invalid(fields={FIELD: files_gone()})
    for one in found:
        one.created_at = clock.rounded_to_hour(clock.now())


def drop_files(session: Session, token: str) -> None:
    """At the end of an act, in its transaction; not where a second one waits for them."""
    if token and files_key(token) not in held_keys(session):
        here = sa.delete(Attachment).where(Attachment.draft_key == files_key(token))
        session.execute(here.where(Attachment.case_id.is_(None)))


def held_keys(session: Session) -> frozenset[bytes]:
    """Of the agency's acts that are under way: their files are no orphans."""
    token = BulkAct.asked["files"].astext
    held = sa.select(token).where(BulkAct.agency_id == current_agency_id(), _UNDER_WAY, token != "")
    return frozenset(files_key(one) for one in session.scalars(held))


def files_gone() -> str:
    return _("Berkas yang dipilih sudah tidak ada. Pilih lagi semua berkasnya.")


def _waiting(token: str) -> sa.Select[Attachment]:
    here = Attachment.draft_key == files_key(token)
    return sa.select(Attachment).where(here, Attachment.case_id.is_(None))
