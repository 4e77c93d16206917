"""A form under way: its key, who may go on with it, and what has been typed into it so far.

The form key travels in a hidden field and never in an address: addresses end up in logs, beside
that of an anonymous reporter, and the key leads to the case. An address carries a handle instead, a
few letters that mean something only to the session that holds the key; so Back, reload and several
tabs work, each tab with a form of its own, and nobody else's browser can look at it.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlsplit

from flask import current_app, g, request, session
from flask_babel import gettext as _
from flask_wtf.csrf import validate_csrf
from wtforms import ValidationError

from sp4n.cases.drafts import form_key_hash, load_draft, new_form_key, save_draft
from sp4n.cases.extra_answers import PREFIX
from sp4n.db import db
from sp4n.errors import Invalid
from sp4n.web import transaction
from sp4n.web.forms import clean_text

FORM_KEY: Final = "form_key"
HANDLE: Final = "formulir"  # in addresses
HELD: Final = "lapor"  # of the session: pairs of handle and form key, the newest last
MOST_HELD: Final = 8
LONGEST_KEPT: Final = {"description": 10_000}  # twice what is valid; the page itself shows all
LONGEST_OTHER: Final = 500
LONGEST_EXTRA: Final = 2000


@dataclass
class Draft:
    """`typed` is raw text by field, `understood` what was right of it, by step, for the sending.

    `filed` is set once it has been sent, and then all there is.

    `lost`: why this is a new one although the request was about another.
    """

    handle: str
    key: str
    typed: dict[str, str] = field(default_factory=dict)
    understood: dict[str, dict[str, Any]] = field(default_factory=dict)
    filed: dict[str, Any] | None = None
    stored: bool = False
    lost: str = ""

    @property
    def key_hash(self) -> bytes:
        """The `draft_key` of its attachments."""
        return form_key_hash(self.key)

    @property
    def mark(self) -> str:
        """Tells forms apart on the reporter's own device; leads nowhere."""
        return self.key_hash.hex()[:12]

    def take(self, names: Iterable[str], several: Collection[str] = ()) -> None:
        """What the request says of these fields; a box that is not ticked says nothing. Of the
        boxes of `several`, all that are ticked, a line each."""
        for name in names:
            self.typed.pop(name, None)
            if name in request.form:
                said = request.form.getlist(name)[: None if name in several else 1]
                self.typed[name] = "\n".join(clean_text(text) for text in said)

    def keep(self) -> None:
        """Also where the form is shown again: what was typed stays typed."""
        kept = {name: text[: longest_kept(name)] for name, text in self.typed.items()}
        _save(self.key, {"typed": kept, "understood": self.understood})
        transaction.keep_although_refused()


def longest_kept(name: str) -> int:
    return LONGEST_EXTRA if name.startswith(PREFIX) else LONGEST_KEPT.get(name, LONGEST_OTHER)


def new_draft(lost: str = "") -> Draft:
    key = new_form_key()
    return Draft(_hold(key), key, lost=lost)


def current_draft() -> Draft:
    """The one that the form or the address names; where this browser has none such, a new one."""
    handle, key = _asked_for()
    if key is None:
        return new_draft(gone() if handle else "")
    stored = _load(key)
    if handle is None:
        if not stored or "filed" in stored or not sent_from_here():
            return new_draft(_sent() if "filed" in stored else gone())
        handle = _hold(key)
    return Draft(
        handle,
        key,
        typed=stored.get("typed", {}),
        understood=stored.get("understood", {}),
        filed=stored.get("filed"),
        stored=bool(stored),
    )


def unfinished(but: Draft) -> str | None:
    """The handle of the last form of this browser that holds answers and was not sent."""
    earlier = [pair for pair in reversed(_held()) if pair[0] != but.handle][:3]
    return next((handle for handle, key in earlier if "typed" in _load(key)), None)


def sent_from_here() -> bool:
    """Our page may go on when its session has ended; another site may not slip in its own form."""
    fetched = request.headers.get("Sec-Fetch-Site", "same-origin")
    origin = request.headers.get("Origin")
    return fetched == "same-origin" and (origin is None or urlsplit(origin).netloc == request.host)


def token_holds() -> bool:
    """Whether the request comes from a page of ours that is not too old."""
    g.csrf_valid = True  # said here, once: forms do not check it again
    try:
        validate_csrf(request.form.get("csrf_token"))
    except ValidationError:
        return False
    return True


def stale_page() -> str:
    if request.cookies:
        return _("Halaman ini terlalu lama terbuka. Isian Anda masih ada: kirim sekali lagi.")
    return _(
        "Halaman ini terlalu lama terbuka, atau peramban Anda tidak menyimpan cookie. Isian Anda "
        "masih ada: kirim sekali lagi. Bila pesan ini muncul lagi, izinkan cookie untuk situs ini."
    )


def gone() -> str:
    return _(
        "Formulir yang tadi Anda buka tidak ada lagi. Isian yang belum dikirim kami hapus setelah "
        "24 jam. Mulailah lagi dari sini."
    )


def _asked_for() -> tuple[str | None, str | None]:
    """Handle and key; no handle for a key that this session does not hold."""
    held = dict(_held())
    typed_key = request.form.get(FORM_KEY)
    if not typed_key:
        handle = request.args.get(HANDLE)
        return handle, held.get(handle or "")
    return {key: handle for handle, key in held.items()}.get(typed_key), typed_key


def _held() -> list[tuple[str, str]]:
    return [(handle, key) for handle, key in session.get(HELD, [])]


def _hold(key: str) -> str:
    handle = secrets.token_urlsafe(6)
    session[HELD] = [*session.get(HELD, []), [handle, key]][-MOST_HELD:]
    return handle


def _load(key: str) -> dict[str, Any]:
    try:
        return load_draft(db.session(), sealer=current_app.extensions["sp4n.sealer"], form_key=key)
    except Invalid:  # not even the shape of a key
        return {}


def _save(key: str, answers: dict[str, Any]) -> None:
    sealer = current_app.extensions["sp4n.sealer"]
    save_draft(db.session(), sealer=sealer, form_key=key, answers=answers)


def _sent() -> str:
    return _(
        "Laporan dari formulir yang tadi Anda buka sudah terkirim. Nomor dan kode aksesnya hanya "
        "ditampilkan di peramban yang mengirimnya. Formulir di bawah ini untuk laporan baru."
    )
