"""What is written about cases between agencies, and to whom."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask import Flask

from sp4n.tenants.resolver import AgencyFacts
from tests.cases.between import REASON, between
from tests.notices.conftest import Mailbox, Post, body

pytestmark = pytest.mark.usefixtures("by_smtp")


def test_reporter_and_staff_of_both_are_told_what_they_have_to_do(
    app: Flask,
    superuser: sa.Connection,
    post: Post,
    mailbox: Mailbox,
    agency: AgencyFacts,
    other_agency: AgencyFacts,
) -> None:
    two = between(app, superuser, agency, other_agency)
    filing, kept = two.here.filed(), two.here.filed(language="en")
    sent, refused = two.send(filing), two.send(kept)
    for one in (agency, other_agency, agency):
        post.deliver(one)
    two.accept(sent)
    two.refuse(refused)
    for one in (other_agency, agency):
        post.deliver(one)
    subjects = {str(mail["Subject"]) for mail in mailbox.to("made@contoh.id")}
    number = filing.reference
    assert f"Laporan {number} dikirim ke instansi lain" in subjects
    assert f"Laporan {number} sekarang di instansi lain" in subjects
    assert f"Report {kept.reference} stays with {agency.name}" in subjects
    said = mailbox.content()
    assert REASON not in said
    assert "Ini jalan kabupaten." not in said
    staff = [str(mail["Subject"]) for mail in mailbox.arrived]
    assert f"Kiriman dari {agency.short_name}: laporan {number}" in staff
    assert f"Laporan {kept.reference} tetap pada Anda" in staff
    (offer,) = [mail for mail in mailbox.arrived if f"laporan {number}" in str(mail["Subject"])]
    assert f"/desk/kiriman/{sent}" in body(offer, "plain")
