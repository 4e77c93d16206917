"""Where mail goes out: an SMTP server, or a folder where a demo page shows what was sent."""

from __future__ import annotations

import os
import secrets
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Protocol
from urllib.parse import parse_qs, unquote, urlsplit

from flask import Flask, current_app

from sp4n.config import Settings
from sp4n.jobs.registry import NeverPossible

EXTENSION = "sp4n.mail"
# A job has 60 s: several answers of a slow server must fit in.
PATIENCE_SECONDS = 15
LOOPBACK = ("localhost", "127.0.0.1", "::1")


class Gateway(Protocol):
    sender: str

    def send(self, message: EmailMessage, *, site: str, name: str) -> None:
        """`site`: the slug of the agency, or NATIONAL; `name`: the same for the same message.

        Raises NeverPossible when the server says for good that there is no such recipient; any
        other error is for trying again.
        """
        ...


@dataclass(frozen=True)
class KeptMail:
    """A message that was kept instead of sent."""

    to: str
    sender: str
    subject: str
    at: datetime
    text: str
    html: str


class SmtpGateway:
    """`smtp://user:password@host:587` (STARTTLS where the server offers it; a password never goes
    out without) or `smtps://…:465`; `?from=` names the sender's address."""

    def __init__(self, url: str, *, sender: str) -> None:
        parts = urlsplit(url)
        self.host = parts.hostname or "localhost"
        self.encrypted = parts.scheme == "smtps"
        self.port = parts.port or (465 if self.encrypted else 25)
        self.user = unquote(parts.username or "")
        self._password = unquote(parts.password or "")
        self.sender = parse_qs(parts.query).get("from", [sender])[0]
        self._tls = ssl.create_default_context()

    def send(self, message: EmailMessage, *, site: str, name: str) -> None:
        try:
            with self._connected() as server:
                server.send_message(message, from_addr=self.sender)
        except smtplib.SMTPRecipientsRefused as refusal:
            codes = [code for code, _text in refusal.recipients.values()]
            if all(500 <= code < 600 for code in codes):
                raise NeverPossible(f"recipient refused, {codes[0]}") from None
            raise

    @contextmanager
    def _connected(self) -> Iterator[smtplib.SMTP]:
        if self.encrypted:
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                self.host, self.port, timeout=PATIENCE_SECONDS, context=self._tls
            )
        else:
            server = smtplib.SMTP(self.host, self.port, timeout=PATIENCE_SECONDS)
        with server:
            self._prepare(server)
            yield server

    def _prepare(self, server: smtplib.SMTP) -> None:
        server.ehlo()
        # A server of this machine rarely has a certificate in its own name.
        if not self.encrypted and self.host not in LOOPBACK and server.has_extn("starttls"):
            server.starttls(context=self._tls)
            server.ehlo()
        if self.user:
            if not isinstance(server.sock, ssl.SSLSocket) and self.host not in LOOPBACK:
                raise ssl.SSLError("the server offers no encryption; no password is sent")
            server.login(self.user, self._password)


class FolderGateway:
    """One file a message, in a folder a site."""

    def __init__(self, folder: Path, *, sender: str) -> None:
        self.folder = folder
        self.sender = sender

    def send(self, message: EmailMessage, *, site: str, name: str) -> None:
        folder = self.folder / site
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        part = folder / f".{name}.{secrets.token_hex(4)}"
        part.write_bytes(message.as_bytes(policy=policy.SMTPUTF8))
        os.replace(part, folder / f"{name}.eml")

    def kept(self, site: str, limit: int) -> list[KeptMail]:
        files = sorted(
            (self.folder / site).glob("*.eml"),
            key=lambda file: (file.stat().st_mtime_ns, file.name),
            reverse=True,
        )
        return [_read(file) for file in files[:limit]]


def _read(file: Path) -> KeptMail:
    message = BytesParser(policy=policy.default).parsebytes(file.read_bytes())
    return KeptMail(
        to=str(message["To"]),
        sender=str(message["From"]),
        subject=str(message["Subject"]),
        at=parsedate_to_datetime(str(message["Date"])),
        text=_part(message, "plain"),
        html=_part(message, "html"),
    )


def _part(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    return "\n".join(part.get_content().splitlines()) if part else ""


def kept_mail(site: str, *, limit: int = 50) -> list[KeptMail]:
    """What this site would have sent, newest first; nothing where mail really goes out."""
    sending = gateway()
    return sending.kept(site, limit) if isinstance(sending, FolderGateway) else []


def gateway() -> Gateway:
    found: Gateway = current_app.extensions[EXTENSION]
    return found


def init_app(app: Flask) -> None:
    settings: Settings = app.extensions["sp4n.settings"]
    sender = f"noreply@{settings.base_domain}"
    if settings.smtp_url is None:
        app.extensions[EXTENSION] = FolderGateway(settings.data_dir / "mail", sender=sender)
    else:
        app.extensions[EXTENSION] = SmtpGateway(settings.smtp_url, sender=sender)
