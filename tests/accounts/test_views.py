"""Signing in and out as a person does it, at an agency and on the national site."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from sp4n.accounts import operations, queries
from sp4n.db import db
from sp4n.tenants.edge import edge
from sp4n.tenants.everyone import NATIONAL
from sp4n.tenants.resolver import AgencyFacts
from tests.accounts.browsing import cookie_of, form_of, give_cookie, open_page, send, sign_in
from tests.accounts.people import PASSWORD, add_coordinator, add_staff
from tests.factories import ClientFor, Inside, SiteClient

OTHER_PASSWORD = "sayur lodeh tanpa garam"


@pytest.fixture
def email(agency: AgencyFacts, inside: Inside) -> str:
    with inside(agency) as session:
        return add_staff(session).email


@pytest.fixture
def coordinator(app: Flask) -> str:
    with app.app_context(), edge(NATIONAL):
        return add_coordinator(db.session()).email


def test_staff_sign_in_and_go_to_the_desk(
    agency: AgencyFacts, client_for: ClientFor, email: str
) -> None:
    client = client_for(agency)
    answer = sign_in(client, email)
    assert (answer.status, answer.location) == (303, "/desk/")
    page = open_page(client, "/akun")
    assert page.status == 200
    assert email in page.text
    assert page.headers["Cache-Control"] == "private, no-store"


def test_coordinators_sign_in_on_the_base_domain(national: SiteClient, coordinator: str) -> None:
    answer = sign_in(national, coordinator)
    assert (answer.status, answer.location) == (303, "/nasional/")
    assert coordinator in open_page(national, "/akun").text


def test_the_path_form_keeps_its_prefix(
    agency: AgencyFacts, national: SiteClient, email: str
) -> None:
    prefix = f"/i/{agency.slug}"
    answer = sign_in(national, email, prefix=prefix)
    assert answer.location == f"{prefix}/desk/"
    assert open_page(national, f"{prefix}/akun").status == 200
    assert open_page(national, "/akun").status == 302


@pytest.mark.parametrize("who", ["known", "unknown"])
def test_a_wrong_sign_in_says_the_same_and_keeps_the_address(
    agency: AgencyFacts, client_for: ClientFor, email: str, who: str
) -> None:
    address = email if who == "known" else "tak.dikenal@contoh.go.id"
    page = sign_in(client_for(agency), address, "sandi yang sama sekali lain")
    assert page.status == 422
    assert "Email atau kata sandi tidak cocok. Periksa keduanya, lalu coba lagi." in page.text
    assert page.title.startswith("Galat: ")
    assert form_of(page, "masuk")["email"] == address
    assert "sandi yang sama sekali lain" not in page.text


def test_an_empty_form_is_said_at_the_fields(agency: AgencyFacts, client_for: ClientFor) -> None:
    page = sign_in(client_for(agency), "", "")
    assert page.status == 422
    assert "Isi alamat email." in page.text
    assert "Isi kata sandi." in page.text


@pytest.mark.parametrize(
    "typed", ["a\x00b@x.id", "😀@😀", "x" * 5000, "\u202edi.og@a", "' OR 1=1 --"]
)
def test_strange_input_is_no_fault_of_ours(
    agency: AgencyFacts, client_for: ClientFor, typed: str
) -> None:
    assert sign_in(client_for(agency), typed, typed).status == 422


def test_the_cookie_holds_a_token_and_its_site_and_is_new_after_sign_in(
    app: Flask, agency: AgencyFacts, client_for: ClientFor, email: str
) -> None:
    client = client_for(agency)
    open_page(client, "/masuk")
    before = cookie_of(client)
    give_cookie(client, {**before, "sid": "put there by someone else"})
    sign_in(client, email)
    open_page(client, "/akun")
    after = cookie_of(client)
    assert set(after) == {"sid", "site", "csrf_token"}
    assert after["site"] == agency.slug
    assert after["sid"] != "put there by someone else"
    assert after["csrf_token"] != before["csrf_token"]


def test_signing_out_ends_the_session_for_good(
    agency: AgencyFacts, client_for: ClientFor, inside: Inside, email: str
) -> None:
    client = client_for(agency)
    sign_in(client, email)
    token = cookie_of(client)["sid"]
    page = open_page(client, "/akun")
    answer = send(client, "/keluar", {"csrf_token": page.csrf})
    assert answer.location == "/masuk"
    with inside(agency) as session:
        assert queries.visit(session, token=token) is None
    give_cookie(client, {**cookie_of(client), "sid": token})
    assert open_page(client, "/akun").location == "/masuk?next=/akun"


def test_signing_out_needs_a_post_and_a_token(
    agency: AgencyFacts, client_for: ClientFor, email: str
) -> None:
    client = client_for(agency)
    sign_in(client, email)
    assert client.get("/keluar").status_code == 405
    assert send(client, "/keluar", {}).status == 400
    assert open_page(client, "/akun").status == 200


@pytest.mark.parametrize(
    ("next_path", "goes_to"),
    [
        ("/desk/laporan/X?a=1", "/desk/laporan/X?a=1"),
        ("https://jahat.test/", "/desk/"),
        ("//jahat.test/", "/desk/"),
        ("/\\jahat.test", "/desk/"),
        ("/\tjahat", "/desk/"),
        ("javascript:alert(1)", "/desk/"),
        ("", "/desk/"),
    ],
)
def test_after_sign_in_one_stays_on_the_site(
    agency: AgencyFacts, client_for: ClientFor, email: str, next_path: str, goes_to: str
) -> None:
    assert sign_in(client_for(agency), email, next_path=next_path).location == goes_to


def test_an_account_of_one_agency_is_nothing_at_another(
    agency: AgencyFacts, other_agency: AgencyFacts, client_for: ClientFor, email: str
) -> None:
    assert sign_in(client_for(other_agency), email).status == 422


def test_a_cookie_of_one_agency_is_nothing_at_another(
    agency: AgencyFacts, other_agency: AgencyFacts, client_for: ClientFor, email: str
) -> None:
    ours, theirs = client_for(agency), client_for(other_agency)
    sign_in(ours, email)
    page = open_page(ours, "/akun")
    give_cookie(theirs, cookie_of(ours))
    assert open_page(theirs, "/akun").location == "/masuk?next=/akun"
    answer = send(theirs, "/masuk", {"csrf_token": page.csrf, "email": email, "password": PASSWORD})
    assert answer.status == 400


def test_a_token_of_one_agency_finds_nothing_at_another_though_signed_for_it(
    agency: AgencyFacts, other_agency: AgencyFacts, client_for: ClientFor, email: str
) -> None:
    ours, theirs = client_for(agency), client_for(other_agency)
    sign_in(ours, email)
    open_page(theirs, "/masuk")
    give_cookie(theirs, {**cookie_of(theirs), "sid": cookie_of(ours)["sid"]})
    assert open_page(theirs, "/akun").location == "/masuk?next=/akun"


def test_too_many_failures_delay_the_next_try_in_words(
    app: Flask, agency: AgencyFacts, client_for: ClientFor, email: str
) -> None:
    client = client_for(agency)
    for _ in range(6):
        assert sign_in(client, email, "bukan sandi yang benar").status == 422
    page = sign_in(client, email)
    assert page.status == 429
    assert 1 <= int(page.headers["Retry-After"]) <= 2
    assert re.search(r"Coba lagi dalam [12] detik", page.text)
    assert form_of(page, "masuk")["email"] == email


def test_an_attack_from_one_address_does_not_lock_the_owner_out(
    app: Flask, agency: AgencyFacts, client_for: ClientFor, email: str
) -> None:
    attacker, owner = client_for(agency), client_for(agency)
    attacker.environ_base["REMOTE_ADDR"] = "192.0.2.66"
    for _ in range(12):
        sign_in(attacker, email, "bukan sandi yang benar")
    assert sign_in(owner, email).status == 303


def test_a_forgotten_password_gets_the_same_answer_for_everyone(
    agency: AgencyFacts, client_for: ClientFor, email: str
) -> None:
    client, texts = client_for(agency), set()
    for address in (email, "tak.dikenal@contoh.go.id"):
        page = open_page(client, "/lupa-sandi")
        answer = send(client, "/lupa-sandi", {"csrf_token": page.csrf, "email": address})
        assert answer.status == 200
        texts.add(answer.text.replace(address, ""))
    assert len(texts) == 1


def test_a_mailed_link_leaves_the_address_and_sets_a_password(
    agency: AgencyFacts, client_for: ClientFor, inside: Inside, email: str
) -> None:
    client, link = client_for(agency), a_link(inside, agency, email)
    opened = open_page(client, f"/atur-sandi/{link}")
    assert (opened.status, opened.location) == (303, "/atur-sandi")
    assert opened.headers["Referrer-Policy"] == "no-referrer"
    page = open_page(client, "/atur-sandi")
    assert email in page.text
    assert link not in page.text
    refused = send(client, "/atur-sandi", {"csrf_token": page.csrf, "password": "terlalu pendek"})
    assert refused.status == 422
    saved = send(client, "/atur-sandi", {"csrf_token": page.csrf, "password": OTHER_PASSWORD})
    assert saved.location == "/masuk"
    assert sign_in(client, email, OTHER_PASSWORD).status == 303
    open_page(client, f"/atur-sandi/{link}")
    assert open_page(client, "/atur-sandi").status == 404


def test_a_link_of_one_agency_opens_nothing_at_another(
    agency: AgencyFacts,
    other_agency: AgencyFacts,
    client_for: ClientFor,
    inside: Inside,
    email: str,
) -> None:
    client, link = client_for(other_agency), a_link(inside, agency, email)
    open_page(client, f"/atur-sandi/{link}")
    page = open_page(client, "/atur-sandi")
    assert page.status == 404
    assert email not in page.text


def test_an_owner_sees_and_ends_their_sessions(
    agency: AgencyFacts, client_for: ClientFor, inside: Inside, email: str
) -> None:
    here, there = client_for(agency), client_for(agency)
    firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
    sign_in(here, email)
    sign_in(there, email, headers={"User-Agent": firefox})
    page = open_page(here, "/akun")
    assert "Firefox, Linux" in page.text
    (path,) = re.findall(r'action="(/akun/sesi/\d+/akhiri)"', page.text)
    assert send(here, path, {"csrf_token": page.csrf}).location == "/akun"
    assert open_page(there, "/akun").status == 302
    sign_in(there, email)
    send(here, "/akun/sesi/akhiri-lain", {"csrf_token": page.csrf})
    assert open_page(there, "/akun").status == 302
    assert open_page(here, "/akun").status == 200


def test_nobody_ends_a_session_of_someone_else(
    agency: AgencyFacts, client_for: ClientFor, inside: Inside, email: str
) -> None:
    client = client_for(agency)
    sign_in(client, email)
    with inside(agency) as session:
        stranger = add_staff(session)
        token = operations.open_session(session, person=stranger)
        visit = queries.visit(session, token=token)
        assert visit is not None
        session_id = visit.session.id
    page = open_page(client, "/akun")
    path = f"/akun/sesi/{session_id}/akhiri"
    assert send(client, path, {"csrf_token": page.csrf}).status == 404
    with inside(agency) as session:
        assert queries.visit(session, token=token) is not None


def test_a_changed_password_counts_at_once(
    agency: AgencyFacts, client_for: ClientFor, email: str
) -> None:
    client = client_for(agency)
    sign_in(client, email)
    page = open_page(client, "/akun/sandi")
    form = {"csrf_token": page.csrf, "current": "salah", "password": OTHER_PASSWORD}
    refused = send(client, "/akun/sandi", form)
    assert refused.status == 422
    assert "Kata sandi sekarang tidak cocok" in refused.text
    assert send(client, "/akun/sandi", {**form, "current": PASSWORD}).location == "/akun"
    assert sign_in(client_for(agency), email, OTHER_PASSWORD).status == 303


def test_a_page_that_reads_no_session_does_not_vary_by_cookie(
    agency: AgencyFacts, client_for: ClientFor
) -> None:
    assert "Cookie" not in client_for(agency).get("/livez").headers.get("Vary", "")


def test_a_link_that_is_far_too_long_is_no_link(agency: AgencyFacts, client_for: ClientFor) -> None:
    client = client_for(agency)
    open_page(client, "/atur-sandi/" + "x" * 7000)
    assert open_page(client, "/atur-sandi").status == 404


def a_link(inside: Inside, agency: AgencyFacts, email: str) -> str:
    with inside(agency) as session:
        account = queries.person_by_email(session, email=email)
        assert account is not None
        return operations.make_token(session, account_id=account.id, purpose="reset")
