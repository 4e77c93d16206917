"""A reporter of a planted agency who has asked for the link to their reports."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from sp4n import clock
from sp4n.accounts.kept_away import keep_away
from sp4n.cases.sms_models import SmsNumber
from sp4n.notices.reply_addresses import ask_proof, proof_of, reply_key
from sp4n.reporters.models import ReporterAccess
from sp4n.reporters.operations import ask_link, link_key

if TYPE_CHECKING:
    from tests.attacks.planting import Planted


def a_number(session: Session, planted: Planted) -> None:
    """Of a case whose reporter was sent a code."""
    row = {"number_hash": planted.canary("", "nomor").encode(), "asked_at": clock.now()}
    session.add(SmsNumber(case_id=planted.cases["terbuka"].id, **row))
    session.flush()


def a_kept_form(app: Flask, session: Session, planted: Planted) -> None:
    keep_away(
        session,
        sealed=planted.canary("", "isian"),
        sealer=app.extensions["sp4n.provider_sealer"],
        secret=app.extensions["sp4n.settings"].secret_key,
    )


def a_reply_address(app: Flask, session: Session, planted: Planted) -> list[str]:
    address = f"{planted.canary('', 'pengaturanbalasan')}@contoh.go.id"
    ask_proof(session, address=address)
    row = proof_of(session, address)
    assert row is not None
    return [reply_key(app.extensions["sp4n.settings"].secret_key, row)]


def own_reports_links(app: Flask, session: Session, planted: Planted) -> list[str]:
    """Not used yet; the address is one that a case has."""
    sealer = app.extensions["sp4n.sealer"]
    address = f"{planted.canary('terbuka', 'surel')}@contoh.id"
    ask_link(session, sealer=sealer, address=address, language="id")
    asked = session.scalars(sa.select(ReporterAccess)).one()
    return [link_key(app.extensions["sp4n.settings"].secret_key, asked)]
