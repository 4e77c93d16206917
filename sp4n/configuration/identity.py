"""What an agency says of itself elsewhere: its links, and how its mail is signed. Each check gives
the value to keep or raises `NotRight`."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final
from urllib.parse import SplitResult, urlsplit

from flask_babel import gettext as _

from sp4n.configuration.checks import NotRight

HOST: Final = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}")
# What a header's display name is made of; no quotes, brackets or addresses, which programs that
# show mail could take for somebody else's.
UNFIT_FOR_A_NAME: Final = re.compile(r"[\x00-\x1f\x7f\"<>@\\:;,]")


def website(value: str) -> str:
    """An https address that any browser opens, of a named host and without anybody's password."""
    _https(value)
    return value


def profile_at(*hosts: str) -> Callable[[str], str]:
    """A page at one of `hosts`: a link that is called Instagram leads to Instagram."""

    def check(value: str) -> str:
        parts = _https(value)
        host = (parts.hostname or "").removeprefix("www.").removeprefix("m.")
        if host not in hosts or not parts.path.strip("/"):
            raise NotRight(_("Tulis alamat profil seperti https://%(host)s/nama.", host=hosts[0]))
        return value

    return check


def sender_name(value: str) -> str:
    if UNFIT_FOR_A_NAME.search(value):
        raise NotRight(
            _("Nama pengirim hanya satu baris, tanpa alamat email dan tanda seperti < > @ : ; ,")
        )
    return value


def _https(value: str) -> SplitResult:
    fault = NotRight(
        _("Tulis alamat lengkap yang diawali https://, misalnya https://contoh.go.id.")
    )
    if not value.isprintable() or re.search(r"[\s\\]", value):
        raise fault
    try:
        parts = urlsplit(value)
        port = parts.port
    except ValueError:
        raise fault from None
    if parts.scheme != "https" or port not in (None, 443) or "@" in parts.netloc:
        raise fault
    if not HOST.fullmatch(parts.hostname or ""):
        raise fault
    return parts
