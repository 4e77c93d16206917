"""Links and mail of an agency's own: what is kept, what is refused, where it shows."""

from __future__ import annotations

import pytest
from flask import Flask

from sp4n.notices.jobs import sender_of
from sp4n.notices.letters import Letter
from sp4n.notices.messages import compose
from sp4n.tenants.resolver import agency_by_id
from tests.desk.test_settings import HOME, MAIL, change, publish
from tests.pages import Browser
from tests.scenes import Scene

LINKS = f"{HOME}tautan"


def test_an_agencys_links_stand_at_the_foot_of_its_pages(scene: Scene, admin: Browser) -> None:
    change(
        admin,
        LINKS,
        website="https://www.ujikab.go.id/layanan",
        instagram="https://www.instagram.com/ujikab",
    )
    publish(admin)
    citizen = scene.browser()
    citizen.strict = False  # the addresses are not of this house
    page = citizen.open("/")
    assert page.link("ujikab.go.id") == "https://www.ujikab.go.id/layanan"
    assert page.link("Instagram") == "https://www.instagram.com/ujikab"
    assert "noopener" in page.text


@pytest.mark.parametrize(
    "typed",
    [
        {"website": "http://ujikab.go.id"},
        {"website": "ftp://ujikab.go.id"},
        {"website": "https://orang:sandi@ujikab.go.id"},
        {"website": "https://localhost/"},
        {"website": "https://10.0.0.1/"},
        {"website": "https://ujikab.go.id:8443/"},
        {"website": "https://ujikab.go.id/ a"},
        {"website": "https://[::1"},
        {"website": "https://ujikab.go.id\\@lain.example"},
        {"website": "ujikab.go.id"},
        {"instagram": "https://instagram.com.lain.example/ujikab"},
        {"instagram": "https://instagram.com/"},
        {"facebook": "https://instagram.com/ujikab"},
    ],
)
def test_a_link_leads_where_it_says_over_https(admin: Browser, typed: dict[str, str]) -> None:
    page = change(admin, LINKS, **typed)
    assert page.status == 422
    assert len(page.errors) == 1
    assert "https://" in page.errors[0]
    (name,) = typed
    assert page.form("tautan").values[name] == typed[name]


def test_mail_says_who_writes_and_where_replies_are_read(
    app: Flask, scene: Scene, admin: Browser
) -> None:
    change(admin, MAIL, mail_name="Lapor Uji", reply_to="pengaduan@ujikab.go.id")
    publish(admin)
    with scene.inside():
        sender = sender_of(agency_by_id(scene.agency.id))
        facts = {"reference": "7KX-2M4-9"}
        letter = Letter("notice.case_answered", "made@contoh.id", "id", "/lacak", facts)
        mail = compose(letter, sender=sender, link="https://contoh.id/", message_id="outbox-1-1")
    assert mail["From"].startswith("Lapor Uji <")
    assert mail["Reply-To"] == "pengaduan@ujikab.go.id"
    for part in mail.iter_parts():
        assert "Balasan Anda sampai ke pengaduan@ujikab.go.id" in " ".join(
            part.get_content().split()
        )


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"mail_name": "Lapor\nBcc: semua@contoh.id"}, "hanya satu baris"),
        ({"mail_name": "Lapor <bank@contoh.id>"}, "tanpa alamat email"),
        ({"mail_name": 'Lapor" x'}, "tanpa alamat email"),
        ({"mail_name": "x" * 61}, "Paling panjang 60 huruf"),
        ({"reply_to": "a@contoh.id\nBcc: b@contoh.id"}, "alamat email seperti"),
        ({"reply_to": "a@contoh.id, b@contoh.id"}, "alamat email seperti"),
        ({"reply_to": "Uji <a@contoh.id>"}, "alamat email seperti"),
        ({"reply_to": "pengaduanü@contoh.id"}, "alamat email seperti"),
    ],
)
def test_nothing_gets_into_a_mails_headers(
    admin: Browser, typed: dict[str, str], words: str
) -> None:
    page = change(admin, MAIL, **typed)
    assert page.status == 422
    assert any(words in error for error in page.errors)
