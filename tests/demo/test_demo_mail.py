"""/surat-demo: mail that a demo kept, at the site that sent it; and nowhere else."""

from __future__ import annotations

from dataclasses import replace
from email.message import EmailMessage

import pytest
import sqlalchemy as sa
from flask import Flask

from sp4n.app import create_app
from sp4n.config import Settings
from sp4n.db import db
from sp4n.jobs import run
from sp4n.jobs.models import Outbox
from sp4n.notices.gateways import gateway
from sp4n.tenants.everyone import NATIONAL
from sp4n.tenants.models import Agency
from sp4n.tenants.scope import opened
from tests.factories import ClientFor
from tests.pages import Browser


@pytest.fixture
def mailed(demo_app: Flask) -> str:
    """The slug of an agency that the demo owes mail, after a worker sent what a reporter gets."""
    run.serve(demo_app)
    with demo_app.app_context(), opened(NATIONAL):
        row = db.session.execute(
            sa.select(Outbox.agency_id, Outbox.id, Agency.slug)
            .join(Agency, Agency.id == Outbox.agency_id)
            .where(Outbox.kind == "notice.case_filed", Outbox.state == "waiting")
        ).first()
    assert row is not None
    run.run_outbox(row.agency_id, row.id)
    return str(row.slug)


def test_an_agencys_mail_is_shown_at_its_own_site_only(demo_app: Flask, mailed: str) -> None:
    page = Browser(ClientFor(demo_app)(mailed)).open("/surat-demo")
    assert page.title.startswith("Email demo")
    assert "@pelapor.example" in page.words
    assert "/lacak?reference=" in page.text
    other = "kemenag"
    assert "Belum ada email" in Browser(ClientFor(demo_app)(other)).open("/surat-demo").words


def test_the_national_sites_mail_is_shown_there(demo_app: Flask) -> None:
    message = EmailMessage()
    message["Subject"], message["To"] = "Atur sandi <b>Anda</b>", "super.admin@nasional.example"
    message["From"], message["Date"] = "noreply@localhost", "Sun, 22 Nov 2026 08:00:00 +0000"
    message.set_content("Buka http://localhost:8000/atur-sandi/abc\n\n<script>alert(1)</script>")
    with demo_app.app_context():
        gateway().send(message, site="nasional", name="outbox-national-1")
    page = Browser(ClientFor(demo_app)(None)).open("/surat-demo")
    assert "super.admin@nasional.example" in page.words
    assert page.link("atur-sandi") == "http://localhost:8000/atur-sandi/abc"
    assert "&lt;script&gt;" in page.text
    assert "Belum ada email" in Browser(ClientFor(demo_app)("kemenag")).open("/surat-demo").words


def test_nothing_leads_to_it(demo_app: Flask) -> None:
    for site in (None, "badungkab"):
        front = ClientFor(demo_app)(site).get("/")
        assert front.status_code == 200
        assert "surat-demo" not in front.text


@pytest.mark.parametrize("over", [{"demo": False}, {"smtp_url": "smtp://mail.localhost:2525"}])
@pytest.mark.parametrize("site", [None, "badungkab"])
def test_where_mail_is_really_sent_or_no_demo_is_there_is_no_such_page(
    demo_app: Flask, over: dict[str, object], site: str | None
) -> None:
    settings: Settings = demo_app.extensions["sp4n.settings"]
    app = create_app(replace(settings, **over))  # type: ignore[arg-type]
    assert ClientFor(app)(site).get("/surat-demo").status_code == 404
