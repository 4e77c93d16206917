"""Who is written to about a case, and what a mail never says."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from sp4n.accounts.models import Account, AccountUnit
from sp4n.cases.models import CaseRecord, IdentityLook
from sp4n.cases.operations import (
    accept_answer,
    answer_case,
    archive_case,
    assign_case,
    reply_to_case,
)
from sp4n.tenants.resolver import AgencyFacts
from tests.accounts.people import add_staff
from tests.cases.making import ADMIN, a_case, a_unit, answers, filed, traceless, verified
from tests.factories import Inside
from tests.notices.conftest import Mailbox, Post, body

pytestmark = pytest.mark.usefixtures("by_smtp")

REPORTER = "made@contoh.id"
CANARY = "burungkenari"
# Known by telephone only: no letter goes to the reporter, and staff hear at once.
UNREACHABLE = answers(reporter_email="")


def add_liaison(session: Session, *unit_ids: int) -> str:
    account = add_staff(session, "liaison")
    session.add_all(AccountUnit(account_id=account.id, unit_id=unit) for unit in unit_ids)
    return account.email


def subjects(mailbox: Mailbox, to: str) -> list[str]:
    return [str(message["Subject"]) for message in mailbox.to(to)]


def test_the_reporter_hears_of_every_step(
    post: Post, mailbox: Mailbox, agency: AgencyFacts, inside: Inside
) -> None:
    with inside(agency) as session:
        case = verified(session, a_case(session, agency))
        reference = case.reference
        answer_case(session, case=case, actor=ADMIN, body="Sudah diperbaiki.", final=True)
        accept_answer(session, case=case)
    post.deliver(agency)
    assert subjects(mailbox, REPORTER) == [
        f"Laporan {reference} sudah kami terima",
        f"Laporan {reference} sudah diverifikasi",
        f"Ada tanggapan atas laporan {reference}",
        f"Laporan {reference} sudah ditutup",
    ]


def test_the_reporter_hears_that_a_case_was_laid_aside(
    post: Post, mailbox: Mailbox, agency: AgencyFacts, inside: Inside
) -> None:
    with inside(agency) as session:
        case = a_case(session, agency)
        archive_case(session, case=case, actor=ADMIN, reason="spam", message="Bukan laporan.")
    post.deliver(agency)
    assert subjects(mailbox, REPORTER)[1].endswith("tidak dilanjutkan")
    assert "Bukan laporan." not in mailbox.content()


def test_the_link_leads_to_the_agencys_own_tracking_page_with_the_reference_filled_in(
    post: Post, mailbox: Mailbox, agency: AgencyFacts, inside: Inside
) -> None:
    with inside(agency) as session:
        reference = a_case(session, agency).reference
    post.deliver(agency)
    (mail,) = mailbox.to(REPORTER)
    expected = f"http://{agency.slug}.localhost:8000/lacak?reference={reference}"
    assert expected in body(mail, "plain")


def test_a_reporter_is_written_to_in_the_language_of_the_case(
    post: Post, mailbox: Mailbox, agency: AgencyFacts, inside: Inside
) -> None:
    with inside(agency) as session:
        filed(session, agency, language="en")
    post.deliver(agency)
    (mail,) = mailbox.to(REPORTER)
    assert mail["Content-Language"] == "en"
    assert "&lang=en" in body(mail, "plain")


def test_days_are_those_of_the_agencys_zone(
    post: Post, mailbox: Mailbox, agency: AgencyFacts, inside: Inside
) -> None:
    with inside(agency) as session:
        case = a_case(session, agency)
        day = case.verify_due_at.astimezone(agency.zone).day
        # The end of that local day: in UTC it is the same day only west of Greenwich.
        assert case.verify_due_at.astimezone(agency.zone).hour == 23
    post.deliver(agency)
    assert f"paling lambat {day} " in body(mailbox.to(REPORTER)[0], "plain")


def test_an_anonymous_reporter_who_left_an_address_is_written_to_without_a_name(
    post: Post, mailbox: Mailbox, agency: AgencyFacts, inside: Inside
) -> None:
    with inside(agency) as session:
        a_case(session, agency, anonymous=True, reporter_name=CANARY)
    post.deliver(agency)
    assert len(mailbox.to(REPORTER)) == 1
    assert CANARY not in mailbox.content()


def test_nobody_is_written_to_where_no_address_was_left(
    post: Post, mailbox: Mailbox, agency: AgencyFacts, inside: Inside
) -> None:
    with inside(agency) as session:
        filed(session, agency, traceless())
        verified(session, a_case(session, agency, reporter_email=""))
    post.deliver(agency)
    assert mailbox.arrived == []
    assert post.rows(agency, "dead") == []


def test_opening_the_vault_for_a_mail_is_logged(
    post: Post, agency: AgencyFacts, inside: Inside
) -> None:
    with inside(agency) as session:
        case_id = a_case(session, agency).id
    post.deliver(agency)
    with inside(agency) as session:
        looks = session.scalars(sa.select(IdentityLook)).all()
        assert [(look.case_id, look.actor_kind, look.purpose) for look in looks] == [
            (case_id, "system", "mail")
        ]


def test_no_mail_says_what_was_written_who_wrote_it_or_the_access_code(
    post: Post, mailbox: Mailbox, agency: AgencyFacts, inside: Inside
) -> None:
    words = {"title": CANARY, "description": f"{CANARY} {CANARY}", "location": CANARY}
    with inside(agency) as session:
        unit = a_unit(session)
        add_staff(session, "admin")
        add_liaison(session, unit.id)
        given = answers(confidential=True, reporter_name=CANARY, reporter_phone="0812777", **words)
        filing = filed(session, agency, given)
        case = verified(
            session,
            session.scalars(sa.select(CaseRecord).where(CaseRecord.id == filing.case_id)).one(),
            publish=False,
        )
        assign_case(session, case=case, actor=ADMIN, unit_id=unit.id, note=CANARY)
        answer_case(session, case=case, actor=ADMIN, body=CANARY, final=True)
        reply_to_case(session, case=case, body=CANARY)
    post.deliver(agency)
    content = mailbox.content()
    assert len(mailbox.arrived) == 6
    for secret in (CANARY, "0812777", filing.access_code, filing.access_code.replace("-", "")):
        assert secret not in content
    to_staff = "\n".join(str(m) for m in mailbox.arrived if m["To"] != REPORTER)
    assert REPORTER not in to_staff


def test_a_new_case_is_told_to_each_admin_in_a_mail_of_their_own(
    post: Post, mailbox: Mailbox, agency: AgencyFacts, inside: Inside
) -> None:
    with inside(agency) as session:
        admins = [add_staff(session, "admin").email for _ in range(2)]
        for role in ("head", "liaison", "viewer"):
            add_staff(session, role)
        add_staff(session, "admin").active = False
        reference = filed(session, agency, UNREACHABLE).reference
    post.deliver(agency)
    assert sorted(str(message["To"]) for message in mailbox.arrived) == sorted(admins)
    assert subjects(mailbox, admins[0]) == [f"Laporan baru {reference}"]
    link = f"http://{agency.slug}.localhost:8000/desk/laporan/{reference}"
    assert link in body(mailbox.to(admins[0])[0], "plain")


def test_a_case_is_told_to_the_liaisons_of_its_unit_and_of_those_above_it(
    post: Post, mailbox: Mailbox, agency: AgencyFacts, inside: Inside
) -> None:
    with inside(agency) as session:
        above = a_unit(session)
        unit = a_unit(session, parent_id=above.id)
        told = [add_liaison(session, unit.id), add_liaison(session, above.id)]
        admin = add_staff(session, "admin").email
        add_liaison(session, a_unit(session).id)
        case = verified(session, a_case(session, agency, reporter_email=""))
        assign_case(session, case=case, actor=ADMIN, unit_id=unit.id)
        answer_case(session, case=case, actor=ADMIN, body="Sudah.", final=True)
        reply_to_case(session, case=case, body="Belum.")
    post.deliver(agency)
    about_the_unit = [m for m in mailbox.arrived if m["To"] != admin]
    assert sorted(str(m["To"]) for m in about_the_unit) == sorted(told * 2)
    assert len(mailbox.to(admin)) == 1


def test_where_a_unit_has_no_liaison_the_admins_are_told(
    post: Post, mailbox: Mailbox, agency: AgencyFacts, inside: Inside
) -> None:
    with inside(agency) as session:
        admin = add_staff(session, "admin").email
        case = verified(session, a_case(session, agency, reporter_email=""))
        assign_case(session, case=case, actor=ADMIN, unit_id=a_unit(session).id)
    post.deliver(agency)
    assert [subject.split()[-1] for subject in subjects(mailbox, admin)][1] == "Anda"


def test_another_agencys_people_are_never_written_to(
    post: Post,
    mailbox: Mailbox,
    agency: AgencyFacts,
    other_agency: AgencyFacts,
    inside: Inside,
) -> None:
    with inside(other_agency) as session:
        add_staff(session, "admin")
    with inside(agency) as session:
        admin = add_staff(session, "admin").email
        filed(session, agency, UNREACHABLE)
    post.deliver(agency)
    assert {str(message["To"]) for message in mailbox.arrived} == {admin}


def test_one_refused_address_is_a_dead_letter_and_the_others_are_written_to_once(
    post: Post, mailbox: Mailbox, agency: AgencyFacts, inside: Inside
) -> None:
    with inside(agency) as session:
        gone, there = (add_staff(session, "admin").email for _ in range(2))
        filed(session, agency, UNREACHABLE)
    mailbox.answers[gone] = "550 no such user"
    post.deliver(agency)
    (dead,) = post.rows(agency, "dead")
    assert (dead.recipient_id is not None, dead.attempts) == (True, 1)
    assert gone not in dead.last_error
    post.wake()
    post.deliver(agency)
    assert len(mailbox.to(there)) == 1


def test_an_address_refused_for_now_is_written_to_later_under_the_same_message_id(
    post: Post, mailbox: Mailbox, agency: AgencyFacts, inside: Inside
) -> None:
    with inside(agency) as session:
        a_case(session, agency)
    mailbox.answers[REPORTER] = "450 try later"
    post.deliver(agency)
    (row,) = post.rows(agency, "scheduled")
    mailbox.answers.clear()
    post.wake()
    post.deliver(agency)
    (mail,) = mailbox.to(REPORTER)
    assert mail["Message-ID"] == f"<outbox-{agency.id}-{row.id}@lapor.example>"


def test_an_account_closed_before_its_mail_left_is_not_written_to(
    post: Post, mailbox: Mailbox, agency: AgencyFacts, inside: Inside
) -> None:
    with inside(agency) as session:
        admin = add_staff(session, "admin").email
        filed(session, agency, traceless())
    mailbox.answers[admin] = "450 try later"
    post.deliver(agency)
    with inside(agency) as session:
        session.execute(sa.update(Account).where(Account.email == admin).values(active=False))
    mailbox.answers.clear()
    post.wake()
    post.deliver(agency)
    assert mailbox.arrived == []
    assert post.rows(agency, "scheduled") == []
