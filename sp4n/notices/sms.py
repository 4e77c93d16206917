"""Short messages to a mobile telephone, by a gateway that is asked over HTTP. Off where no gateway
is configured, and pages say which of the two it is.

What a gateway has to understand: POST of {"to", "from", "text", "id"} as JSON, the secret as a
bearer token, the same `Idempotency-Key` at every attempt of the same message.
"""

from __future__ import annotations

import http.client
import json
import re
import ssl
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qs, unquote, urlsplit

from flask import Flask, current_app

from sp4n.config import Settings
from sp4n.jobs.registry import NeverPossible

EXTENSION: Final = "sp4n.sms"
SMS_NOTICE: Final = "case.sms"
PATIENCE_SECONDS: Final = 15.0
MOST_BYTES: Final = 64 * 1024
LONGEST_SENDER: Final = 11
LOOPBACK: Final = ("localhost", "127.0.0.1", "::1")
# Nobody will answer for these, however often they are sent: no such number, no such message.
FOR_GOOD: Final = frozenset({400, 404, 410, 422})

# Indonesian mobile numbers: 8, then 8 to 11 digits (PM Kominfo 14/2018, the national plan).
MOBILE: Final = re.compile(r"(?:\+?62|0)?(8[1-9][0-9]{7,10})")
BETWEEN_DIGITS: Final = re.compile(r"[\s().\-\u2010-\u2015]")

# GSM 03.38: one septet each, and two for those of the extension table.
GSM: Final = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡"
    "ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
GSM_EXTENDED: Final = frozenset("^{}\\[~]|€\f")
# What the short alphabet has another sign for.
PLAINER: Final = str.maketrans({"“": '"', "”": '"', "‘": "'", "’": "'", "–": "-", "—": "-"})


class SmsRefused(Exception):
    """For now: by what its status says; tried again later."""


@dataclass(frozen=True)
class SmsGateway:
    """`https://SECRET@host/path?from=SENDER`; plain HTTP to this very machine only."""

    url: str

    def send(self, *, to: str, sender: str, text: str, name: str) -> None:
        """`name`: the same for the same message. NeverPossible where it will never arrive; any
        other error is for trying again."""
        parts = urlsplit(self.url)
        sent = {"to": to, "from": self.sender or sender, "text": text, "id": name}
        headers = {
            "Content-Type": "application/json",
            "Authorization": f"Bearer {unquote(parts.username or '')}",
            "Idempotency-Key": name,
        }
        connection = self._connection()
        try:
            connection.request("POST", parts.path or "/", json.dumps(sent).encode(), headers)
            answer = connection.getresponse()
            answer.read(MOST_BYTES)
            status = answer.status
        finally:
            connection.close()
        if status in FOR_GOOD:
            raise NeverPossible(f"the gateway refused it, {status}")
        if not 200 <= status < 300:  # a redirect is followed to nowhere
            raise SmsRefused(f"the gateway answered {status}")

    @property
    def sender(self) -> str:
        return parse_qs(urlsplit(self.url).query).get("from", [""])[0]

    def _connection(self) -> http.client.HTTPConnection:
        parts = urlsplit(self.url)
        host = parts.hostname or ""
        if parts.scheme == "https":
            tls = ssl.create_default_context()
            return http.client.HTTPSConnection(
                host, parts.port, timeout=PATIENCE_SECONDS, context=tls
            )
        if host not in LOOPBACK:
            raise NeverPossible("no secret and no number goes out without encryption")
        return http.client.HTTPConnection(host, parts.port, timeout=PATIENCE_SECONDS)


def sms_gateway() -> SmsGateway | None:
    found: SmsGateway | None = current_app.extensions[EXTENSION]
    return found


def sms_is_on() -> bool:
    return sms_gateway() is not None


def mobile_number(typed: str) -> str | None:
    """In the form of E.164; None for what is no Indonesian mobile number."""
    found = MOBILE.fullmatch(BETWEEN_DIGITS.sub("", typed))
    return f"+62{found[1]}" if found else None


def plainer(text: str) -> str:
    return text.translate(PLAINER)


def parts_of(text: str) -> int:
    """How many messages a text costs: 160 septets, or 153 each of several; with any other sign in
    it 70 and 67 units of UCS-2."""
    if set(text) <= GSM | GSM_EXTENDED:
        size, one, many = len(text) + sum(sign in GSM_EXTENDED for sign in text), 160, 153
    else:
        size, one, many = len(text.encode("utf-16-be")) // 2, 70, 67
    return 1 if size <= one else -(-size // many)


def short_sender(name: str) -> str:
    """As telephones show it: letters, digits and blanks of ASCII."""
    kept = "".join(sign for sign in name if sign.isascii() and (sign.isalnum() or sign == " "))
    return kept[:LONGEST_SENDER].strip() or "SP4N"


def init_app(app: Flask) -> None:
    settings: Settings = app.extensions["sp4n.settings"]
    app.extensions[EXTENSION] = SmsGateway(settings.sms_url) if settings.sms_url else None
    app.jinja_env.globals["sms_is_on"] = lambda: app.extensions[EXTENSION] is not None
