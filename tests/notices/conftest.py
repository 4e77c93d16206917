"""A real SMTP server that keeps what it is sent, and the application writing to it."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from flask import Flask

from sp4n.jobs import run
from sp4n.notices.gateways import EXTENSION, FolderGateway, SmtpGateway
from sp4n.tenants.resolver import AgencyFacts
from tests.cases.making import SEALER


@dataclass
class Mailbox:
    """What arrived; `answers`: what the server says to an address instead of taking it."""

    arrived: list[EmailMessage] = field(default_factory=list)
    answers: dict[str, str] = field(default_factory=dict)

    async def handle_RCPT(
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: Any
    ) -> str:
        if address in self.answers:
            return self.answers[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:
        content = envelope.original_content or b""
        message = BytesParser(policy=policy.default).parsebytes(content)
        assert isinstance(message, EmailMessage)
        self.arrived.append(message)
        return "250 OK"

    def to(self, address: str) -> list[EmailMessage]:
        return [message for message in self.arrived if message["To"] == address]

    def content(self) -> str:
        """All that can be read in anything that arrived, headers included."""
        return "\n".join(readable(message) for message in self.arrived)


def readable(message: EmailMessage) -> str:
    headers = [f"{name}: {value}" for name, value in message.items()]
    return "\n".join([*headers, body(message, "plain"), body(message, "html")])


def body(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    assert part is not None
    content: str = part.get_content()
    return content.replace("\r\n", "\n")


@contextmanager
def smtp_server(mailbox: Mailbox, host: str, **options: Any) -> Iterator[int]:
    """The port it listens on."""
    with socket.socket() as probe:
        probe.bind((host, 0))
        port: int = probe.getsockname()[1]
    controller = Controller(mailbox, host, port, **options)
    controller.start()
    try:
        yield port
    finally:
        controller.stop()


@pytest.fixture
def mailbox() -> Mailbox:
    return Mailbox()


@pytest.fixture
def smtp_url(mailbox: Mailbox) -> Iterator[str]:
    with smtp_server(mailbox, "127.0.0.1") as port:
        yield f"smtp://127.0.0.1:{port}"


@pytest.fixture
def by_smtp(app: Flask, smtp_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    sending = SmtpGateway(smtp_url, sender="noreply@lapor.example")
    monkeypatch.setitem(app.extensions, EXTENSION, sending)


@pytest.fixture
def by_folder(app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FolderGateway:
    keeping = FolderGateway(tmp_path / "mail", sender="noreply@lapor.example")
    monkeypatch.setitem(app.extensions, EXTENSION, keeping)
    return keeping


@dataclass
class Post:
    """Runs what is owed, as a worker would."""

    superuser: sa.Connection

    def rows(self, agency: AgencyFacts, state: str = "waiting") -> list[Any]:
        query = sa.text("SELECT * FROM outbox WHERE agency_id = :a AND state = :s ORDER BY id")
        return list(self.superuser.execute(query, {"a": agency.id, "s": state}))

    def deliver(self, agency: AgencyFacts) -> None:
        """Until nothing waits: a row may owe others."""
        while rows := self.rows(agency):
            for row in rows:
                run.run_outbox(agency.id, row.id)

    def wake(self) -> None:
        self.superuser.exec_driver_sql(
            "UPDATE outbox SET state = 'waiting' WHERE state IN ('scheduled', 'dead')"
        )


@pytest.fixture
def post(app: Flask, superuser: sa.Connection, monkeypatch: pytest.MonkeyPatch) -> Post:
    run.serve(app)
    monkeypatch.setitem(app.extensions, "sp4n.sealer", SEALER)
    return Post(superuser)
