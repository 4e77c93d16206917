"""Letters to those who follow a public case: the question whether it was meant, and what has become
public since. Each ends with the link that ends them."""

from __future__ import annotations

from typing import Final

from flask import current_app
from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from sp4n.cases.following import (
    CHANGED,
    CONFIRM,
    CONFIRM_KEY,
    DIGEST,
    END_KEY,
    GONE,
    TELL,
    follower_key,
    forget_followers,
    tell_followers,
    tell_of_the_hour,
)
from sp4n.cases.models import CaseRecord, PublicCase
from sp4n.cases.public_models import CaseFollower
from sp4n.cases.words import EVENT_LABELS
from sp4n.jobs import registry
from sp4n.jobs.registry import OutboxFacts
from sp4n.notices.jobs import register_letters
from sp4n.notices.letters import Fact, Letter
from sp4n.notices.words import WORDS, Facts, Spelled
from sp4n.tenants.scope import current_agency_id

MOST_NAMED: Final = 5


def register_following() -> None:
    WORDS.update({CONFIRM: asked, CHANGED: changed, GONE: gone})
    for kind in (CONFIRM, CHANGED, GONE):
        register_letters(kind, follower_letter)
    registry.register(TELL, tell_followers)
    registry.register(DIGEST, tell_of_the_hour)
    registry.register_upkeep("followers", forget_followers)


def follower_letter(session: Session, job: OutboxFacts) -> Letter | None:
    """None where it was ended, or answered, or has become public again, since."""
    follower = session.get(CaseFollower, (current_agency_id(), job.object_id))
    if follower is None or (job.kind == CONFIRM) == (follower.confirmed_at is not None):
        return None
    public = session.get(PublicCase, (follower.agency_id, follower.case_id))
    if (public is None) != (job.kind == GONE):
        return None
    case = session.get_one(CaseRecord, (follower.agency_id, follower.case_id))
    secret = current_app.extensions["sp4n.settings"].secret_key
    to = current_app.extensions["sp4n.sealer"].open(follower.sealed)["email"]
    facts: dict[str, Fact] = {"reference": case.reference}
    if job.kind == CONFIRM:
        path = f"/ikuti/{follower_key(secret, follower, CONFIRM_KEY)}"
        return Letter(job.kind, to, follower.language, path, facts, secret_path=True)
    if public is not None:
        facts["happened"] = happened(public, follower)
    path = f"/laporan/{case.reference}" if public is not None else "/laporan"
    end = f"/ikuti/{follower_key(secret, follower, END_KEY)}/berhenti"
    return Letter(job.kind, to, follower.language, path, facts, unsubscribe=end)


def happened(public: PublicCase, follower: CaseFollower) -> str:
    """By what it is called; each once, the last ones where there are many."""
    new = public.timeline[follower.told_before : follower.told]
    with force_locale(follower.language):
        names = [str(EVENT_LABELS.get(one["kind"], one["kind"])) for one in new]
    return "; ".join(list(dict.fromkeys(names))[-MOST_NAMED:])


def asked(facts: Facts) -> Spelled:
    return (
        _("Ikuti laporan %(reference)s?", reference=facts.reference),
        [
            _(
                "Seseorang menulis alamat email ini di halaman %(sender)s untuk mengikuti laporan "
                "warga dengan nomor %(reference)s.",
                sender=facts.sender,
                reference=facts.reference,
            ),
            _("Bila itu Anda, buka tautan ini dan tekan tombol di halamannya."),
            _("Bila bukan, abaikan email ini: alamat Anda kami hapus setelah 7 hari."),
        ],
        _("Ikuti laporan"),
    )


def changed(facts: Facts) -> Spelled:
    return (
        _("Perkembangan laporan %(reference)s", reference=facts.reference),
        [
            _(
                "Ada perkembangan pada laporan warga %(reference)s yang Anda ikuti di %(sender)s:",
                sender=facts.sender,
                reference=facts.reference,
            ),
            str(facts.letter.facts["happened"]) + ".",
        ],
        _("Baca laporan"),
    )


def gone(facts: Facts) -> Spelled:
    return (
        _("Laporan %(reference)s tidak diumumkan lagi", reference=facts.reference),
        [
            _(
                "Laporan warga %(reference)s yang Anda ikuti tidak ada lagi di halaman %(sender)s. "
                "Anda tidak menerima email lagi tentang laporan ini.",
                sender=facts.sender,
                reference=facts.reference,
            ),
        ],
        _("Laporan warga lainnya"),
    )
