"""Reads of what everyone may read of a case, and of what was decided about that."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from sp4n.cases.models import CaseRecord, PublicCase
from sp4n.cases.personal_data import Finding, found_in
from sp4n.cases.publication import public_events
from sp4n.cases.publicity_models import Publicity


@dataclass(frozen=True)
class Face:
    """What an agency wants everyone to read. `hidden` is masked in it, and in answers."""

    title: str
    body: str
    location: str
    hidden: tuple[str, ...] = ()
    reason: str = ""
    note: str = ""

    @property
    def texts(self) -> tuple[str, str, str]:
        return self.title, self.body, self.location


def versions_of(session: Session, case: CaseRecord) -> Sequence[Publicity]:
    """The newest first."""
    wanted = sa.select(Publicity).where(Publicity.case_id == case.id)
    return session.scalars(wanted.order_by(Publicity.number.desc())).all()


def newest_version(session: Session, case: CaseRecord) -> Publicity | None:
    wanted = sa.select(Publicity).where(Publicity.case_id == case.id)
    return session.scalar(wanted.order_by(Publicity.number.desc()).limit(1))


def face_of(session: Session, case: CaseRecord) -> Face:
    """As it stands; of a case about which nothing was decided yet, what its reporter wrote."""
    newest = newest_version(session, case)
    if newest is not None:
        return face_in(newest)
    public = session.get(PublicCase, (case.agency_id, case.id)) if case.published else None
    if public is not None:
        return Face(public.title, public.body, public.location, tuple(case.hidden))
    return Face(case.title, case.description, case.location, tuple(case.hidden))


def face_in(version: Publicity) -> Face:
    texts = version.title, version.body, version.location
    return Face(*texts, tuple(version.hidden), version.reason, version.note)


def said_to_all(session: Session, case: CaseRecord) -> list[str]:
    """The agency's own words in what is, or would be, the public history."""
    told = public_events(session, case)
    return [one.body for one in told if one.body and one.actor_kind != "reporter"]


def personal_data_of(face: Face, said: Iterable[str], names: Iterable[str] = ()) -> list[Finding]:
    return found_in(*face.texts, *said, names=names)
