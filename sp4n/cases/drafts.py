"""The answers of a form under way, sealed, on the server: by the hash of a key that the form holds.

Who has the key has the draft: it is long, made here, and kept by the browser's page only.
"""

from __future__ import annotations

import hashlib
import json
import logging
import re
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final, cast

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.dialects.postgresql import Insert
from sqlalchemy.orm import Session

from sp4n import clock
from sp4n.cases.models import FilingDraft, FilingKey
from sp4n.db import insert_for_each
from sp4n.errors import Invalid
from sp4n.sealing import SealBroken, Sealer
from sp4n.tenants.scope import current_agency_id

log = logging.getLogger(__name__)

DRAFT_LIFE: Final = timedelta(hours=24)
LARGEST_DRAFT: Final = 512 * 1024  # of JSON: the longest description, all of it in emoji, and more
_KEY_BYTES: Final = 24
_draft = cast(sa.Table, FilingDraft.__table__)
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
    key = {"agency_id": current_agency_id(), "key_hash": form_key_hash(form_key)}
    sealed = session.connection().scalar(_LIVING, {**key, "now": clock.now()})
    if sealed is None:
        return {}
    try:
        return sealer.open(sealed)
    except SealBroken:
        log.warning("a draft does not open with the secret in use: it is treated as gone")
        return {}


def save_draft(session: Session, *, sealer: Sealer, form_key: str, answers: dict[str, Any]) -> None:
    """Replaces what was kept under this key. Raises Invalid when it is too large."""
    key = {"agency_id": current_agency_id(), "key_hash": form_key_hash(form_key)}
    row = {name: sa.literal(value, _draft.c[name].type) for name, value in key.items()}
    write = replacing_draft(sa.select(sa.literal(1)).subquery("one"), **row)
    session.connection().execute(write, draft_content(sealer, answers))


def replacing_draft(
    source: sa.FromClause, *, agency_id: sa.ColumnElement[int], key_hash: sa.ColumnElement[bytes]
) -> Insert:
    """A part of a larger statement, for each row of `source`; `draft_content` binds the rest."""
    content = {
        "sealed": sa.bindparam("draft_sealed", type_=_draft.c.sealed.type),
        "expires_at": sa.bindparam("draft_ends", type_=_draft.c.expires_at.type),
    }
    row = {"agency_id": agency_id, "key_hash": key_hash, **content}
    write = insert_for_each(source, _draft, row)
    return write.on_conflict_do_update(
        index_elements=["agency_id", "key_hash"],
        set_={name: write.excluded[name] for name in content},
    )


def draft_content(sealer: Sealer, answers: Mapping[str, Any]) -> dict[str, Any]:
    """Parameters of a statement with `replacing_draft` in it; Invalid when it is too large."""
    if len(json.dumps(answers)) > LARGEST_DRAFT:
        raise Invalid(_("Isian terlalu panjang untuk disimpan. Persingkat uraian Anda."))
    return {"draft_sealed": sealer.seal(answers), "draft_ends": _end_of_life()}


def dropping_draft(
    *, agency_id: sa.ColumnElement[int], key_hash: sa.ColumnElement[bytes]
) -> sa.Delete:
    """A part of a larger statement; `agency_id` is a column of its, so that it says whether."""
    return sa.delete(_draft).where(_draft.c.agency_id == agency_id, _draft.c.key_hash == key_hash)


def drop_draft(session: Session, *, form_key: str) -> None:
    """By who does not want to send it; its files are swept as orphans."""
    mine = FilingDraft.key_hash == form_key_hash(form_key)
    session.execute(sa.delete(FilingDraft).where(mine))


def live_drafts(session: Session) -> frozenset[bytes]:
    """Key hashes of the drafts that have not expired: their attachments are no orphans."""
    live = sa.select(FilingDraft.key_hash).where(FilingDraft.expires_at > clock.now())
    return frozenset(bytes(key_hash) for key_hash in session.scalars(live))


def purge_drafts(session: Session) -> None:
    """Expired drafts, and form keys that were used so long ago that nobody sends them again."""
    now = clock.now()
    session.execute(sa.delete(FilingDraft).where(FilingDraft.expires_at <= now))
    session.execute(sa.delete(FilingKey).where(FilingKey.expires_at <= now))


_LIVING: Final = sa.select(_draft.c.sealed).where(
    _draft.c.agency_id == sa.bindparam("agency_id", type_=_draft.c.agency_id.type),
    _draft.c.key_hash == sa.bindparam("key_hash", type_=_draft.c.key_hash.type),
    _draft.c.expires_at > sa.bindparam("now", type_=_draft.c.expires_at.type),
)


def _end_of_life() -> datetime:
    """To the hour, upwards: the minute would tell when an anonymous reporter was here."""
    return clock.rounded_to_hour(clock.now()) + DRAFT_LIFE + timedelta(hours=1)
