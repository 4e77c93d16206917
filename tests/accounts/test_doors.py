"""The doors: who is asked, who is refused, and that what was typed outlives a sign-in."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Blueprint, Flask

from sp4n import clock
from sp4n.accounts import operations, queries
from sp4n.accounts.doors import guard, mark_of, public, requires, safe_next
from sp4n.accounts.kept import MOST
from sp4n.accounts.permissions import Permission
from sp4n.app import create_app
from sp4n.cases.models import CaseEvent
from sp4n.config import Settings
from sp4n.db import db
from sp4n.tenants.edge import edge
from sp4n.tenants.everyone import NATIONAL
from sp4n.tenants.resolver import AgencyFacts
from tests.accounts.browsing import (
    Page,
    fields_of,
    form_of,
    open_page,
    send,
    sign_in,
)
from tests.accounts.people import PASSWORD, add_coordinator, add_staff
from tests.cases.making import a_case
from tests.factories import ClientFor, Inside, SiteClient

TYPED = 'Catatan panjang\nbaris kedua <b>& "kutip"</b> 😀'


@pytest.fixture
def email(agency: AgencyFacts, inside: Inside) -> str:
    with inside(agency) as session:
        return add_staff(session).email


@pytest.fixture
def desk(agency: AgencyFacts, client_for: ClientFor, email: str) -> SiteClient:
    client = client_for(agency)
    sign_in(client, email)
    open_page(client, "/akun")  # a page with a form, which lies open from here on
    return client


@pytest.fixture
def note_path(agency: AgencyFacts, inside: Inside) -> str:
    with inside(agency) as session:
        return f"/desk/laporan/{a_case(session, agency).reference}/catatan"


@pytest.fixture(scope="module")
def trial(settings: Settings) -> Flask:
    """The house with one more room, whose views are marked in every way there is."""
    app = create_app(settings)
    app.testing = True
    room = guard(Blueprint("trial", __name__, url_prefix="/coba"), "staff")
    room.add_url_rule("/lupa", "unmarked", lambda: "open")
    room.add_url_rule("/umum", "public", public(lambda: "open"))
    room.add_url_rule("/audit", "audit", requires(Permission.AUDIT_VIEW)(lambda: "open"))
    room.add_url_rule("/lihat", "view", requires(Permission.CASE_VIEW)(lambda: "open"))
    app.register_blueprint(room, subdomain="agency")
    square = guard(Blueprint("trial_public", __name__, url_prefix="/coba"), "public")
    square.add_url_rule("/kirim", "send", public(lambda: "sent"), methods=["POST"])
    app.register_blueprint(square, subdomain="national")
    return app


@pytest.mark.parametrize(
    ("role", "audit", "view"),
    [("admin", 200, 200), ("head", 200, 200), ("liaison", 403, 200), ("viewer", 403, 200)],
)
def test_a_view_opens_to_who_holds_its_permission(
    trial: Flask, agency: AgencyFacts, inside: Inside, role: str, audit: int, view: int
) -> None:
    with inside(agency) as session:
        email = add_staff(session, role).email
    client = ClientFor(trial)(agency)
    sign_in(client, email)
    assert open_page(client, "/coba/audit").status == audit
    assert open_page(client, "/coba/lihat").status == view
    assert open_page(client, "/coba/lupa").status == 403


def test_nobody_sees_only_what_is_public(trial: Flask, agency: AgencyFacts) -> None:
    client = ClientFor(trial)(agency)
    assert open_page(client, "/coba/umum").text == "open"
    assert open_page(client, "/coba/lupa").status == 403
    answer = open_page(client, "/coba/lihat?a=1&b=%C3%A9")
    assert (answer.status, answer.location) == (
        302,
        "/masuk?next=/coba/lihat?a%3D1%26b%3D%25C3%25A9",
    )


def test_every_view_of_this_room_bears_a_mark(app: Flask) -> None:
    endpoints = [name for name in app.view_functions if "accounts." in name]
    assert len(endpoints) > 10
    assert [name for name in endpoints if mark_of(app, name) is None] == []


@pytest.mark.parametrize(
    "path", ["", None, "desk", "//x", "/\\x", "http://x/", "/a\nb", "/" * 3000]
)
def test_only_a_path_of_this_site_is_followed(path: str | None) -> None:
    assert safe_next(path) is None


def test_a_form_sent_after_the_sign_in_ended_is_sent_again_unchanged(
    agency: AgencyFacts, inside: Inside, desk: SiteClient, email: str, note_path: str
) -> None:
    end_all(inside, agency, email)
    waiting = send_note(desk, note_path)
    assert waiting.status == 401
    assert "isian Anda tersimpan" in waiting.text
    again = continue_with(desk, waiting, email)
    assert again.status == 200
    assert "Kirim ulang isian Anda" in again.title
    assert again.tree.find(".//form[@action='/keluar']") is not None
    fields = kept_fields(again, note_path)
    assert fields["body"].replace("\r\n", "\n") == TYPED
    assert send(desk, note_path, fields).status == 303
    assert notes(inside, agency) == [TYPED]


def test_a_form_sent_after_eight_hours_of_rest_is_kept(
    agency: AgencyFacts, desk: SiteClient, email: str, note_path: str
) -> None:
    with clock.frozen(clock.now() + timedelta(hours=8, minutes=1)):
        waiting = send_note(desk, note_path)
    assert waiting.status == 401
    assert kept_fields(continue_with(desk, waiting, email), note_path)["body"].endswith("😀")


def test_a_form_outlives_the_cookie_of_its_browser(
    agency: AgencyFacts, inside: Inside, desk: SiteClient, email: str, note_path: str
) -> None:
    csrf = open_page(desk, "/akun").csrf
    desk.delete_cookie("sp4n", domain=f"{agency.slug}.localhost")
    waiting = send(desk, note_path, {"csrf_token": csrf, "body": TYPED})
    assert waiting.status == 401
    fields = kept_fields(continue_with(desk, waiting, email), note_path)
    assert send(desk, note_path, fields).status == 303
    assert notes(inside, agency) == [TYPED]


def test_an_old_page_of_someone_signed_in_is_shown_to_be_sent_again(
    agency: AgencyFacts, inside: Inside, desk: SiteClient, note_path: str
) -> None:
    again = send(desk, note_path, {"csrf_token": "of yesterday", "body": TYPED})
    assert again.status == 400
    assert send(desk, note_path, kept_fields(again, note_path)).status == 303
    assert notes(inside, agency) == [TYPED]


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://jahat.test"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_what_another_site_sends_is_refused_and_not_shown(
    desk: SiteClient, note_path: str, headers: dict[str, str]
) -> None:
    answer = send(desk, note_path, {"csrf_token": "forged", "body": TYPED}, headers)
    assert answer.status == 400
    assert "Catatan panjang" not in answer.text


def test_what_one_person_typed_is_not_shown_to_the_next(
    agency: AgencyFacts, inside: Inside, desk: SiteClient, email: str, note_path: str
) -> None:
    end_all(inside, agency, email)
    waiting = send_note(desk, note_path)
    with inside(agency) as session:
        next_person = add_staff(session).email
    answer = continue_with(desk, waiting, next_person)
    assert (answer.status, answer.location) == (303, "/desk/")


def test_what_was_kept_opens_neither_later_nor_elsewhere_nor_changed(
    agency: AgencyFacts,
    other_agency: AgencyFacts,
    client_for: ClientFor,
    inside: Inside,
    desk: SiteClient,
    email: str,
    note_path: str,
) -> None:
    end_all(inside, agency, email)
    kept = form_of(send_note(desk, note_path), "masuk")["kept"]
    with inside(other_agency) as session:
        elsewhere = add_staff(session).email
    assert with_kept(client_for(other_agency), elsewhere, kept).status == 303
    assert with_kept(client_for(agency), email, kept[:-3] + "abc").status == 303
    assert with_kept(client_for(agency), email, kept).status == 200


def test_a_wrong_password_meanwhile_loses_nothing(
    agency: AgencyFacts, inside: Inside, desk: SiteClient, email: str, note_path: str
) -> None:
    end_all(inside, agency, email)
    refused = continue_with(desk, send_note(desk, note_path), email, "bukan sandi yang benar")
    assert refused.status == 422
    assert kept_fields(continue_with(desk, refused, email), note_path)["body"].endswith("😀")


def test_too_much_is_said_to_be_lost(
    agency: AgencyFacts, inside: Inside, desk: SiteClient, email: str, note_path: str
) -> None:
    csrf = open_page(desk, "/akun").csrf
    end_all(inside, agency, email)
    answer = send(desk, note_path, {"csrf_token": csrf, "body": "x" * (MOST + 1)})
    assert answer.status == 401
    assert "terlalu besar untuk disimpan" in answer.text
    assert form_of(answer, "masuk")["kept"] == ""


def test_passwords_are_never_kept(
    agency: AgencyFacts, inside: Inside, desk: SiteClient, email: str
) -> None:
    page = open_page(desk, "/akun/sandi")
    end_all(inside, agency, email)
    secret = "sandi yang sedang diketik"
    form = {"csrf_token": page.csrf, "current": secret, "password": secret}
    answer = send(desk, "/akun/sandi", form)
    assert answer.status == 401
    assert form_of(answer, "masuk")["kept"] == ""
    assert secret not in answer.text


def test_a_page_that_was_asked_for_opens_after_sign_in(
    agency: AgencyFacts, client_for: ClientFor, email: str
) -> None:
    client = client_for(agency)
    asked = open_page(client, "/desk/?status=unhandled&q=lampu")
    page = open_page(client, asked.location)
    answer = continue_with(client, page, email)
    assert answer.location == "/desk/?status=unhandled&q=lampu"


def test_a_permission_is_asked_again_when_a_kept_form_is_sent(
    agency: AgencyFacts, inside: Inside, client_for: ClientFor, note_path: str
) -> None:
    client = client_for(agency)
    with inside(agency) as session:
        add_staff(session)
        head = add_staff(session, "head")
        email = head.email
    sign_in(client, email)
    csrf = open_page(client, "/akun").csrf
    with inside(agency) as session:
        person = queries.person_by_email(session, email=email)
        assert person is not None
        actor = queries.actor_of(session, person)
        operations.change_role(session, person=person, role="viewer", actor=actor)
        operations.end_all_sessions(session, person=person, actor=actor)
    waiting = send(client, note_path, {"csrf_token": csrf, "body": TYPED})
    fields = kept_fields(continue_with(client, waiting, email), note_path)
    assert send(client, note_path, fields).status == 403


def test_a_role_that_was_taken_away_counts_at_the_next_click(
    agency: AgencyFacts, inside: Inside, desk: SiteClient, email: str
) -> None:
    assert open_page(desk, "/kelola/jejak/").status == 200
    with inside(agency) as session:
        add_staff(session)
        person = queries.person_by_email(session, email=email)
        assert person is not None
        actor = queries.actor_of(session, person)
        operations.change_role(session, person=person, role="viewer", actor=actor)
    assert open_page(desk, "/kelola/jejak/").status == 403


def test_a_citizens_old_page_is_shown_to_be_sent_again(
    agency: AgencyFacts, client_for: ClientFor
) -> None:
    client = client_for(agency)
    again = send(client, "/lacak", {"reference": "9T3-C54-9YPR", "access_code": "abcd"})
    assert again.status == 400
    fields = kept_fields(again, "/lacak")
    assert fields["reference"] == "9T3-C54-9YPR"
    assert send(client, "/lacak", fields).status == 422


def test_an_old_page_where_nobody_signs_in_is_no_fault_of_ours(
    trial: Flask,
) -> None:
    with trial.app_context(), edge(NATIONAL):
        email = add_coordinator(db.session()).email
    client = ClientFor(trial)(None)
    sign_in(client, email)
    again = send(client, "/coba/kirim", {"body": TYPED})
    assert again.status == 400
    assert send(client, "/coba/kirim", kept_fields(again, "/coba/kirim")).text == "sent"


def send_note(client: SiteClient, path: str) -> Page:
    """From the page that lies open."""
    csrf = open_page(client, "/masuk").csrf
    return send(client, path, {"csrf_token": csrf, "body": TYPED})


def continue_with(client: SiteClient, page: Page, email: str, password: str = PASSWORD) -> Page:
    form = form_of(page, "masuk")
    return send(client, "/masuk", {**form, "email": email, "password": password})


def with_kept(client: SiteClient, email: str, kept: str) -> Page:
    form = form_of(open_page(client, "/masuk"), "masuk")
    return send(client, "/masuk", {**form, "email": email, "password": PASSWORD, "kept": kept})


def kept_fields(page: Page, path: str) -> dict[str, str]:
    forms: list[Any] = page.tree.findall(f".//form[@action='{path}']")
    assert len(forms) == 1, page.text
    return fields_of(forms[0])


def end_all(inside: Inside, agency: AgencyFacts, email: str) -> None:
    with inside(agency) as session:
        person = queries.person_by_email(session, email=email)
        assert person is not None
        actor = queries.actor_of(session, person)
        operations.end_all_sessions(session, person=person, actor=actor)


def notes(inside: Inside, agency: AgencyFacts) -> list[str]:
    with inside(agency) as session:
        wanted = sa.select(CaseEvent.body).where(CaseEvent.kind == "noted")
        return [body.replace("\r\n", "\n") for body in session.scalars(wanted)]
