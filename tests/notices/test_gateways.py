"""Where mail goes: a server, with what it answers; or a folder."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from flask import Flask

from sp4n.jobs.registry import NeverPossible
from sp4n.notices.gateways import FolderGateway, SmtpGateway, kept_mail
from tests.notices.conftest import Mailbox, smtp_server

# Not a loopback address in the gateway's eyes, though one in the kernel's.
ELSEWHERE = "127.0.0.2"


def message(to: str = "made@contoh.id", subject: str = "Halo") -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "noreply@lapor.example", to, subject
    mail["Date"] = datetime(2026, 11, 22, 6, 30, tzinfo=UTC)
    mail.set_content("Isi surel.")
    mail.add_alternative("<p>Isi surel.</p>", subtype="html")
    return mail


def send(url: str, mail: EmailMessage) -> None:
    SmtpGateway(url, sender="noreply@lapor.example").send(mail, site="badungkab", name="x")


def test_a_message_arrives_at_the_server(mailbox: Mailbox, smtp_url: str) -> None:
    send(smtp_url, message())
    assert [mail["Subject"] for mail in mailbox.arrived] == ["Halo"]


def test_a_recipient_refused_for_good_is_not_tried_again(mailbox: Mailbox, smtp_url: str) -> None:
    mailbox.answers["made@contoh.id"] = "550 5.1.1 <made@contoh.id> no such user"
    with pytest.raises(NeverPossible) as refusal:
        send(smtp_url, message())
    assert str(refusal.value) == "recipient refused, 550"


def test_a_recipient_refused_for_now_is_tried_again(mailbox: Mailbox, smtp_url: str) -> None:
    mailbox.answers["made@contoh.id"] = "450 4.2.1 try later"
    with pytest.raises(smtplib.SMTPRecipientsRefused):
        send(smtp_url, message())


def test_a_server_that_is_away_is_tried_again() -> None:
    with pytest.raises(OSError, match="refused"):
        send("smtp://127.0.0.1:1", message())


def test_the_url_may_name_the_senders_address() -> None:
    gateway = SmtpGateway("smtps://u%40x:p%2Fw@mail.example?from=lapor%40x.id", sender="a@b.c")
    assert (gateway.sender, gateway.user, gateway.port) == ("lapor@x.id", "u@x", 465)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Key and self-signed certificate of ELSEWHERE in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, ELSEWHERE)])
    now = datetime.now(UTC)
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ip_address(ELSEWHERE))]), critical=False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = tmp_path_factory.mktemp("tls") / "both.pem"
    file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + signed.public_bytes(serialization.Encoding.PEM)
    )
    return file


@contextmanager
def server(mailbox: Mailbox, certificate: Path | None = None, **options: Any) -> Iterator[int]:
    """A server elsewhere, with STARTTLS when it has a certificate."""
    context = None
    if certificate is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
    with smtp_server(mailbox, ELSEWHERE, tls_context=context, **options) as port:
        yield port


def test_a_server_whose_certificate_is_not_trusted_gets_nothing(
    mailbox: Mailbox, certificate: Path
) -> None:
    with server(mailbox, certificate) as port, pytest.raises(ssl.SSLCertVerificationError):
        send(f"smtp://{ELSEWHERE}:{port}", message())
    assert mailbox.arrived == []


def test_a_password_goes_out_encrypted_to_a_trusted_server(
    mailbox: Mailbox, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[Any] = []

    def check(_server: Any, session: Any, _envelope: Any, _how: str, data: Any) -> AuthResult:
        shown.append((session.ssl is not None, data.login, data.password))
        return AuthResult(success=True)

    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    options = {"authenticator": check, "auth_require_tls": True}
    with server(mailbox, certificate, **options) as port:
        send(f"smtp://kantor:rahasia@{ELSEWHERE}:{port}", message())
    assert shown == [(True, b"kantor", b"rahasia")]
    assert len(mailbox.arrived) == 1


def test_no_password_is_sent_where_nothing_is_encrypted(mailbox: Mailbox) -> None:
    with server(mailbox) as port, pytest.raises(ssl.SSLError, match="no password"):
        send(f"smtp://kantor:rahasia@{ELSEWHERE}:{port}", message())
    assert mailbox.arrived == []


def test_kept_mail_is_read_back_newest_first_and_by_site(
    app: Flask, by_folder: FolderGateway
) -> None:
    for number in range(3):
        by_folder.send(message(subject=f"Surat {number}"), site="badungkab", name=f"m{number}")
    by_folder.send(message(subject="Lain"), site="slemankab", name="m9")
    with app.app_context():
        kept = kept_mail("badungkab", limit=2)
        assert [mail.subject for mail in kept] == ["Surat 2", "Surat 1"]
        assert kept_mail("baliprov") == []
    assert (kept[0].to, kept[0].text, kept[0].html) == (
        "made@contoh.id",
        "Isi surel.",
        "<p>Isi surel.</p>",
    )


def test_the_same_message_kept_twice_is_one_file(by_folder: FolderGateway) -> None:
    for _ in range(2):
        by_folder.send(message(), site="badungkab", name="outbox-1-1")
    assert [file.name for file in (by_folder.folder / "badungkab").iterdir()] == ["outbox-1-1.eml"]


@pytest.mark.usefixtures("by_smtp")
def test_nothing_is_kept_where_mail_goes_out(app: Flask) -> None:
    with app.app_context():
        assert kept_mail("badungkab") == []
