"""A list of people, sent by an agency's admin: looked at first, then invited in one act or not."""

from __future__ import annotations

import io
import re

import pytest
import sqlalchemy as sa

from sp4n.accounts import queries
from sp4n.accounts.models import Account
from sp4n.jobs.models import Outbox
from sp4n.tenants.resolver import AgencyFacts
from tests.accounts.browsing import Page, _page, open_page, send, sign_in
from tests.accounts.people import add_staff
from tests.desk.test_admin import unit
from tests.factories import ClientFor, Inside, SiteClient

LIST = "/kelola/orang/undang-banyak"
GOOD = (
    "Ni Made,made@contoh.go.id,penghubung,Dinas Kesehatan\nI Wayan,wayan@contoh.go.id,pimpinan,\n"
)
HEADER = "nama,email,peran,unit\n"


@pytest.fixture
def admin(agency: AgencyFacts, inside: Inside, client_for: ClientFor) -> SiteClient:
    with inside(agency) as session:
        email = add_staff(session, "admin", name="Ni Made Admin").email
    client = client_for(agency)
    sign_in(client, email)
    return client


def upload(client: SiteClient, content: bytes, text: str = "") -> Page:
    csrf = open_page(client, LIST).csrf
    fields = {"csrf_token": csrf, "text": text, "file": (io.BytesIO(content), "daftar.csv")}
    return _page(client.post(LIST, data=fields, content_type="multipart/form-data"))


def confirm(client: SiteClient, page: Page, **over: str) -> Page:
    """The form that the report offers, as it stands."""
    form = page.tree.find(f".//form[@action='{LIST}/kirim']")
    fields = {field.get("name"): field.get("value") for field in form.iter("input")}
    return send(client, f"{LIST}/kirim", {**fields, **over})


def people(inside: Inside, agency: AgencyFacts) -> dict[str, str]:
    with inside(agency) as session:
        found = session.execute(sa.select(Account.email, Account.role)).all()
    return {row.email: row.role for row in found if row.email.startswith(("made@", "wayan@"))}


def letters(inside: Inside, agency: AgencyFacts) -> int:
    with inside(agency) as session:
        owed = sa.select(sa.func.count()).select_from(Outbox)
        return session.scalar(owed.where(Outbox.kind == "account.invitation")) or 0


def test_a_good_list_is_shown_first_and_then_invited_in_one_act(
    agency: AgencyFacts, inside: Inside, admin: SiteClient
) -> None:
    unit_id = unit(inside, agency, "Dinas Kesehatan")
    page = upload(admin, (HEADER + GOOD).encode("utf-8-sig"))
    assert page.status == 200
    assert "2 orang siap diundang" in page.text
    assert people(inside, agency) == {}
    assert confirm(admin, page).location == "/kelola/orang/"
    assert "Undangan untuk 2 orang" in open_page(admin, "/kelola/orang/").text
    assert people(inside, agency) == {"made@contoh.go.id": "liaison", "wayan@contoh.go.id": "head"}
    assert letters(inside, agency) == 2
    with inside(agency) as session:
        made = queries.person_by_email(session, email="made@contoh.go.id")
        assert made is not None
        assert [one.id for one in queries.units_of(session, account_id=made.id)] == [unit_id]
    assert "Mengundang banyak orang sekaligus" in open_page(admin, "/kelola/jejak/").text


def test_bad_lines_are_told_kept_and_mended_on_the_page(
    agency: AgencyFacts, inside: Inside, admin: SiteClient
) -> None:
    unit(inside, agency, "Dinas Kesehatan")
    page = upload(admin, (HEADER + GOOD + "<b>Ketut</b>,ketut@,admin,\n").encode())
    assert page.status == 422
    assert "Satu baris belum benar" in page.text
    assert "&lt;b&gt;Ketut" in page.text
    assert "<b>Ketut" not in page.text
    kept = page.tree.find(".//textarea[@name='text']").text
    assert "ketut@,admin" in kept
    mended = kept.replace("ketut@,", "ketut@contoh.go.id,")
    page = send(admin, LIST, {"csrf_token": page.csrf, "text": mended})
    assert (page.status, "3 orang siap diundang" in page.text) == (200, True)


def test_the_ready_ones_can_go_first_and_the_list_can_come_again(
    agency: AgencyFacts, inside: Inside, admin: SiteClient
) -> None:
    unit(inside, agency, "Dinas Kesehatan")
    text = HEADER + GOOD + "Ketut,ketut@,admin,\n"
    assert confirm(admin, upload(admin, text.encode())).status == 303
    again = upload(admin, text.encode())
    assert "2 orang sudah mempunyai akun dan dilewati" in again.text
    assert again.tree.find(f".//form[@action='{LIST}/kirim']") is None
    assert letters(inside, agency) == 2


def test_what_changed_since_it_was_looked_at_invites_nobody(
    agency: AgencyFacts, inside: Inside, admin: SiteClient
) -> None:
    unit(inside, agency, "Dinas Kesehatan")
    page = upload(admin, (HEADER + GOOD).encode())
    with inside(agency) as session:
        add_staff(session, "viewer", email="wayan@contoh.go.id")
    refused = confirm(admin, page)
    assert refused.status == 409
    assert "Belum ada yang diundang" in refused.text
    assert people(inside, agency) == {"wayan@contoh.go.id": "viewer"}
    assert confirm(admin, refused).status == 303
    assert len(people(inside, agency)) == 2


def test_units_and_people_of_another_agency_are_unknown_here(
    agency: AgencyFacts, other_agency: AgencyFacts, inside: Inside, admin: SiteClient
) -> None:
    unit(inside, other_agency, "Dinas Kesehatan")
    with inside(other_agency) as session:
        add_staff(session, "viewer", email="wayan@contoh.go.id")
    page = upload(admin, (HEADER + GOOD).encode())
    assert "Unit aktif bernama “Dinas Kesehatan” tidak ada" in page.text
    assert "Satu orang siap diundang" in page.text
    assert "sudah mempunyai akun" not in page.text


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04xx", b"\xff\xfe\x00", b"a,b\n1,2", b"\x00"])
def test_what_is_no_list_is_refused_with_the_reason(admin: SiteClient, content: bytes) -> None:
    page = upload(admin, content)
    assert page.status == 422
    assert page.title.startswith("Galat: ")
    assert re.search(r"error-summary", page.text)


def test_a_list_that_was_pasted_is_held_to_the_size_of_a_file(admin: SiteClient) -> None:
    csrf = open_page(admin, LIST).csrf
    text = f"{HEADER}A,a@contoh.go.id,penghubung,{'x|' * 150_000}"
    page = send(admin, LIST, {"csrf_token": csrf, "text": text})
    assert (page.status, "terlalu besar" in page.text) == (422, True)


@pytest.mark.parametrize(
    "fields", [{}, {"text": "x"}, {"expected": "2"}, {"text": "x", "expected": "9" * 30}]
)
def test_a_confirmation_of_nothing_invites_nobody(
    admin: SiteClient, fields: dict[str, str]
) -> None:
    csrf = open_page(admin, LIST).csrf
    page = send(admin, f"{LIST}/kirim", {"csrf_token": csrf, **fields})
    assert page.status in (409, 422)


def test_the_template_can_be_downloaded(
    agency: AgencyFacts, inside: Inside, admin: SiteClient
) -> None:
    unit(inside, agency, "Dinas Kesehatan")
    answer = admin.get(f"{LIST}/contoh.csv")
    assert answer.mimetype == "text/csv"
    assert "attachment" in answer.headers["Content-Disposition"]
    assert "Dinas Kesehatan" in answer.get_data().decode("utf-8-sig")
