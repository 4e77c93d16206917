"""A reply address is named by letters once somebody there has said that it is right."""

from __future__ import annotations

import re
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
import sqlalchemy as sa

from sp4n import clock
from sp4n.tenants.resolver import AgencyFacts
from tests.desk.test_settings import change, publish
from tests.notices.conftest import (  # noqa: F401
    Mailbox,
    Post,
    body,
    by_smtp,
    mailbox,
    post,
    smtp_url,
)
from tests.scenes import Scene

MAIL = "/kelola/pengaturan/surat"
ADDRESS = "aduan@contoh.go.id"

pytestmark = pytest.mark.usefixtures("by_smtp", "post")


def test_a_letter_asks_and_until_it_is_answered_no_letter_names_the_address(
    scene: Scene,
    other_agency: AgencyFacts,
    mailbox: Mailbox,  # noqa: F811
    post: Post,  # noqa: F811
) -> None:
    admin = scene.desk()
    change(admin, MAIL, reply_to=ADDRESS)
    publish(admin)
    scene.verify(scene.filed())
    post.deliver(scene.agency)
    [asked] = mailbox.to(ADDRESS)
    assert asked["Reply-To"] is None
    assert {one["Reply-To"] for one in mailbox.to("made@contoh.id")} == {None}
    page = admin.open(MAIL)
    assert "belum dipastikan" in page.words
    assert "baru saja dikirim" in admin.send(page.form("/alamat-balasan")).words
    link = next(one for one in re.findall(r"http\S+", body(asked, "plain")) if "/balasan/" in one)
    path = urlsplit(link).path
    assert Scene(scene.app, other_agency).browser().open(path).status == 404
    assert scene.browser().open(f"{path[:-1]}x").status == 404
    with clock.frozen(clock.now() + timedelta(days=8)):
        assert scene.browser().open(path).status == 404
    browser = scene.browser()
    page = browser.open(path)
    assert "belum dipastikan" in admin.open(MAIL).words  # a program that opened it said nothing
    assert "sudah dipastikan" in browser.send(page.forms()[0]).words
    assert "Surat menyebut aduan@contoh.go.id" in admin.open(MAIL).words
    scene.verify(scene.filed())
    post.deliver(scene.agency)
    assert mailbox.to("made@contoh.id")[-1]["Reply-To"] == ADDRESS
    with scene.inside() as session:
        acts = session.scalars(sa.text("SELECT act FROM audit_entry")).all()
    assert acts.count("reply_address.confirmed") == 1
    viewer = scene.desk(scene.person("viewer"))
    assert viewer.client.post(f"{MAIL[:-6]}/alamat-balasan").status_code in (400, 403)


def test_a_new_address_has_to_be_proven_anew_and_the_list_of_preparation_says_so(
    scene: Scene,
    mailbox: Mailbox,  # noqa: F811
    post: Post,  # noqa: F811
) -> None:
    admin = scene.desk()
    for address in (ADDRESS, "baru@contoh.go.id", ADDRESS):
        change(admin, MAIL, reply_to=address)
        publish(admin)
        post.deliver(scene.agency)
    assert [len(mailbox.to(one)) for one in (ADDRESS, "baru@contoh.go.id")] == [1, 1]
    with clock.frozen(clock.now() + timedelta(minutes=11)):
        page = admin.open(MAIL)
        assert "Surat dikirim" in admin.send(page.form("/alamat-balasan")).words
        post.deliver(scene.agency)
    assert len(mailbox.to(ADDRESS)) == 2
