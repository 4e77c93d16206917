"""Seals of what happened to cases, in a chain per agency. Appended, never changed: the database
lets nobody. Only salts go, with what they were the salt of."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from sp4n.db import Base
from sp4n.tenants.models import AgencyOwned, SharedByAgency, owned_key


class SealLink(SharedByAgency, Base):
    """A link of an agency's chain: `events` seals under one `root`, after the head `previous`.

    Read by all, so nothing of a case is in it. `at`: by the hour, as all times of people without a
    name. `through`: the last event that is sealed in it or before. `signature`: of the head, under
    the server's secret: who holds the database alone cannot make another chain.
    """

    __tablename__ = "seal_link"
    number: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    events: Mapped[int]
    root: Mapped[bytes]
    previous: Mapped[bytes]
    head: Mapped[bytes]
    signature: Mapped[bytes]
    through: Mapped[int]
    __table_args__ = (sa.Index("ix_seal_link_agency_id_at", "agency_id", "at", "number"),)


class EventSeal(AgencyOwned, Base):
    """Of one event: the `place`th leaf of its link. `words`: the salted hash of what was said in
    it, `files`: of each file that came with it, 32 bytes each. `leaf` is over these and the step
    itself, so that it holds when words and salt are gone."""

    __tablename__ = "event_seal"
    event_id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int]
    link: Mapped[int]
    place: Mapped[int]
    words: Mapped[bytes]
    files: Mapped[bytes] = mapped_column(server_default=sa.text("''::bytea"))
    leaf: Mapped[bytes]
    __table_args__ = (
        owned_key("event_id", "case_event"),
        owned_key("case_id", "case_record"),
        sa.Index("uq_event_seal_link", "agency_id", "link", "place", unique=True),
        sa.Index("ix_event_seal_case_id", "agency_id", "case_id"),
    )


class SealSalt(AgencyOwned, Base):
    """What makes the hashes of an event say nothing to who guesses at its words. Goes with them."""

    __tablename__ = "seal_salt"
    event_id: Mapped[int] = mapped_column(primary_key=True)
    salt: Mapped[bytes]
    __table_args__ = (owned_key("event_id", "case_event"),)
