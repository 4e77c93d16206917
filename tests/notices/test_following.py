"""Following by mail: nothing before it is confirmed, every change that is public after it, one
letter an hour; ended by one click; and no way to bomb, to find out or to forge anything."""

from __future__ import annotations

import re
from datetime import timedelta
from email.message import EmailMessage
from urllib.parse import urlsplit

import pytest
import sqlalchemy as sa

from sp4n import clock
from sp4n.cases.following import forget_followers
from sp4n.cases.models import PublicCase
from sp4n.cases.operations import FiledCase
from sp4n.portal import following_views
from sp4n.tenants.resolver import AgencyFacts
from tests.notices.conftest import Mailbox, Post, body, readable
from tests.pages import Page
from tests.scenes import Scene

ADDRESS = "warga@contoh.id"


@pytest.fixture
def filing(scene: Scene) -> FiledCase:
    return scene.verify(scene.filed(reporter_email=""))


def ask(scene: Scene, filing: FiledCase, address: str = ADDRESS, query: str = "") -> Page:
    browser = scene.browser()
    page = browser.open(f"/laporan/{filing.reference}/ikuti{query}")
    return browser.send(page.form("/ikuti"), email=address)


def link_in(message: EmailMessage, words: str) -> str:
    found = re.findall(r"http\S+", body(message, "plain"))
    return next(one for one in found if words in one)


def confirmed(scene: Scene, filing: FiledCase, mailbox: Mailbox, post: Post) -> None:
    ask(scene, filing)
    post.deliver(scene.agency)
    browser = scene.browser()
    page = browser.open(link_in(mailbox.to(ADDRESS)[-1], "/ikuti/"))
    assert "Anda mengikuti laporan ini" in browser.send(page.forms()[0]).text


def followers(scene: Scene, filing: FiledCase) -> int:
    with scene.inside() as session:
        return session.get_one(PublicCase, (scene.agency.id, filing.case_id)).followers


@pytest.mark.usefixtures("by_smtp")
def test_it_is_confirmed_by_a_button_told_of_what_is_public_and_ended(
    scene: Scene, filing: FiledCase, mailbox: Mailbox, post: Post, superuser: sa.Connection
) -> None:
    assert "Periksa email Anda" in ask(scene, filing).heading
    stored = superuser.scalar(
        sa.text("SELECT f::text FROM case_follower f WHERE agency_id = :a"), {"a": scene.agency.id}
    )
    assert ADDRESS not in stored
    scene.answer(filing, "JAWABAN-PERTAMA")
    post.deliver(scene.agency)
    [question] = mailbox.to(ADDRESS)
    assert filing.reference in question["Subject"]
    assert "List-Unsubscribe" not in question
    link = link_in(question, "/ikuti/")
    browser = scene.browser()
    page = browser.open(link)
    assert followers(scene, filing) == 0  # a program that opened the link has confirmed nothing
    browser.send(page.forms()[0])
    browser.send_filled(page.forms()[0], page.forms()[0].values)
    assert followers(scene, filing) == 1
    scene.note(filing, "CATATAN-DALAM")
    scene.answer(filing, "JAWABAN-KEDUA")
    post.deliver(scene.agency)
    told = mailbox.to(ADDRESS)[1:]
    assert len(told) == 1
    text = readable(told[0])
    assert "Tanggapan instansi" in text
    assert "JAWABAN" not in text
    assert "CATATAN" not in text
    assert told[0]["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    end = urlsplit(told[0]["List-Unsubscribe"].strip("<>"))
    client = scene.browser().client
    assert client.get(end.path).status_code == 200
    assert followers(scene, filing) == 1
    answer = client.post(end.path, data={"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    assert followers(scene, filing) == 0
    assert client.post(end.path).status_code == client.get(urlsplit(link).path).status_code == 404
    scene.answer(filing, "lagi", final=True)
    post.deliver(scene.agency)
    assert len(mailbox.to(ADDRESS)) == 2


@pytest.mark.usefixtures("by_smtp")
def test_what_happens_within_the_hour_comes_in_one_letter_and_the_end_is_told(
    scene: Scene, filing: FiledCase, mailbox: Mailbox, post: Post
) -> None:
    confirmed(scene, filing, mailbox, post)
    for _act in range(3):
        scene.answer(filing)
        post.deliver(scene.agency)
    assert len(mailbox.to(ADDRESS)) == 2
    assert len(post.rows(scene.agency, "scheduled")) >= 1
    post.wake()
    post.deliver(scene.agency)
    assert len(mailbox.to(ADDRESS)) == 3
    post.deliver(scene.agency)
    with scene.inside() as session:
        session.execute(sa.text("UPDATE case_follower SET told_at = told_at - interval '2 hours'"))
    scene.archive(filing)
    post.deliver(scene.agency)
    last = mailbox.to(ADDRESS)[-1]
    assert "tidak diumumkan lagi" in last["Subject"]
    assert "Jalan ini milik provinsi" not in readable(last)


@pytest.mark.usefixtures("by_smtp")
def test_letters_are_in_the_language_of_who_asked(
    scene: Scene, filing: FiledCase, mailbox: Mailbox, post: Post
) -> None:
    ask(scene, filing, query="?lang=en")
    post.deliver(scene.agency)
    assert "Follow report" in mailbox.to(ADDRESS)[0]["Subject"]


@pytest.mark.usefixtures("by_smtp")
def test_nobody_is_bombed_and_nobody_learns_who_follows(
    scene: Scene,
    filing: FiledCase,
    other_agency: AgencyFacts,
    mailbox: Mailbox,
    post: Post,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(following_views, "MOST_TO_ONE", 4)
    target = "sasaran@contoh.id"
    first = ask(scene, filing, target)
    again = ask(scene, filing, target.upper().replace("CONTOH.ID", "contoh.id"))
    assert (first.status, first.words) == (again.status, again.words)
    for _try in range(4):
        assert ask(scene, scene.verify(scene.filed()), target).status == 200
    elsewhere = Scene(scene.app, other_agency)
    for _try in range(3):
        assert ask(elsewhere, elsewhere.verify(elsewhere.filed()), target).status == 200
    for agency in (scene.agency, other_agency):
        post.deliver(agency)
    assert 1 <= len([one for one in mailbox.arrived if target in one["To"].lower()]) <= 4
    monkeypatch.setattr(following_views, "MOST_FROM_ONE", 0)
    assert ask(scene, filing, "lain@contoh.id").status == 429


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "bukan alamat",
        "a@b",
        "a@contoh.id\r\nBcc: b@contoh.id",
        "a@contoh.id, b@contoh.id",
        "<a@contoh.id>",
        "a@contoh.id%0aBcc:b@contoh.id",
        "a" * 300 + "@contoh.id",
    ],
)
def test_what_is_no_address_is_said_and_kept(scene: Scene, filing: FiledCase, typed: str) -> None:
    page = ask(scene, filing, typed)
    if page.status == 200:  # a line break is no character of an address, and was taken out
        with scene.inside() as session:
            assert session.scalar(sa.text("SELECT count(*) FROM case_follower")) <= 1
        return
    assert page.status == 422
    assert len(page.errors) == 1


def test_forged_links_and_those_of_others_lead_nowhere(
    scene: Scene, filing: FiledCase, other_agency: AgencyFacts
) -> None:
    ask(scene, filing)
    with scene.inside() as session:
        number = session.scalar(sa.text("SELECT id FROM case_follower"))
    client = scene.browser().client
    for key in (f"{number}-{'0' * 40}", f"{number}-", f"{number}", "x-y", "9" * 30, f"{number}-é"):
        assert client.get(f"/ikuti/{key}").status_code == 404
        assert client.post(f"/ikuti/{key}/berhenti").status_code == 404
    with scene.inside() as session:
        assert session.scalar(sa.text("SELECT count(*) FROM case_follower")) == 1


def test_who_never_confirms_is_forgotten_after_seven_days(scene: Scene, filing: FiledCase) -> None:
    ask(scene, filing)
    for days, left in ((6, 1), (8, 0)):
        with clock.frozen(clock.now() + timedelta(days=days)), scene.inside() as session:
            forget_followers(session)
            assert session.scalar(sa.text("SELECT count(*) FROM case_follower")) == left


def test_only_public_cases_are_followed(scene: Scene) -> None:
    hidden = scene.verify(scene.filed(), publish=False)
    confidential = scene.verify(scene.filed(confidential=True))
    for filing in (hidden, confidential):
        for path in ("ikuti", "ikuti/terkirim"):
            page = scene.browser().open(f"/laporan/{filing.reference}/{path}")
            assert page.status == 404
