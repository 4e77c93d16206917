"""A reply address is proven by a letter to it, whose link somebody there opens: a slip would send
what reporters answer to a stranger. Until then no letter names it."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

import sqlalchemy as sa
from flask import current_app
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from sp4n import clock
from sp4n.audit.actors import SYSTEM
from sp4n.audit.operations import record
from sp4n.errors import NotFound, NotPossible
from sp4n.jobs.outbox import owe
from sp4n.jobs.registry import OutboxFacts
from sp4n.notices.jobs import register_letters
from sp4n.notices.letters import Letter
from sp4n.notices.models import ReplyAddress
from sp4n.notices.words import WORDS, Facts, Spelled
from sp4n.sealing import hashes_match, keyed_hash
from sp4n.tenants.scope import current_agency_id

REPLY_LETTER: Final = "notice.reply_address"
LIFE: Final = timedelta(days=7)
ASKED_AGAIN: Final = timedelta(minutes=10)
A_DAY: Final = timedelta(days=1)
MOST_A_DAY: Final = 10  # letters to addresses that an agency has tried


def register_reply_addresses() -> None:
    WORDS[REPLY_LETTER] = asked
    register_letters(REPLY_LETTER, letter)


def proof_of(session: Session, address: str) -> ReplyAddress | None:
    mine = sa.select(ReplyAddress).where(ReplyAddress.agency_id == current_agency_id())
    return session.scalar(mine.where(ReplyAddress.address == address))


def ask_proof(session: Session, *, address: str) -> None:
    """Owes the letter, unless it was answered. NotPossible where it has just been sent."""
    row, now = proof_of(session, address), clock.now()
    if row is not None and row.confirmed_at is not None:
        return
    if row is not None and row.asked_at > now - ASKED_AGAIN:
        raise NotPossible(_("Surat itu baru saja dikirim. Tunggu sepuluh menit, lalu minta lagi."))
    lately = sa.select(sa.func.count()).where(ReplyAddress.asked_at > now - A_DAY)
    if (session.scalar(lately) or 0) >= MOST_A_DAY:
        raise NotPossible(_("Hari ini sudah terlalu banyak alamat yang dicoba. Coba besok."))
    if row is None:
        row = ReplyAddress(address=address)
        session.add(row)
    row.asked_at = now
    session.flush()
    owe(session, kind=REPLY_LETTER, object_id=row.id)


def reply_key(secret: str, row: ReplyAddress) -> str:
    return f"{row.id}-{_signature(secret, row)}"


def reply_address_with(session: Session, *, key: str, secret: str) -> ReplyAddress:
    """NotFound alike for a forged link and one whose time is over."""
    number, _dash, signature = key.partition("-")
    known = number.isascii() and number.isdigit() and len(number) < 19
    row = session.get(ReplyAddress, (current_agency_id(), int(number) if known else 0))
    if row is None or (row.confirmed_at is None and row.asked_at < clock.now() - LIFE):
        raise NotFound
    right = _signature(secret, row).encode()
    if not hashes_match(right, signature.encode(errors="replace")):
        raise NotFound
    return row


def confirm_reply_address(session: Session, *, row: ReplyAddress) -> None:
    if row.confirmed_at is not None:
        return
    row.confirmed_at = clock.now()
    record(
        session,
        actor=SYSTEM,
        act="reply_address.confirmed",
        object_kind="reply_address",
        object_id=row.id,
        data={"address": row.address},
    )
    session.flush()


def letter(session: Session, job: OutboxFacts) -> Letter | None:
    row = session.get(ReplyAddress, (current_agency_id(), job.object_id))
    if row is None or row.confirmed_at is not None:
        return None
    secret = current_app.extensions["sp4n.settings"].secret_key
    path = f"/surat/balasan/{reply_key(secret, row)}"
    return Letter(job.kind, row.address, "id", path, secret_path=True)


def asked(facts: Facts) -> Spelled:
    return (
        _("Pastikan alamat balasan %(sender)s", sender=facts.sender),
        [
            _(
                "%(sender)s ingin menerima balasan pelapor di alamat ini. Buka tautan di bawah, "
                "lalu tekan tombol di halamannya, bila alamat ini memang dibaca untuk itu.",
                sender=facts.sender,
            ),
            _("Tautan berlaku tujuh hari. Bila bukan, abaikan: alamat ini lalu tidak dipakai."),
        ],
        _("Pastikan alamat ini"),
    )


def _signature(secret: str, row: ReplyAddress) -> str:
    about = f"{row.agency_id}:{row.id}:{row.address}:{row.asked_at.isoformat()}"
    return keyed_hash(secret, about, purpose="reply-address").hex()[:40]
