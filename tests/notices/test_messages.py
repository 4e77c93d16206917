"""A letter becomes a message that any program can show, and that nobody can turn into another."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser

import html5lib
import pytest
from flask import Flask

from sp4n import clock
from sp4n.jobs.registry import NeverPossible
from sp4n.notices.letters import Letter
from sp4n.notices.messages import Sender, compose
from sp4n.notices.words import WORDS
from tests.notices.conftest import body, readable

SENDER = Sender("Pemerintah Kabupaten Badung", "Pemkab Badung", "#0b6b5c", "noreply@lapor.example")
LINK = "http://badungkab.lapor.example/lacak?reference=ABC"
FACTS = {
    "reference": "7KX-2M4-9",
    "domain": "lapor.badungkab.go.id",
    "who": "Ni Luh Admin",
    "verify_due": date(2026, 11, 25),
    "answer_due": date(2026, 12, 1),
    "reply_due": date(2026, 12, 9),
    "due": date(2026, 12, 1),
    "until": date(2026, 11, 29),
    "happened": "Ditanggapi",
    "period": "2026–2029",
}


def letter(kind: str = "notice.case_filed", to: str = "made@contoh.id", lang: str = "id") -> Letter:
    return Letter(kind, to, lang, "/lacak", FACTS)


def composed(app: Flask, about: Letter, sender: Sender = SENDER) -> EmailMessage:
    with app.app_context():
        sent = compose(about, sender=sender, link=LINK, message_id="outbox-5-77")
    message = BytesParser(policy=policy.default).parsebytes(sent.as_bytes())
    assert isinstance(message, EmailMessage)
    return message


@pytest.mark.parametrize("kind", sorted(WORDS))
@pytest.mark.parametrize("language", ["id", "en"])
def test_every_kind_can_be_read_as_text_and_as_html(app: Flask, kind: str, language: str) -> None:
    message = composed(app, letter(kind, lang=language))
    text, html = body(message, "plain"), body(message, "html")
    html5lib.HTMLParser(strict=True).parse(html)
    assert LINK in text
    assert f'<a href="{LINK}"' in html
    assert f'<html lang="{language}">' in html
    assert re.search(f"<h1[^>]*>{re.escape(message['Subject'])}</h1>", html)
    assert message["Content-Language"] == language


def test_a_mail_loads_nothing_and_gives_ground_and_words_their_colours_together(app: Flask) -> None:
    html = body(composed(app, letter()), "html")
    assert not re.search(r"\bsrc=|url\(|<link|<script|@import|@font-face", html)
    for style in re.findall(r'style="([^"]*)"', html):
        if "background" in style and "color:" in style:
            assert SENDER.colour in style
            assert "color:#ffffff" in style


def test_headers_say_who_writes_and_that_a_machine_does(app: Flask) -> None:
    with clock.frozen(datetime(2026, 11, 22, 6, 30, tzinfo=UTC)):
        message = composed(app, letter())
    assert str(message["From"]) == "Pemkab Badung <noreply@lapor.example>"
    assert message["To"] == "made@contoh.id"
    assert message["Message-ID"] == "<outbox-5-77@lapor.example>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Date"].datetime == datetime(2026, 11, 22, 6, 30, tzinfo=UTC)
    assert message.get_content_type() == "multipart/alternative"


def test_a_letter_speaks_its_readers_language_whatever_was_spoken_before(app: Flask) -> None:
    days = [body(composed(app, letter(lang=lang)), "plain") for lang in ("id", "en", "id")]
    assert "25 November 2026" in days[0]
    assert days[0] == days[2]


def test_days_that_are_not_known_are_not_spoken_of(app: Flask) -> None:
    about = Letter("notice.case_answered", "a@contoh.id", "id", "/lacak", {"reference": "ABC"})
    assert "paling lambat" not in body(composed(app, about), "plain")


@pytest.mark.parametrize(
    "name",
    ["Badung\r\nBcc: korban@contoh.id", "Badung\nSubject: lain", "Badung\x00", "Bad\u2028ung"],
)
def test_a_name_cannot_add_a_header(app: Flask, name: str) -> None:
    message = composed(app, letter(), Sender(name, name, "#0b6b5c", "noreply@lapor.example"))
    assert message["Bcc"] is None
    assert message["Subject"].startswith("Laporan 7KX-2M4-9")
    assert message["From"].addresses[0].addr_spec == "noreply@lapor.example"


@pytest.mark.parametrize(
    "address",
    [
        "a@contoh.id\r\nBcc: korban@contoh.id",
        "a@contoh.id, korban@contoh.id",
        "a@contoh.id\x00",
        "korban",
        "",
        "@",
        "<a@contoh.id>",
        "Nama <a@contoh.id>",
    ],
)
def test_what_is_not_one_address_is_never_written_to(app: Flask, address: str) -> None:
    with pytest.raises(NeverPossible, match="not an address"):
        composed(app, letter(to=address))


def test_a_name_is_text_in_html_and_never_markup(app: Flask) -> None:
    name = 'Badung <script>alert("x")</script> & Co'
    html = body(composed(app, letter(), Sender(name, name, "#0b6b5c", "a@b.example")), "html")
    assert "<script>" not in html
    assert "&lt;script&gt;" in html


def test_letters_are_written_in_emoji_and_right_to_left_as_well(app: Flask) -> None:
    name = "Dinas 🌋 مكتب"
    message = composed(app, letter(), Sender(name, name, "#0b6b5c", "a@b.example"))
    assert name in readable(message)


def test_an_agency_ends_its_mail_with_lines_of_its_own(app: Flask) -> None:
    message = composed(app, letter(), replace(SENDER, signature="Tim <b>Badung</b>\nMelayani"))
    assert "Tim <b>Badung</b>\nMelayani" in body(message, "plain")
    assert "Tim &lt;b&gt;Badung&lt;/b&gt;<br>Melayani" in body(message, "html")
