"""Cases, what happened to them, who reported them, and what of them is public."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, query_expression

from sp4n.cases.indexes import OF_CASES
from sp4n.cases.searching import TAGS, words_sql
from sp4n.db import Base
from sp4n.figures.ratings import DIMENSIONS
from sp4n.tenants.models import AgencyOwned, Numbered, SharedByAgency, owned_key

# The last: requests under the law on public information, with limits of their own.
PUBLIC_INFORMATION = "permohonan_informasi"
BY_MARK, BY_CASE = ("agency_id", "address_hash"), ("agency_id", "case_id")
UNMARKED = "address_hash IS NULL"
CLASSIFICATIONS = ("pengaduan", "aspirasi", "permintaan_informasi", PUBLIC_INFORMATION)


class CaseRecord(AgencyOwned, Numbered, Base):
    """A report by a citizen. `due_at` is what the agency owes next; null when it owes nothing.

    `trial`: filed by staff before the agency went live; never public, nor in figures.
    `channel`: how it came in (`cases.channels`); `channel_link`: where it stands on social media.
    `state_before`: where a case that is on hold or archived goes back to.
    `held_at`: since when it is on hold. `paused_days`: working days that it was on hold, of those
    that its limits are counted over. `extended_days`: by which its end was put off, once.
    `limits_from`: where they are counted from since it was taken
    up again, instead of its filing or verification. `assignee_id`: the person who sees to it.
    `answer_draft`: an answer that waits to be approved, or was returned to its author.
    `reply_due_at`: until when it is its reporter's turn or, disputed, the coordinators'.
    `contest_until`: how long its reporter may say that it has not ended; `contests`: how often.
    `own_topic`: the number of the agency's own topic, below the national one of `category_id`.
    `owed_since`: when the agency came to owe what `due_at` is about, where that was not its filing;
    `escalation_level`: how far up its lateness has been told (`cases.escalation`); `escalates_at`:
    when that is looked at next.
    `received_at`: when another agency's case came here. `handover_id`: on its way to another one.
    `lead_id`: of cases about the same event the one that leads, also of that one itself. `linked`:
    there is, or was, a link to another agency's public case.
    `hidden`: passages that the public does not read, as the newest `Publicity` has them.
    `photos_told`: its reporter read that photos may be shown, before they sent it.
    `extra_answers`: to the agency's own questions, each with its label as it was asked
    (`cases.extra_answers`); what they say is never public.
    """

    __tablename__ = "case_record"
    reference: Mapped[str]
    access_code_hash: Mapped[bytes]
    classification: Mapped[str]
    supervision: Mapped[bool] = mapped_column(server_default=sa.false())
    title: Mapped[str]
    description: Mapped[str]
    occurred_on: Mapped[date | None]
    location: Mapped[str] = mapped_column(server_default="")
    category_id: Mapped[int | None] = mapped_column(sa.ForeignKey("category.id"))
    own_topic: Mapped[int | None]
    extra_answers: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, server_default="[]")
    anonymous: Mapped[bool]
    confidential: Mapped[bool]
    language: Mapped[str] = mapped_column(server_default="id")
    state: Mapped[str]
    state_before: Mapped[str | None]
    unit_id: Mapped[int | None]
    rule_set_id: Mapped[int] = mapped_column(sa.ForeignKey("rule_set.id"))
    filed_at: Mapped[datetime]
    verified_at: Mapped[datetime | None]
    first_answered_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    verify_due_at: Mapped[datetime]
    answer_due_at: Mapped[datetime | None]
    complete_due_at: Mapped[datetime | None]
    reply_due_at: Mapped[datetime | None]
    due_at: Mapped[datetime | None]
    held_at: Mapped[datetime | None]
    paused_days: Mapped[int] = mapped_column(server_default="0")
    limits_from: Mapped[datetime | None]
    extended_days: Mapped[int] = mapped_column(server_default="0")
    assignee_id: Mapped[int | None]
    answer_draft: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    contest_until: Mapped[datetime | None]
    contests: Mapped[int] = mapped_column(server_default="0")
    archive_reason: Mapped[str] = mapped_column(server_default="")
    published: Mapped[bool] = mapped_column(server_default=sa.false())
    hidden: Mapped[list[str]] = mapped_column(JSONB, server_default="[]")
    photos_told: Mapped[bool] = mapped_column(server_default=sa.false())
    channel: Mapped[str] = mapped_column(server_default="portal")
    channel_link: Mapped[str] = mapped_column(server_default="")
    trial: Mapped[bool] = mapped_column(server_default=sa.false())
    received_at: Mapped[datetime | None]
    handover_id: Mapped[int | None]
    owed_since: Mapped[datetime | None]
    escalation_level: Mapped[int] = mapped_column(server_default="0")
    escalates_at: Mapped[datetime | None]
    lead_id: Mapped[int | None]
    linked: Mapped[bool] = mapped_column(server_default=sa.false())
    updated_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(server_default="1")

    # Set where a list asks for it: whether its reader has something new to see (`cases.looking`).
    changed: Mapped[bool | None] = query_expression()

    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        owned_key("unit_id", "unit"),
        owned_key("assignee_id", "account"),
        owned_key("lead_id", "case_record"),
        sa.UniqueConstraint("agency_id", "reference"),
        sa.CheckConstraint(
            "state IN ('unverified','on_hold','unhandled','in_progress',"
            "'awaiting_reply','disputed','closed','archived','forwarded')",
            name="state",
        ),
        sa.CheckConstraint(
            "classification IN ('pengaduan','aspirasi','permintaan_informasi',"
            "'permohonan_informasi')",
            name="classification",
        ),
        sa.CheckConstraint("confidential OR NOT supervision", name="supervision"),
        *OF_CASES,
    )


class CaseEvent(AgencyOwned, Numbered, Base):
    """One thing that happened to a case: appended, never edited.

    kind: filed, verified, assigned, answered, noted, replied, rescheduled, closed, archived, asked,
    resumed, reopened, contested, appealed, entrusted, drafted, draft_returned, upheld, overturned,
    rated, withdrawn, escalated, extended, reclassified, supervised, ombudsman_offered,
    ombudsman_asked, ombudsman_received, ombudsman_decided, ombudsman_withdrawn, grouped, ungrouped,
    linked, unlinked, suggested, erased, expired, redacted, photo_shown, photo_hidden, split,
    split_off; between agencies offered, recalled, kept, decided, forwarded, received. What came
    from another agency says in `data` where it was: "agency", by its number "of"; and its "place"
    among all.
    `public` ones are shown to the reporter; a note never is.
    """

    __tablename__ = "case_event"
    case_id: Mapped[int]
    at: Mapped[datetime]
    kind: Mapped[str]
    public: Mapped[bool]
    actor_kind: Mapped[str]
    actor_id: Mapped[int | None]
    actor_name: Mapped[str] = mapped_column(server_default="")
    from_state: Mapped[str | None]
    to_state: Mapped[str | None]
    unit_id: Mapped[int | None]
    body: Mapped[str] = mapped_column(server_default="")
    data: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default="{}")
    __table_args__ = (
        owned_key("case_id", "case_record"),
        owned_key("unit_id", "unit"),
        sa.Index("ix_case_event_agency_id_case_id", "agency_id", "case_id", "id"),
        sa.Index(
            "ix_case_event_escalated",
            "agency_id",
            "id",
            postgresql_where=sa.text("kind = 'escalated'"),
        ),
    )


class Rating(AgencyOwned, Base):
    """What a reporter thought of one end of their case, 1 (bad) to 5 (good) of each; given once.

    `end_event_id`: the end; `event_id`: the rating in the history, whose body is their comment.
    """

    __tablename__ = "rating"
    end_event_id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int]
    case_id: Mapped[int]
    at: Mapped[datetime]
    access: Mapped[int]
    response: Mapped[int]
    transparency: Mapped[int]
    result: Mapped[int]
    __table_args__ = (
        owned_key("case_id", "case_record"),
        owned_key("end_event_id", "case_event"),
        owned_key("event_id", "case_event"),
        *(sa.CheckConstraint(f"{one} BETWEEN 1 AND 5", name=one) for one in DIMENSIONS),
        sa.Index("ix_rating_agency_id_at", "agency_id", "at", "end_event_id"),
    )


class Identity(AgencyOwned, Base):
    """The vault: the reporter's name and contacts, sealed. No row where none were given.

    `address_hash`: by it its reporter finds the case (`cases.own_address`); b"": nobody does.
    """

    __tablename__ = "identity"
    case_id: Mapped[int] = mapped_column(primary_key=True)
    sealed: Mapped[bytes]
    reachable: Mapped[bool]
    address_hash: Mapped[bytes | None]
    __table_args__ = (
        owned_key("case_id", "case_record"),
        sa.Index("ix_identity_address", *BY_MARK, postgresql_where=sa.text("address_hash <> ''")),
        sa.Index("ix_identity_unmarked", *BY_CASE, postgresql_where=sa.text(UNMARKED)),
    )


class IdentityLook(AgencyOwned, Numbered, Base):
    """Someone, or the mailing job, opened a sealed identity."""

    __tablename__ = "identity_look"
    case_id: Mapped[int]
    at: Mapped[datetime]
    actor_kind: Mapped[str]
    actor_id: Mapped[int | None]
    purpose: Mapped[str]
    __table_args__ = (
        owned_key("case_id", "case_record"),
        sa.Index("ix_identity_look_agency_id_case_id", "agency_id", "case_id"),
    )


class FilingDraft(AgencyOwned, Base):
    """The answers of a form under way, sealed, by the hash of its form key; for 24 hours."""

    __tablename__ = "filing_draft"
    key_hash: Mapped[bytes] = mapped_column(primary_key=True)
    sealed: Mapped[bytes]
    expires_at: Mapped[datetime]
    __table_args__ = (sa.Index("ix_filing_draft_agency_id_expires_at", "agency_id", "expires_at"),)


class FilingKey(AgencyOwned, Base):
    """A form key that was used, and the reference of what it made. Kept 7 days.

    Both are written by one statement, so that none names a case that is not there; nothing but the
    reference is known when it is written. `case_id` is of the release before, and goes with the
    next one.
    """

    __tablename__ = "filing_key"
    key_hash: Mapped[bytes] = mapped_column(primary_key=True)
    body_hash: Mapped[bytes]
    case_id: Mapped[int | None]
    reference: Mapped[str | None]
    expires_at: Mapped[datetime]
    __table_args__ = (
        owned_key("case_id", "case_record"),
        sa.Index("ix_filing_key_agency_id_expires_at", "agency_id", "expires_at"),
    )


class PublicCase(SharedByAgency, Numbered, Base):
    """What is published of a case, and nothing else: lists, search and pages read this only.

    `id` is the case's id. `timeline`: [{"at": iso, "kind": str, "by": str, "body": str}].
    `photos`: [{"token": str, "words": str}].
    `supports`, `followers`: how many there are (`public_models`).
    """

    __tablename__ = "public_case"
    id: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True, sort_order=-9)
    reference: Mapped[str]
    classification: Mapped[str]
    title: Mapped[str]
    body: Mapped[str]
    location: Mapped[str] = mapped_column(server_default="")
    category_id: Mapped[int | None] = mapped_column(sa.ForeignKey("category.id"))
    own_topic: Mapped[int | None]
    state: Mapped[str]
    filed_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    timeline: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, server_default="[]")
    photos: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, server_default="[]")
    supports: Mapped[int] = mapped_column(server_default="0")
    followers: Mapped[int] = mapped_column(server_default="0")
    __table_args__ = (
        sa.UniqueConstraint("agency_id", "reference"),
        sa.Index("ix_public_case_agency_id_filed_at", "agency_id", "filed_at", "id"),
        sa.Index("ix_public_case_filed_at", "filed_at", "id"),
        sa.Index("ix_public_case_topic", "category_id", "filed_at", "id"),
        sa.Index("ix_public_case_agency_topic", "agency_id", "category_id", "filed_at", "id"),
        sa.Index(
            "ix_public_case_own_topic",
            "agency_id",
            "own_topic",
            "filed_at",
            "id",
            postgresql_where=sa.text("own_topic IS NOT NULL"),
        ),
        sa.Index(
            "ix_public_case_state",
            "state",
            "filed_at",
            "id",
            postgresql_where=sa.text("state <> 'closed'"),
        ),
        sa.Index(
            "ix_public_case_found",
            sa.text(words_sql("title", "body")),
            sa.text(TAGS),
            postgresql_using="gin",
            postgresql_with={"fastupdate": "off"},
        ),
    )


class Tracking(SharedByAgency, Base):
    """Who has the case with this reference now; and to whom it is on its way."""

    __tablename__ = "tracking"
    agency_id: Mapped[int] = mapped_column(sa.ForeignKey("agency.id"))
    reference: Mapped[str] = mapped_column(primary_key=True)
    case_id: Mapped[int]
    pending_agency_id: Mapped[int | None] = mapped_column(sa.ForeignKey("agency.id"))
    __table_args__ = (sa.Index("ix_tracking_agency_id", "agency_id", "case_id"),)
