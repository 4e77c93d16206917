"""Links to sign-in: made by the job, good for their purpose, stored nowhere in clear."""

from __future__ import annotations

import re

import pytest
import sqlalchemy as sa
from flask import Flask

from sp4n.accounts.handover import hand_over
from sp4n.accounts.operations import invite, redeem_token, request_reset
from sp4n.db import db
from sp4n.jobs import run
from sp4n.tenants.edge import edge
from sp4n.tenants.everyone import NATIONAL
from sp4n.tenants.resolver import AgencyFacts
from tests.accounts.people import add_coordinator, add_staff
from tests.cases.making import ADMIN
from tests.factories import Inside
from tests.notices.conftest import Mailbox, Post, body

pytestmark = pytest.mark.usefixtures("by_smtp")


def link_in(mailbox: Mailbox, to: str) -> tuple[str, str]:
    """What stands before the token, and the token."""
    found = re.search(r"^(http\S+/)(\S+)$", body(mailbox.to(to)[-1], "plain"), re.MULTILINE)
    assert found is not None
    return found[1], found[2]


def test_an_invitation_brings_a_link_that_sets_a_password(
    post: Post, mailbox: Mailbox, agency: AgencyFacts, inside: Inside
) -> None:
    with inside(agency) as session:
        invite(session, email="baru@contoh.go.id", name="Ketut", role="viewer", actor=ADMIN)
    post.deliver(agency)
    before, token = link_in(mailbox, "baru@contoh.go.id")
    assert before == f"http://{agency.slug}.localhost:8000/atur-sandi/"
    with inside(agency) as session:
        person = redeem_token(session, token=token, password="kuda hijau menari di atap")
        assert person.email == "baru@contoh.go.id"


def test_a_reset_link_leads_to_the_account_that_asked(
    post: Post, mailbox: Mailbox, agency: AgencyFacts, inside: Inside
) -> None:
    with inside(agency) as session:
        email = add_staff(session).email
        request_reset(session, email=email)
    post.deliver(agency)
    assert mailbox.to(email)[0]["Subject"] == "Atur ulang kata sandi"
    _, token = link_in(mailbox, email)
    with inside(agency) as session:
        assert redeem_token(session, token=token, password="kuda biru di atap rumah").email == email


def test_who_takes_over_is_told_by_mail(
    post: Post, mailbox: Mailbox, agency: AgencyFacts, inside: Inside
) -> None:
    with inside(agency) as session:
        add_staff(session, "admin")
        leaving, staying = add_staff(session, "viewer"), add_staff(session, "liaison")
        leaving.role = "admin"
        hand_over(session, account=leaving, successor_id=staying.id, with_role=True, actor=ADMIN)
        email = staying.email
    post.deliver(agency)
    (letter,) = mailbox.to(email)
    assert letter["Subject"] == "Anda menerima tugas seorang rekan"
    assert f"http://{agency.slug}.localhost:8000/desk/" in body(letter, "plain")


def test_no_token_is_stored_in_clear(
    post: Post, mailbox: Mailbox, agency: AgencyFacts, inside: Inside, superuser: sa.Connection
) -> None:
    with inside(agency) as session:
        email = add_staff(session).email
        request_reset(session, email=email)
    post.deliver(agency)
    _, token = link_in(mailbox, email)
    for table in ("account_token", "outbox", "audit_entry"):
        rows = superuser.exec_driver_sql(f"SELECT row_to_json({table})::text FROM {table}")
        assert token not in "".join(rows.scalars())


def test_a_closed_account_gets_no_link(
    post: Post, mailbox: Mailbox, agency: AgencyFacts, inside: Inside
) -> None:
    with inside(agency) as session:
        account = add_staff(session)
        request_reset(session, email=account.email)
        account.active = False
    post.deliver(agency)
    assert mailbox.arrived == []
    assert [row.kind for row in post.rows(agency, "done")] == ["account.reset"]


@pytest.mark.usefixtures("post")
def test_a_coordinators_link_leads_to_the_national_site(
    app: Flask, mailbox: Mailbox, superuser: sa.Connection
) -> None:
    with app.app_context(), edge(NATIONAL):
        email = add_coordinator(db.session()).email
        request_reset(db.session(), email=email)
    newest = "SELECT id FROM national_outbox ORDER BY id DESC LIMIT 1"
    run.run_national_outbox(superuser.exec_driver_sql(newest).scalar_one())
    before, _ = link_in(mailbox, email)
    assert before == "http://localhost:8000/atur-sandi/"
    assert str(mailbox.to(email)[0]["From"]) == "SP4N <noreply@lapor.example>"


def test_a_link_that_could_not_be_mailed_is_made_anew(
    post: Post, mailbox: Mailbox, agency: AgencyFacts, inside: Inside
) -> None:
    with inside(agency) as session:
        email = add_staff(session).email
        request_reset(session, email=email)
    mailbox.answers[email] = "450 try later"
    post.deliver(agency)
    mailbox.answers.clear()
    post.wake()
    post.deliver(agency)
    _, token = link_in(mailbox, email)
    with inside(agency) as session:
        assert redeem_token(session, token=token, password="kuda biru di atap rumah").email == email
