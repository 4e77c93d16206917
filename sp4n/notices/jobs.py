"""What a worker does for a letter: one row a recipient, then one message, sent after the commit."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import sqlalchemy as sa
from sqlalchemy.orm import Session

from sp4n.jobs.outbox import owe
from sp4n.jobs.registry import Effect, OutboxFacts, register
from sp4n.notices.gateways import gateway
from sp4n.notices.letters import Recipients, Write, register_writer, writer_of
from sp4n.notices.messages import Sender, compose
from sp4n.notices.models import ReplyAddress
from sp4n.tenants.addresses import agency_url, national_url
from sp4n.tenants.resolver import AgencyFacts, agency_by_id
from sp4n.tenants.scope import current_agency_id

NATIONAL = "nasional"
NATIONAL_NAME = "SP4N"
NATIONAL_COLOUR = "#0e4f5f"


def register_letters(kind: str, write: Write, recipients: Recipients | None = None) -> None:
    """Rows of this kind are mail that `write` writes."""
    register_writer(kind, write, recipients)
    register(kind, mail)


def mail(session: Session, job: OutboxFacts) -> Effect | None:
    writer = writer_of(job.kind)
    if writer.recipients is not None and job.recipient_id is None:
        # Together with this row's `done`: nobody is written to twice because another failed.
        for account_id in writer.recipients(session, job):
            owe(session, kind=job.kind, object_id=job.object_id, recipient_id=account_id)
        return None
    letter = writer.write(session, job)
    if letter is None:
        return None
    agency = agency_by_id(job.agency_id) if job.agency_id is not None else None
    unsubscribe = ""
    if agency and letter.unsubscribe:
        unsubscribe = agency_url(replace(agency, domain=""), letter.unsubscribe)
    if agency and letter.secret_path:
        agency = replace(agency, domain="")
    url = partial(agency_url, agency) if agency else national_url
    message = compose(
        letter,
        sender=proven(session, sender_of(agency)),
        link=url(letter.path, lang=letter.language),
        message_id=job.effect_id,
        unsubscribe=unsubscribe,
    )
    site = agency.slug if agency else NATIONAL
    return partial(gateway().send, message, site=site, name=job.effect_id)


def proven(session: Session, sender: Sender) -> Sender:
    """Without an address for replies that has not answered for itself yet."""
    if not sender.reply_to:
        return sender
    there = sa.exists().where(
        ReplyAddress.agency_id == current_agency_id(),
        ReplyAddress.address == sender.reply_to,
        ReplyAddress.confirmed_at.is_not(None),
    )
    return sender if session.scalar(sa.select(there)) else replace(sender, reply_to="")


def sender_of(agency: AgencyFacts | None) -> Sender:
    address = gateway().sender
    if agency is None:
        return Sender(NATIONAL_NAME, NATIONAL_NAME, NATIONAL_COLOUR, address)
    return Sender(
        agency.name,
        agency.mail_name or agency.short_name,
        agency.colour,
        address,
        agency.mail_signature,
        agency.reply_to,
        agency.message_texts,
    )
