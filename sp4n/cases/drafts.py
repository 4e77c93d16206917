"""The answers of a form under way, sealed, on the server: by the hash of a key that the form holds.

Who has the key has the draft: it is long, made here, and kept by the browser's page only.
"""

from __future__ import annotations

import hashlib
import json
import logging
import re
import secrets
from datetime import datetime, timedelta
from typing import Any, Final

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from sp4n import clock
from sp4n.cases.models import FilingDraft, FilingKey
from sp4n.errors import Invalid
from sp4n.sealing import SealBroken, Sealer
from sp4n.tenants.scope import current_agency_id

log = logging.getLogger(__name__)

DRAFT_LIFE: Final = timedelta(hours=24)
LARGEST_DRAFT: Final = 192 * 1024  # of JSON: the longest description, all of it in emoji
_KEY_BYTES: Final = 24
_KEY: Final = re.compile(r"[A-Za-z0-9_-]{32}")


def new_form_key() -> str:
    return secrets.token_urlsafe(_KEY_BYTES)


def form_key_hash(form_key: str) -> bytes:
    """What is stored of a form key, and the `draft_key` of its attachments.

    Without a secret: 192 random bits cannot be guessed. Raises Invalid for what is no form key.
    """
    if not _KEY.fullmatch(form_key):
        raise Invalid(_("Formulir ini tidak dikenal. Mulai lagi dari awal."))
    return hashlib.sha256(form_key.encode()).digest()


def load_draft(session: Session, *, sealer: Sealer, form_key: str) -> dict[str, Any]:
    """Empty where there is none (any more)."""
    sealed = session.scalar(
        sa.select(FilingDraft.sealed).where(
            FilingDraft.key_hash == form_key_hash(form_key), FilingDraft.expires_at > clock.now()
        )
    )
    if sealed is None:
        return {}
    try:
        return sealer.open(sealed)
    except SealBroken:
        log.warning("a draft does not open with the secret in use: it is treated as gone")
        return {}


def save_draft(session: Session, *, sealer: Sealer, form_key: str, answers: dict[str, Any]) -> None:
    """Replaces what was kept under this key. Raises Invalid when it is too large."""
    if len(json.dumps(answers)) > LARGEST_DRAFT:
        raise Invalid(_("Isian terlalu panjang untuk disimpan. Persingkat uraian Anda."))
    kept = {"sealed": sealer.seal(answers), "expires_at": _end_of_life()}
    key = {"agency_id": current_agency_id(), "key_hash": form_key_hash(form_key)}
    write = insert(FilingDraft.__table__).values(**key, **kept)  # type: ignore[arg-type]
    session.execute(write.on_conflict_do_update(index_elements=list(key), set_=kept))


def live_drafts(session: Session) -> frozenset[bytes]:
    """Key hashes of the drafts that have not expired: their attachments are no orphans."""
    live = sa.select(FilingDraft.key_hash).where(FilingDraft.expires_at > clock.now())
    return frozenset(bytes(key_hash) for key_hash in session.scalars(live))


def purge_drafts(session: Session) -> None:
    """Expired drafts, and form keys that were used so long ago that nobody sends them again."""
    now = clock.now()
    session.execute(sa.delete(FilingDraft).where(FilingDraft.expires_at <= now))
    session.execute(sa.delete(FilingKey).where(FilingKey.expires_at <= now))


def _end_of_life() -> datetime:
    """To the hour, upwards: the minute would tell when an anonymous reporter was here."""
    return clock.rounded_to_hour(clock.now()) + DRAFT_LIFE + timedelta(hours=1)
