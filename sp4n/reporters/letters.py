"""The letter with the link to one's own reports: made here, in the job that mails it. Nobody is
written to at an address without a report."""

from __future__ import annotations

from functools import partial

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from sp4n import clock
from sp4n.cases.own_address import mark_addresses
from sp4n.jobs import registry
from sp4n.jobs.registry import OutboxFacts
from sp4n.notices.jobs import register_letters
from sp4n.notices.letters import Letter
from sp4n.notices.words import WORDS, Facts, Spelled
from sp4n.reporters.models import ReporterAccess
from sp4n.reporters.operations import LINK_LETTER, forget_access, link_key
from sp4n.reporters.queries import has_cases
from sp4n.sealing import Sealer
from sp4n.tenants.scope import current_agency_id


def register_reporters(sealer: Sealer) -> None:
    WORDS[LINK_LETTER] = own_reports
    register_letters(LINK_LETTER, link_letter)
    registry.register_upkeep("reporters' sign-ins", forget_access)
    registry.register_upkeep("reporters' addresses", partial(mark_addresses, sealer))


def link_letter(session: Session, job: OutboxFacts) -> Letter | None:
    """None, too, where it came so late that the link is over."""
    asked = session.get(ReporterAccess, (current_agency_id(), job.object_id))
    if asked is None or asked.used_at is not None or asked.expires_at < clock.now():
        return None
    if not has_cases(session, asked):
        return None
    secret = current_app.extensions["sp4n.settings"].secret_key
    return Letter(
        kind=job.kind,
        to=current_app.extensions["sp4n.sealer"].open(asked.sealed)["email"],
        language=asked.language,
        path=f"/laporan-saya/masuk/{link_key(secret, asked)}",
        secret_path=True,
    )


def own_reports(facts: Facts) -> Spelled:
    return (
        _("Tautan ke laporan Anda di %(sender)s", sender=facts.sender),
        [
            _("Buka tautan ini, lalu tekan tombol di halamannya untuk melihat laporan Anda."),
            _("Tautan berlaku 30 menit dan hanya dapat dipakai satu kali. Jangan teruskan."),
            _(
                "Bila bukan Anda yang meminta, abaikan saja email ini. Tidak ada yang terbuka "
                "tanpa tautan itu."
            ),
        ],
        _("Lihat laporan saya"),
    )
