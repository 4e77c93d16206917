"""The team of a former decree, carried into the draft of the next one in one act."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from sp4n.accounts.models import Account
from sp4n.audit.actors import Actor
from sp4n.audit.operations import record
from sp4n.decrees.models import DecreeMember
from sp4n.decrees.queries import members_of
from sp4n.documents.models import Document
from sp4n.documents.operations import in_hand
from sp4n.errors import Invalid, NotPossible


@dataclass(frozen=True, slots=True)
class Carried:
    """`present`: those that were in the draft already; `closed`: of those added, how many had an
    account that was closed since, and now name none."""

    added: int
    present: int
    closed: int


def teams_to_carry(session: Session, document: Document) -> Sequence[Document]:
    """Issued ones of its kind that name somebody: the one that it replaces, then the newest."""
    named = sa.exists().where(
        DecreeMember.agency_id == Document.agency_id, DecreeMember.document_id == Document.id
    )
    wanted = sa.select(Document).where(
        Document.kind == document.kind,
        Document.state == "issued",
        Document.id != document.id,
        named,
    )
    order = (Document.valid_from.desc(), Document.id.desc())
    found = session.scalars(wanted.order_by(*order).limit(50)).all()
    return sorted(found, key=lambda one: one.id != document.replaces_id)


def carry_team(session: Session, *, document: Document, former_id: int, actor: Actor) -> Carried:
    """Whoever stands there with the same position and unit already is not added again."""
    draft = in_hand(session, document)
    if draft.state != "draft":
        raise NotPossible(_("Keputusan ini sudah ditetapkan; naskah dan timnya tidak diubah lagi."))
    former = next((one for one in teams_to_carry(session, draft) if one.id == former_id), None)
    if former is None:
        raise Invalid(fields={"former_id": _("Pilih keputusan dari daftar.")})
    there = {_who(one) for one in members_of(session, draft.id)}
    open_ones = set(session.scalars(sa.select(Account.id).where(Account.active)))
    members = members_of(session, former.id)
    fresh = [one for one in members if _who(one) not in there]
    closed = sum(one.account_id is not None and one.account_id not in open_ones for one in fresh)
    session.add_all(
        DecreeMember(
            document_id=draft.id,
            position=one.position,
            name=one.name,
            post=one.post,
            unit_id=one.unit_id,
            tasks=one.tasks,
            account_id=one.account_id if one.account_id in open_ones else None,
        )
        for one in fresh
    )
    session.flush()
    record(
        session,
        actor=actor,
        act="document.team_carried",
        object_kind="document",
        object_id=draft.id,
        data={"kind": draft.kind, "name": draft.title, "members": len(fresh)},
    )
    return Carried(len(fresh), len(members) - len(fresh), closed)


def _who(one: DecreeMember) -> tuple[str, str, int | None]:
    return (one.position, one.name.casefold(), one.unit_id)
