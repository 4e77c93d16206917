"""Whose form it is: keys that are unknown, used, another's, and sessions that ended in between."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from sp4n import clock
from sp4n.cases.drafts import new_form_key
from sp4n.cases.models import CaseRecord
from sp4n.files.models import Attachment
from sp4n.tenants.resolver import AgencyFacts
from tests.factories import Inside
from tests.files.making import picture
from tests.portal.walking import ANSWERS, Walker

Browser = Callable[[AgencyFacts], Walker]
NOW = datetime(2026, 11, 22, 3, 10, tzinfo=UTC)


def count(inside: Inside, agency: AgencyFacts, table: type = CaseRecord) -> int:
    with inside(agency) as session:
        return session.scalar(sa.select(sa.func.count()).select_from(table)) or 0


def half_way(walker: Walker) -> None:
    """On the second page, the first one answered."""
    walker.open("/lapor")
    walker.go(classification="aspirasi")


TYPED = {"title": "Taman bermain untuk anak", "description": "Di dekat rumah tidak ada taman."}


@pytest.mark.parametrize(
    "key",
    [
        pytest.param(new_form_key(), id="of a form that never was"),
        "x",
        "",
        "../../etc/passwd",
        "ی" * 32,
        pytest.param("a" * 9000, id="too long"),
    ],
)
def test_a_form_key_that_is_unknown_starts_again_and_keeps_the_answers(
    walker: Walker, agency: AgencyFacts, key: str
) -> None:
    half_way(walker)
    token = walker.page.fields["csrf_token"]
    page = walker.send("/lapor/isi", {"csrf_token": token, "form_key": key, **TYPED})
    assert (page.status, page.title[:7]) == (422, "Galat: ")
    assert "tidak ada lagi" in page.summary
    assert page.fields["form_key"] != key
    assert walker.go(classification="pengaduan").fields["title"] == TYPED["title"]


def test_a_form_without_its_key_goes_by_its_address(walker: Walker) -> None:
    half_way(walker)
    page = walker.go(form_key=None, **TYPED)
    assert (page.status, page.step) == (200, "tempat")


def test_a_form_that_waited_over_a_day_starts_again_and_keeps_the_answers(walker: Walker) -> None:
    with clock.frozen(NOW):
        half_way(walker)
    with clock.frozen(NOW + timedelta(hours=26)):
        page = walker.go(**TYPED)
        assert page.status == 422
        assert "24 jam" in page.summary
        assert walker.go(classification="aspirasi").fields["title"] == TYPED["title"]


def test_another_agencys_form_key_is_an_unknown_one(
    browser: Browser, agency: AgencyFacts, other_agency: AgencyFacts, inside: Inside
) -> None:
    here, there = browser(agency), browser(other_agency)
    here.open("/lapor")
    check = here.answer()
    there.open("/lapor")
    token = there.page.fields["csrf_token"]
    page = there.send("/lapor/periksa", {"csrf_token": token, "form_key": check.fields["form_key"]})
    assert page.status == 422
    assert "tidak ada lagi" in page.summary
    assert ANSWERS["title"] not in page.text
    assert count(inside, other_agency) == 0
    assert here.go().step == "selesai"


def test_answers_changed_after_sending_are_refused_and_shown_not_lost(
    walker: Walker, agency: AgencyFacts, inside: Inside
) -> None:
    walker.open("/lapor")
    walker.go(classification="pengaduan")
    content = walker.page
    walker.answer()
    walker.go()
    reference = walker.page.marked("data-reference")
    same = {n: ANSWERS[n] for n in ("title", "description")}
    assert walker.send(content.form.get("action"), {**content.fields, **same}).step == "selesai"
    other = {**content.fields, **same, "description": "Isi yang lain sama sekali, panjang."}
    page = walker.send(content.form.get("action"), other)
    assert page.status == 422
    assert "tidak ikut terkirim" in page.words
    assert other["description"] in page.words
    assert count(inside, agency) == 1
    again = next(a.get("href") for a in page.tree.iter("a") if "selesai" in a.get("href", ""))
    assert walker.open(again).marked("data-reference") == reference


def test_a_file_added_after_sending_is_refused(
    walker: Walker, agency: AgencyFacts, inside: Inside
) -> None:
    walker.open("/lapor")
    while walker.page.step != "lampiran":
        walker.go(**{n: ANSWERS[n] for n in walker.page.names & ANSWERS.keys()})
    files = walker.page
    walker.answer()
    walker.go()
    walker.page = files
    page = walker.go("", [(picture(), "foto.jpg", "image/jpeg")])
    assert page.status == 422
    assert count(inside, agency, Attachment) == 0


@pytest.mark.parametrize("token", [None, "", "salah", "a.b.c", "\0"])
def test_a_form_without_a_valid_token_is_shown_again_with_all_that_was_typed(
    walker: Walker, token: str | None
) -> None:
    half_way(walker)
    page = walker.go(csrf_token=token, **TYPED)
    assert (page.status, page.step, page.title[:7]) == (422, "isi", "Galat: ")
    assert "terlalu lama terbuka" in page.summary
    assert page.fields["title"] == TYPED["title"]
    assert walker.go().step == "tempat"


def test_a_send_button_without_a_valid_token_sends_nothing_and_can_be_pressed_again(
    walker: Walker, agency: AgencyFacts, inside: Inside
) -> None:
    walker.open("/lapor")
    walker.answer()
    page = walker.go(csrf_token="salah")
    assert (page.status, page.step, page.title[:7]) == (422, "periksa", "Galat: ")
    assert ANSWERS["title"] in page.words
    assert count(inside, agency) == 0
    assert walker.go().step == "selesai"


def test_files_sent_without_a_valid_token_are_not_lost(walker: Walker) -> None:
    walker.open("/lapor")
    while walker.page.step != "lampiran":
        walker.go(**{n: ANSWERS[n] for n in walker.page.names & ANSWERS.keys()})
    page = walker.go("", [(picture(), "foto lubang.jpg", "image/jpeg")], csrf_token="salah")
    assert page.status == 422
    assert "foto lubang.jpg" in page.words


def test_a_session_that_ended_in_mid_form_loses_nothing(
    walker: Walker, agency: AgencyFacts, inside: Inside
) -> None:
    walker.open("/lapor")
    while walker.page.step != "tempat":
        walker.go(**{n: ANSWERS[n] for n in walker.page.names & ANSWERS.keys()})
    walker.client.delete_cookie("sp4n", domain=f"{agency.slug}.localhost")
    page = walker.go(location="Jalan Raya Mengwi")
    assert (page.status, page.step) == (422, "tempat")
    assert page.fields["location"] == "Jalan Raya Mengwi"
    walker.answer()
    assert ANSWERS["title"] in walker.page.words
    assert walker.go().step == "selesai"
    assert count(inside, agency) == 1


def test_a_browser_without_cookies_is_told_so(walker: Walker, agency: AgencyFacts) -> None:
    half_way(walker)
    walker.client.delete_cookie("sp4n", domain=f"{agency.slug}.localhost")
    assert "cookie" in walker.go(**TYPED).summary


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://jahat.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_another_site_cannot_slip_a_form_of_its_own_into_a_browser(
    browser: Browser, agency: AgencyFacts, headers: dict[str, str]
) -> None:
    attacker, victim = browser(agency), browser(agency)
    half_way(attacker)
    key = attacker.page.fields["form_key"]
    page = victim.send("/lapor/isi", {"form_key": key, **TYPED}, headers)
    assert page.status == 422
    assert page.fields["form_key"] != key


def test_who_knows_the_key_of_a_sent_form_sees_nothing_of_it(
    walker: Walker, browser: Browser, agency: AgencyFacts, inside: Inside
) -> None:
    walker.open("/lapor")
    key = walker.answer().fields["form_key"]
    walker.go()
    numbers = [walker.page.marked(name) for name in ("data-reference", "data-access-code")]
    stranger = browser(agency)
    page = stranger.send("/lapor/periksa", {"form_key": key})
    assert page.status == 422
    assert "sudah terkirim" in page.summary
    assert not [number for number in numbers if number in page.text]
    assert count(inside, agency) == 1


def test_a_handle_means_nothing_in_another_browser(
    walker: Walker, browser: Browser, agency: AgencyFacts
) -> None:
    walker.open("/lapor")
    path = walker.answer().path
    page = browser(agency).open(path)
    assert "classification" in page.names
    assert ANSWERS["title"] not in page.text


def test_forms_opened_by_the_dozen_do_not_fill_the_cookie(walker: Walker) -> None:
    for _ in range(40):
        walker.open("/lapor")
    cookie = walker.page.headers.get("Set-Cookie", "")
    assert len(cookie) < 2000
    assert walker.go(classification="aspirasi").step == "isi"
