"""A report that came by another way than the portal, filed by who took it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Final
from urllib.parse import urlsplit

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from sp4n import clock
from sp4n.audit.actors import Actor
from sp4n.audit.operations import record
from sp4n.calendars.dates import long_date
from sp4n.cases.answers import FilingAnswers
from sp4n.cases.channels import CHANNEL_LABELS, CHANNELS, SOCIAL
from sp4n.cases.models import CaseEvent, CaseRecord
from sp4n.cases.operations.filing import FiledCase, file_case
from sp4n.cases.own_address import mark_as_nobodys
from sp4n.errors import Invalid
from sp4n.sealing import Sealer
from sp4n.settings.extra_questions import read_questions, written_questions
from sp4n.tenants.resolver import AgencyFacts

OLDEST: Final = timedelta(days=365)
LONGEST_LINK: Final = 500
NOON: Final = time(12)


def file_on_behalf(
    session: Session,
    *,
    sealer: Sealer,
    secret: str,
    form_key: str,
    answers: FilingAnswers,
    agency: AgencyFacts,
    language: str,
    channel: str,
    link: str,
    received_on: date,
    actor: Actor,
) -> FiledCase:
    """Its limits run from the day that it was received on. The same form filed twice is one case,
    as at the portal. Of the agency's own questions those are answered that whoever wrote or called
    has answered (`without_must`)."""
    today = clock.today(agency.zone)
    _check(channel, link, received_on, today)
    received_at = datetime.combine(received_on, NOON, tzinfo=agency.zone)
    filed = file_case(
        session,
        sealer=sealer,
        secret=secret,
        form_key=form_key,
        answers=answers,
        agency=without_must(agency),
        language=language,
        trial=agency.preparing,
        received_at=None if received_on == today else received_at,
    )
    if filed.repeated:
        return filed
    case = session.scalars(sa.select(CaseRecord).where(CaseRecord.id == filed.case_id)).one()
    case.channel, case.channel_link = channel, link.strip()
    case.photos_told = False  # who wrote a letter has read nothing here
    mark_as_nobodys(session, case_id=case.id)
    session.add(_noted(case, actor, received_on))
    record(
        session,
        actor=actor,
        act="case.taken_in",
        object_kind="case",
        object_id=case.id,
        data={"channel": channel},
        at=case.filed_at if answers.traceless else None,
    )
    session.flush()
    return filed


def without_must(agency: AgencyFacts) -> AgencyFacts:
    """None of its questions has to be answered: a letter may leave them all open."""
    if not agency.questions:
        return agency
    asked = [replace(one, required=False) for one in read_questions(agency.questions)]
    return replace(agency, questions=written_questions(asked))


def _check(channel: str, link: str, received_on: date, today: date) -> None:
    wrong = {}
    if channel not in CHANNELS:
        wrong["channel"] = _("Pilih dari mana laporan ini datang.")
    if channel == SOCIAL and not _is_link(link):
        wrong["link"] = _("Tulis alamat unggahannya, mulai dengan https://.")
    if channel != SOCIAL and link.strip():
        wrong["link"] = _("Hanya untuk laporan dari media sosial.")
    if received_on > today:
        wrong["received_on"] = _("Tanggal diterima tidak boleh setelah hari ini.")
    elif received_on < today - OLDEST:
        wrong["received_on"] = _("Paling lama setahun yang lalu.")
    if wrong:
        raise Invalid(fields=wrong)


def _is_link(text: str) -> bool:
    try:
        parts = urlsplit(text.strip())
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.netloc) and len(text) <= LONGEST_LINK


def _noted(case: CaseRecord, actor: Actor, received_on: date) -> CaseEvent:
    """For colleagues: who took it, and how it came."""
    words = _(
        "Dicatat petugas. Masuk lewat: %(channel)s, diterima %(day)s.",
        channel=CHANNEL_LABELS[case.channel],
        day=long_date(received_on, "id"),
    )
    return CaseEvent(
        case_id=case.id,
        at=case.filed_at,
        kind="noted",
        public=False,
        actor_kind=actor.kind,
        actor_id=actor.id,
        actor_name=actor.name,
        from_state=case.state,
        to_state=case.state,
        body=words,
        data={"channel": case.channel},
    )
