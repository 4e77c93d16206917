"""My reports, by a mailed link: once, shortly, only one's own, and nothing learnt by asking."""

from __future__ import annotations

import re
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
import sqlalchemy as sa
from flask import Flask

from sp4n import clock
from sp4n.cases.drafts import new_form_key
from sp4n.cases.operations import FiledCase
from sp4n.cases.operations.on_behalf import file_on_behalf
from sp4n.cases.own_address import NOBODYS, mark_addresses
from sp4n.portal import own_reports
from sp4n.reporters.operations import forget_access
from sp4n.tenants.resolver import AgencyFacts
from tests.cases.making import SEALER, answers
from tests.notices.conftest import (  # noqa: F401
    Mailbox,
    Post,
    body,
    by_smtp,
    mailbox,
    post,
    readable,
    smtp_url,
)
from tests.pages import Browser, Page
from tests.scenes import Scene

ADDRESS = "made@contoh.id"

pytestmark = pytest.mark.usefixtures("by_smtp", "post")


@pytest.fixture(autouse=True)
def _fresh(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    counters = app.extensions["sp4n.throttle"].counters
    monkeypatch.setattr(counters, "redis", None)
    counters.memory.reset()


def ask(scene: Scene, address: str = ADDRESS, browser: Browser | None = None) -> Page:
    browser = browser or scene.browser()
    return browser.send(browser.open("/laporan-saya").form("/laporan-saya"), email=address)


def link(scene: Scene, mailbox: Mailbox, post: Post, address: str = ADDRESS) -> str:  # noqa: F811
    """Asked for, mailed, and read."""
    ask(scene, address)
    post.deliver(scene.agency)
    letter = body(mailbox.to(address)[-1], "plain")
    return next(one for one in re.findall(r"http\S+", letter) if "/laporan-saya/masuk/" in one)


def entered(scene: Scene, mailbox: Mailbox, post: Post) -> tuple[Browser, Page]:  # noqa: F811
    browser = scene.browser()
    page = browser.open(link(scene, mailbox, post))
    return browser, browser.send(page.forms()[0])


def test_a_link_opens_all_of_ones_own_reports_and_works_once(
    scene: Scene,
    mailbox: Mailbox,  # noqa: F811
    post: Post,  # noqa: F811
    superuser: sa.Connection,
) -> None:
    first = scene.filed(title="Jalan berlubang")
    second = scene.answer(
        scene.verify(scene.filed(title="Air mati", reporter_email="MADE@contoh.id"))
    )
    others = scene.filed(title="Milik orang lain", reporter_email="lain@contoh.id")
    address = link(scene, mailbox, post)
    scanner, browser = scene.browser(), scene.browser()
    for _time in range(2):
        assert scanner.open(address).status == 200
    page = browser.send(browser.open(address).forms()[0])
    assert page.path == "/laporan-saya"
    assert [one.text_content().strip() for one in page.find_all("card__title")] == [
        "Air mati",
        "Jalan berlubang",
    ]
    assert first.reference in page.text
    assert others.reference not in page.text
    assert ADDRESS in page.text
    case = browser.open(f"/lacak/{second.reference}")
    assert case.heading == "Air mati"
    browser.send(case.form("/tanggapan"), body="Terima kasih, sudah mengalir.")
    assert "sudah mengalir" in browser.open(f"/lacak/{second.reference}").text
    assert browser.open(f"/lacak/{others.reference}").status == 404
    assert scanner.open(address).status == 404
    assert scanner.open(f"/lacak/{second.reference}").path == "/lacak"
    for table in ("reporter_access", "identity", "audit_entry", "outbox"):
        rows = superuser.execute(
            sa.text(f"SELECT t::text FROM {table} t WHERE agency_id = :a"), {"a": scene.agency.id}
        )
        assert ADDRESS not in " ".join(rows.scalars())


def test_anonymous_reports_are_never_found_and_confidential_ones_ask_for_their_code(
    scene: Scene,
    mailbox: Mailbox,  # noqa: F811
    post: Post,  # noqa: F811
) -> None:
    anonymous = scene.filed(title="Tanpa nama", anonymous=True)
    secret = scene.filed(title="Suap di loket", confidential=True)
    browser, page = entered(scene, mailbox, post)
    assert anonymous.reference not in page.text
    assert "Suap di loket" not in page.text
    assert secret.reference in page.text
    for filing in (anonymous, secret):
        assert browser.open(f"/lacak/{filing.reference}").status == 404
    code = {"reference": secret.reference, "access_code": secret.access_code}
    assert browser.send(browser.open("/lacak").form("lacak"), **code).heading == "Suap di loket"


def test_who_has_nothing_here_gets_the_same_answer_and_no_letter(
    scene: Scene,
    other_agency: AgencyFacts,
    mailbox: Mailbox,  # noqa: F811
    post: Post,  # noqa: F811
    superuser: sa.Connection,
) -> None:
    scene.filed()
    known, unknown = ask(scene), ask(scene, "siapa@contoh.id")
    anonymous = Scene(scene.app, other_agency)
    anonymous.filed(anonymous=True)
    elsewhere = ask(anonymous)
    assert known.text == unknown.text
    assert {page.path for page in (known, unknown, elsewhere)} == {"/laporan-saya/terkirim"}
    rows = "SELECT count(*) FROM reporter_access WHERE agency_id = :a"
    assert superuser.scalar(sa.text(rows), {"a": scene.agency.id}) == 2
    for agency in (scene.agency, other_agency):
        post.deliver(agency)
    about = [one["To"] for one in mailbox.arrived if "Tautan ke laporan" in one["Subject"]]
    assert about == [ADDRESS]


def test_what_staff_typed_from_a_letter_is_nobodys_until_its_reporter_corrects_it(
    scene: Scene,
    app: Flask,
    mailbox: Mailbox,  # noqa: F811
    post: Post,  # noqa: F811
) -> None:
    with scene.inside() as session:
        filing: FiledCase = file_on_behalf(
            session,
            sealer=SEALER,
            secret=app.config["SECRET_KEY"],
            form_key=new_form_key(),
            answers=answers(title="Dari surat"),
            agency=scene.agency,
            language="id",
            channel="letter",
            link="",
            received_on=clock.today(scene.agency.zone),
            actor=scene.admin,
        )
    ask(scene)
    post.deliver(scene.agency)
    assert not [one for one in mailbox.arrived if "Tautan ke laporan" in one["Subject"]]
    browser = scene.browser()
    code = {"reference": filing.reference, "access_code": filing.access_code}
    browser.send(browser.open("/lacak").form("lacak"), **code)
    form = browser.open(f"/lacak/{filing.reference}/data/perbaiki").form("/perbaiki")
    browser.send(form, access_code=filing.access_code, email=ADDRESS)
    assert "Dari surat" in entered(scene, mailbox, post)[1].text


def test_what_lay_in_the_vault_before_is_found_once_the_job_was_there(
    scene: Scene,
    mailbox: Mailbox,  # noqa: F811
    post: Post,  # noqa: F811
) -> None:
    plain, anonymous = scene.filed(), scene.filed(anonymous=True)
    with scene.inside() as session:
        session.execute(sa.text("UPDATE identity SET address_hash = NULL"))
    with scene.inside() as session:
        mark_addresses(SEALER, session)
    with scene.inside() as session:
        marks = dict(session.execute(sa.text("SELECT case_id, address_hash FROM identity")).all())
    assert marks[anonymous.case_id] == NOBODYS
    assert len(marks[plain.case_id]) == 32
    assert plain.reference in entered(scene, mailbox, post)[1].text


def test_it_ends_by_itself_by_leaving_and_at_another_agency(
    scene: Scene,
    other_agency: AgencyFacts,
    mailbox: Mailbox,  # noqa: F811
    post: Post,  # noqa: F811
) -> None:
    filing = scene.filed()
    browser, page = entered(scene, mailbox, post)
    path = f"/lacak/{filing.reference}"
    with clock.frozen(clock.now() + timedelta(minutes=70)):
        assert browser.open(path).status == 404
        assert "Anda sudah keluar karena" in browser.open("/laporan-saya").text
    browser, page = entered(scene, mailbox, post)
    kept = browser.client.get_cookie("sp4n", domain=f"{scene.agency.slug}.localhost")
    out = browser.send(page.form("/laporan-saya/keluar"))
    assert "Anda sudah keluar" in out.text
    assert browser.open(path).path == "/lacak"
    assert kept is not None
    browser.client.set_cookie("sp4n", kept.value, domain=f"{scene.agency.slug}.localhost")
    assert browser.open(path).status == 404  # what was copied before is over, too
    assert browser.open("/desk/").path == "/masuk"
    with scene.inside() as session:
        assert session.scalar(sa.text("SELECT count(*) FROM reporter_access")) == 1
    with clock.frozen(clock.now() + timedelta(hours=2)), scene.inside() as session:
        forget_access(session)
        assert session.scalar(sa.text("SELECT count(*) FROM reporter_access")) == 0


def test_a_link_of_another_agency_a_late_and_a_forged_one_open_nothing(
    scene: Scene,
    other_agency: AgencyFacts,
    mailbox: Mailbox,  # noqa: F811
    post: Post,  # noqa: F811
) -> None:
    scene.filed()
    path = urlsplit(link(scene, mailbox, post)).path
    elsewhere = Scene(scene.app, other_agency).browser()
    assert elsewhere.open(path).status == 404
    number = path.rpartition("/")[2].partition("-")[0]
    for key in (f"{number}-{'0' * 40}", f"{number}-", number, "x-y", "9" * 30, f"{number}-é"):
        page = scene.browser().open(f"/laporan-saya/masuk/{key}")
        assert (page.status, page.heading) == (404, "Tautan ini tidak berlaku lagi")
    with clock.frozen(clock.now() + timedelta(minutes=31)):
        assert scene.browser().open(path).status == 404


def test_letters_to_one_address_are_few_and_who_asks_for_many_is_slowed_down(
    scene: Scene,
    mailbox: Mailbox,  # noqa: F811
    post: Post,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    scene.filed()
    browser = scene.browser()
    assert {ask(scene, browser=browser).path for _time in range(5)} == {"/laporan-saya/terkirim"}
    post.deliver(scene.agency)
    assert len([one for one in mailbox.arrived if "Tautan ke laporan" in one["Subject"]]) == 3
    monkeypatch.setattr(own_reports, "MOST_FROM_ONE", 0)
    assert ask(scene, "lain@contoh.id").status == 429


@pytest.mark.parametrize("typed", ["", "bukan alamat", "a@b", "a@contoh.id, b@contoh.id", "\x00"])
def test_what_is_no_address_is_said_and_kept(scene: Scene, typed: str) -> None:
    page = ask(scene, typed)
    assert page.status == 422
    assert len(page.errors) == 1
