"""Whether a number that a reporter typed may be written to: only once somebody who reads its
messages has typed the code that stood in one. Until then it gets that one message.

Who leaves somebody else's number in many reports has it written to hardly at all: what was sent is
counted by the number, not by the case.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from sp4n import clock
from sp4n.audit.actors import REPORTER
from sp4n.audit.operations import record
from sp4n.cases.models import CaseRecord
from sp4n.cases.sms_models import SmsNumber
from sp4n.errors import Invalid, NotPossible
from sp4n.jobs.outbox import owe
from sp4n.sealing import Sealer, hashes_match, keyed_hash
from sp4n.tenants.scope import current_agency_id

SMS_CODE: Final = "case.sms_code"  # the object is the case
NEWS, CODE, NOTHING = "news", "code", ""
CODE_LIFE: Final = timedelta(days=7)
ASKED_AGAIN: Final = timedelta(minutes=10)
A_DAY: Final = timedelta(days=1)
# Codes to one number that it has not answered; in one case, and in all of an agency.
MOST_ASKED: Final = 3
MOST_ASKED_OF_ONE: Final = 5
# News to one number in a day, of all its cases at an agency.
MOST_TO_ONE: Final = 5


def number_mark(sealer: Sealer, number: str) -> bytes:
    return sealer.mark(f"{current_agency_id():d}:tel:{number}")


def next_message(
    session: Session, *, case_id: int, mark: bytes, job_id: int, attempt: int, today: date
) -> str:
    """What may go to this number now, and is noted as sent: NEWS, its CODE, or NOTHING."""
    row = _row(session, case_id, mark)
    if _is_confirmed(session, mark):
        if attempt > 1:  # it was let through then
            return NEWS
        if _sent(session, mark, today) >= MOST_TO_ONE:
            return NOTHING
        row.sent = row.sent + 1 if row.sent_on == today else 1
        row.sent_on = today
        session.flush()
        return NEWS
    if row.asked_for == job_id:
        return CODE
    if row.asked_at is not None or _asked_lately(session, mark):
        return NOTHING
    return _ask(session, row, job_id)


def next_code(session: Session, *, case_id: int, mark: bytes, job_id: int) -> str:
    """Asked for by the reporter: CODE or NOTHING."""
    row = _row(session, case_id, mark)
    if row.asked_for == job_id:
        return CODE
    if row.confirmed_at is not None or row.asked >= MOST_ASKED:
        return NOTHING
    return _ask(session, row, job_id)


def code_of(secret: str, row: SmsNumber) -> str:
    """Six digits, other ones each time; kept nowhere."""
    when = row.asked_at.isoformat() if row.asked_at else ""
    about = f"{row.agency_id}:{row.case_id}:{bytes(row.number_hash).hex()}:{when}"
    made = int.from_bytes(keyed_hash(secret, about, purpose="sms-code")[:8])
    return f"{made % 1_000_000:06d}"


def number_asked(session: Session, case: CaseRecord) -> SmsNumber | None:
    """Where a code waits to be typed."""
    row = session.scalar(sa.select(SmsNumber).where(SmsNumber.case_id == case.id))
    waits = row is not None and row.asked_at is not None and row.confirmed_at is None
    return row if waits else None


def confirm_number(session: Session, *, case: CaseRecord, code: str, secret: str) -> None:
    wanted = sa.select(SmsNumber).where(SmsNumber.case_id == case.id)
    row = session.scalar(wanted.with_for_update())
    if row is None or row.asked_at is None or row.confirmed_at is not None:
        raise NotPossible(_("Tidak ada nomor yang menunggu konfirmasi."))
    typed = "".join(code.split())
    if row.asked_at < clock.now() - CODE_LIFE:
        raise Invalid(fields={"code": _("Kode itu sudah lewat waktunya. Minta kode baru.")})
    if not hashes_match(code_of(secret, row).encode(), typed.encode(errors="replace")):
        raise Invalid(fields={"code": _("Kode itu tidak cocok. Tulis enam angka dari SMS kami.")})
    row.confirmed_at = clock.now()
    record(
        session,
        actor=REPORTER,
        act="identity.number_confirmed",
        object_kind="case",
        object_id=case.id,
    )
    session.flush()


def ask_code_again(session: Session, *, case: CaseRecord) -> None:
    row = number_asked(session, case)
    if row is None or row.asked_at is None:
        raise NotPossible(_("Tidak ada nomor yang menunggu konfirmasi."))
    if row.asked >= MOST_ASKED:
        raise NotPossible(_("Kode sudah dikirim beberapa kali. Periksa nomor di data Anda."))
    if row.asked_at > clock.now() - ASKED_AGAIN:
        raise NotPossible(_("Kode baru saja dikirim. Tunggu sepuluh menit, lalu minta lagi."))
    owe(session, kind=SMS_CODE, object_id=case.id)
    session.flush()


def forget_numbers(session: Session, case_ids: list[int]) -> None:
    session.execute(sa.delete(SmsNumber).where(SmsNumber.case_id.in_(case_ids)))


def _row(session: Session, case_id: int, mark: bytes) -> SmsNumber:
    """Locked. Of a number that was corrected since nothing is known yet."""
    there = {"agency_id": current_agency_id(), "case_id": case_id, "number_hash": mark}
    session.execute(insert(SmsNumber).values(**there).on_conflict_do_nothing())
    wanted = sa.select(SmsNumber).where(SmsNumber.case_id == case_id).with_for_update()
    row = session.scalars(wanted).one()
    if bytes(row.number_hash) != mark:
        row.number_hash, row.asked, row.sent = mark, 0, 0
        row.asked_at = row.asked_for = row.confirmed_at = row.sent_on = None
    return row


def _ask(session: Session, row: SmsNumber, job_id: int) -> str:
    unanswered = sa.select(sa.func.coalesce(sa.func.sum(SmsNumber.asked), 0))
    if (session.scalar(unanswered.where(_same(row.number_hash))) or 0) >= MOST_ASKED_OF_ONE:
        return NOTHING
    row.asked_at, row.asked_for, row.asked = clock.now(), job_id, row.asked + 1
    session.flush()
    return CODE


def _same(mark: bytes) -> sa.ColumnElement[bool]:
    return sa.and_(SmsNumber.agency_id == current_agency_id(), SmsNumber.number_hash == mark)


def _is_confirmed(session: Session, mark: bytes) -> bool:
    there = sa.exists().where(_same(mark), SmsNumber.confirmed_at.is_not(None))
    return bool(session.scalar(sa.select(there)))


def _asked_lately(session: Session, mark: bytes) -> bool:
    there = sa.exists().where(_same(mark), SmsNumber.asked_at > clock.now() - A_DAY)
    return bool(session.scalar(sa.select(there)))


def _sent(session: Session, mark: bytes, today: date) -> int:
    total = sa.select(sa.func.coalesce(sa.func.sum(SmsNumber.sent), 0))
    return session.scalar(total.where(_same(mark), SmsNumber.sent_on == today)) or 0
