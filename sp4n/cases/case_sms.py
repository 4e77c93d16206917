"""What reporters who left a mobile number are told by SMS: that something changed, and where they
read it. Nothing of what a report or an answer says, and no access code. A number that nobody has
confirmed yet gets a code instead, once (`own_number`)."""

from __future__ import annotations

from functools import partial
from typing import Final
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from flask import current_app
from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from sp4n import clock
from sp4n.accounts.throttle import throttle
from sp4n.audit.actors import SYSTEM
from sp4n.calendars.dates import long_date
from sp4n.cases.models import CaseEvent, CaseRecord
from sp4n.cases.own_number import (
    NEWS,
    SMS_CODE,
    code_of,
    next_code,
    next_message,
    number_mark,
)
from sp4n.cases.sms_models import SmsNumber
from sp4n.cases.vault import SMS, identity_of
from sp4n.jobs import registry
from sp4n.jobs.models import Outbox
from sp4n.jobs.registry import Effect, OutboxFacts
from sp4n.notices.sms import (
    SMS_NOTICE,
    SmsGateway,
    mobile_number,
    parts_of,
    plainer,
    short_sender,
    sms_gateway,
)
from sp4n.sealing import keyed_hash
from sp4n.tenants.addresses import agency_url
from sp4n.tenants.resolver import AgencyFacts, agency_by_id
from sp4n.tenants.scope import current_agency_id

# To one reporter of one case, from midnight to midnight where its agency is.
MOST_A_DAY: Final = 3
MOST_PARTS: Final = 2
# To one number in a day, whatever the agency.
MOST_ANYWHERE: Final = 10


def register_case_sms() -> None:
    registry.register(SMS_NOTICE, send_sms)
    registry.register(SMS_CODE, send_code)


def send_sms(session: Session, job: OutboxFacts) -> Effect | None:
    """Kind SMS_NOTICE: the object is an event. Nothing where SMS is off, there is no mobile number,
    or enough was sent today."""
    gateway, agency = sms_gateway(), agency_by_id(current_agency_id())
    if gateway is None or agency is None:
        return None
    same = sa.and_(CaseRecord.agency_id == CaseEvent.agency_id, CaseRecord.id == CaseEvent.case_id)
    about = sa.select(CaseEvent, CaseRecord).join(CaseRecord, same)
    event, case = session.execute(about.where(CaseEvent.id == job.object_id)).one()
    if sent_today(session, job, case.id, agency.zone) >= MOST_A_DAY:
        return None
    sealer = current_app.extensions["sp4n.sealer"]
    who = identity_of(session, sealer=sealer, case=case, actor=SYSTEM, purpose=SMS)
    number = mobile_number(who.phone) if who else None
    if number is None:
        return None
    mark = number_mark(sealer, number)
    found = next_message(
        session,
        case_id=case.id,
        mark=mark,
        job_id=job.id,
        attempt=job.attempt,
        today=clock.today(agency.zone),
    )
    if not found or not _may_go(number, job):
        return None
    text = text_of(event, case, agency) if found == NEWS else code_text(session, case, agency)
    return _sending(gateway, agency, number, text, job)


def send_code(session: Session, job: OutboxFacts) -> Effect | None:
    """Kind SMS_CODE: the object is a case, whose reporter asks for the code once more."""
    gateway, agency = sms_gateway(), agency_by_id(current_agency_id())
    case = session.get(CaseRecord, (current_agency_id(), job.object_id))
    if gateway is None or agency is None or case is None:
        return None
    sealer = current_app.extensions["sp4n.sealer"]
    who = identity_of(session, sealer=sealer, case=case, actor=SYSTEM, purpose=SMS)
    number = mobile_number(who.phone) if who else None
    if number is None:
        return None
    mark = number_mark(sealer, number)
    if not next_code(session, case_id=case.id, mark=mark, job_id=job.id):
        return None
    if not _may_go(number, job):
        return None
    return _sending(gateway, agency, number, code_text(session, case, agency), job)


def _sending(
    gateway: SmsGateway, agency: AgencyFacts, number: str, text: str, job: OutboxFacts
) -> Effect:
    sender = short_sender(agency.mail_name or agency.short_name)
    return partial(gateway.send, to=number, sender=sender, text=text, name=job.effect_id)


def _may_go(number: str, job: OutboxFacts) -> bool:
    """Of all agencies together, counted once for each message."""
    if job.attempt > 1:
        return True
    secret = current_app.extensions["sp4n.settings"].secret_key
    digest = keyed_hash(secret, number, purpose="sms-limit").hex()[:32]
    return throttle().counters.count(f"sms:{digest}", 86_400) <= MOST_ANYWHERE


def code_text(session: Session, case: CaseRecord, agency: AgencyFacts) -> str:
    """The one message to a number that nobody has confirmed yet."""
    secret = current_app.extensions["sp4n.settings"].secret_key
    row = session.scalars(sa.select(SmsNumber).where(SmsNumber.case_id == case.id)).one()
    with force_locale(case.language):
        told = {
            "who": agency.short_name,
            "reference": case.reference,
            "code": code_of(secret, row),
            "where": agency_url(agency, "/lacak", lang=case.language),
        }
        text = _(
            "%(who)s: kode %(code)s. Ada kabar atas laporan %(reference)s. Untuk menerima kabar "
            "lewat SMS, tulis kode itu di %(where)s. Bukan Anda? Abaikan.",
            **told,
        )
        if parts_of(plainer(text)) > MOST_PARTS:
            text = _(
                "Kode %(code)s untuk kabar laporan %(reference)s. Tulis di %(where)s. Bukan Anda? "
                "Abaikan.",
                **told,
            )
    return plainer(text)


def sent_today(session: Session, job: OutboxFacts, case_id: int, zone: ZoneInfo) -> int:
    midnight = clock.now().astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
    events = sa.select(CaseEvent.id).where(CaseEvent.case_id == case_id)
    sent = sa.select(sa.func.count()).where(
        Outbox.kind == sa.literal_column(f"'{SMS_NOTICE}'"),  # as its index has it
        Outbox.id < job.id,
        Outbox.state == "done",
        Outbox.done_at >= midnight,
        Outbox.object_id.in_(events),
    )
    return session.scalar(sent) or 0


def text_of(event: CaseEvent, case: CaseRecord, agency: AgencyFacts) -> str:
    """In its reporter's language; without the agency's name where that would make it longer than
    MOST_PARTS."""
    with force_locale(case.language):
        told = {
            "who": agency.short_name,
            "reference": case.reference,
            "what": what_changed(event, case, agency.zone),
            "where": agency_url(agency, "/lacak", lang=case.language),
        }
        text = _("%(who)s: laporan %(reference)s %(what)s. Baca di %(where)s", **told)
        if parts_of(plainer(text)) > MOST_PARTS:
            text = _("Laporan %(reference)s %(what)s. Baca di %(where)s", **told)
    return plainer(text)


def what_changed(event: CaseEvent, case: CaseRecord, zone: ZoneInfo) -> str:
    due = case.reply_due_at
    if event.kind == "asked" and due is not None:
        day = long_date(due.astimezone(zone).date(), case.language)
        return str(_("menunggu keterangan Anda sampai %(day)s", day=day))
    words = {
        "verified": _("sudah diverifikasi"),
        "answered": _("mendapat tanggapan"),
        "closed": _("sudah selesai"),
        "archived": _("diarsipkan"),
        "asked": _("menunggu keterangan Anda"),
        "reopened": _("dibuka kembali"),
        "forwarded": _("diteruskan ke instansi lain"),
        "ombudsman_offered": _("dapat Anda serahkan kepada Ombudsman"),
        "upheld": _("sudah diputus koordinator"),
        "overturned": _("sudah diputus koordinator"),
    }
    return str(words.get(event.kind) or _("ada perkembangan"))
