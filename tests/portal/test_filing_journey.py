"""A report from the first question to the receipt, however often its last button is pressed."""

from __future__ import annotations

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO
from itertools import count

import pikepdf
import sqlalchemy as sa
from flask import Flask

from sp4n import clock
from sp4n.app import create_app
from sp4n.cases.access import parse_access_code
from sp4n.cases.models import CaseRecord, FilingDraft, Identity
from sp4n.cases.references import parse_reference
from sp4n.config import Settings
from sp4n.tenants.resolver import AgencyFacts
from tests.factories import ClientFor, Inside
from tests.portal.walking import ANSWERS, Walker

Browser = Callable[[AgencyFacts], Walker]


def cases(inside: Inside, agency: AgencyFacts) -> list[CaseRecord]:
    with inside(agency) as session:
        found = list(session.scalars(sa.select(CaseRecord).order_by(CaseRecord.id)))
        session.expunge_all()
    return found


def numbers(walker: Walker) -> tuple[str, str]:
    return walker.page.marked("data-reference"), walker.page.marked("data-access-code")


def test_following_the_forms_ends_on_the_two_numbers(
    walker: Walker, agency: AgencyFacts, inside: Inside
) -> None:
    page = walker.file(occurred_on="2026-11-01")
    reference, code = numbers(walker)
    assert (page.status, page.step) == (200, "selesai")
    assert parse_reference(reference) == reference
    assert parse_access_code(code) == code
    (case,) = cases(inside, agency)
    assert (case.reference, case.title, case.state) == (reference, ANSWERS["title"], "unverified")
    assert case.description == ANSWERS["description"]
    assert str(case.occurred_on) == "2026-11-01"
    assert (case.location, case.anonymous, case.confidential) == ("Jalan Raya Mengwi", False, False)


def test_every_page_puts_the_forward_button_first_and_names_all_others(walker: Walker) -> None:
    walker.open("/lapor")
    seen = []
    while walker.page.step != "selesai":
        first, *others = walker.page.form.iter("button")
        assert first.get("name") is None
        assert all(button.get("name") for button in others)
        assert walker.page.form.get("data-form") == "lapor"
        assert {"csrf_token", "form_key"} <= walker.page.names
        seen.append(walker.page.step)
        walker.go(**{n: ANSWERS[n] for n in walker.page.names & ANSWERS.keys()})
    assert seen == ["jenis", "isi", "tempat", "lampiran", "identitas", "periksa"]


def test_no_address_ever_carries_the_form_key_nor_the_access_code(walker: Walker) -> None:
    walker.open("/lapor")
    key = walker.page.fields["form_key"]
    addresses = [walker.page.path]
    while walker.page.step != "selesai":
        walker.go(**{n: ANSWERS[n] for n in walker.page.names & ANSWERS.keys()})
        addresses.append(walker.page.path)
    links = [one.get("href") for one in walker.page.tree.iter("a")]
    code = numbers(walker)[1]
    assert not [place for place in [*addresses, *links] if key in place or code in place]


def test_the_confirmation_gives_dates_of_the_agencys_calendar(
    walker: Walker, agency: AgencyFacts
) -> None:
    # Sunday 23.30 UTC is Monday morning in Makassar.
    with clock.frozen(datetime(2026, 11, 22, 23, 30, tzinfo=UTC)):
        page = walker.file(occurred_on=None)
    assert "Paling lambat 26 November 2026" in page.words
    assert "Paling lambat 3 Desember 2026" in page.words
    assert "10 hari kerja" in page.words


def test_the_answers_to_check_say_everything_and_lead_back_to_each_question(walker: Walker) -> None:
    walker.open("/lapor")
    page = walker.answer(occurred_on="2026-11-01")
    for answer in ["Pengaduan", ANSWERS["title"], "1 November 2026", "Jalan Raya Mengwi"]:
        assert answer in page.words
    assert ANSWERS["reporter_email"] in page.words
    changes = [a.get("href") for a in page.tree.iter("a") if "ubah=1" in a.get("href", "")]
    assert len(changes) == 12
    walker.open(changes[1])
    assert walker.page.fields["title"] == ANSWERS["title"]
    assert walker.go(title="Lampu jalan mati di depan pasar").step == "periksa"
    assert "Lampu jalan mati di depan pasar" in walker.page.words


def test_going_back_keeps_what_was_typed_even_when_it_is_not_right_yet(walker: Walker) -> None:
    walker.open("/lapor")
    walker.go(classification="aspirasi")
    assert walker.go("kembali", title="Pend", description="").step == "jenis"
    assert walker.page.fields["classification"] == "aspirasi"
    assert walker.go().fields["title"] == "Pend"


def test_pressing_send_twice_shows_the_same_confirmation(
    walker: Walker, agency: AgencyFacts, inside: Inside
) -> None:
    walker.open("/lapor")
    check = walker.answer()
    first = walker.go() and numbers(walker)
    again = walker.send(check.form.get("action"), check.fields)
    assert (again.status, again.step) == (200, "selesai")
    assert numbers(walker) == first
    assert len(cases(inside, agency)) == 1


def test_back_after_sending_leads_to_the_confirmation_from_every_page(walker: Walker) -> None:
    walker.file()
    sent, query = numbers(walker), walker.page.path.partition("?")[2]
    for step in ("jenis", "isi", "tempat", "lampiran", "identitas", "periksa"):
        walker.open(f"/lapor/{step}?{query}")
        assert (walker.page.step, numbers(walker)) == ("selesai", sent)


def test_two_submits_at_the_same_moment_make_one_case(
    app: Flask, client_for: ClientFor, agency: AgencyFacts, inside: Inside
) -> None:
    walker = Walker(client_for(agency))
    walker.open("/lapor")
    check = walker.answer()
    cookie = walker.client.get_cookie("sp4n", domain=f"{agency.slug}.localhost")
    assert cookie is not None

    def press(_: int) -> tuple[int, tuple[str, str]]:
        other = Walker(client_for(agency))
        other.client.set_cookie("sp4n", cookie.value, domain=f"{agency.slug}.localhost")
        page = other.send(check.form.get("action"), check.fields)
        return page.status, numbers(other)

    with ThreadPoolExecutor(6) as pool:
        answers = set(pool.map(press, range(6)))
    assert len(answers) == 1
    assert answers.pop()[0] == 200
    assert len(cases(inside, agency)) == 1


def test_fifty_people_file_at_once_and_all_succeed(
    client_for: ClientFor, agency: AgencyFacts, inside: Inside
) -> None:
    number = count(1)

    def report(_: int) -> str:
        walker = Walker(client_for(agency))
        walker.file(title=f"Lampu jalan nomor {next(number)} mati", reporter_email="")
        return numbers(walker)[0]

    with ThreadPoolExecutor(10) as pool:
        references = set(pool.map(report, range(50)))
    assert len(references) == 50
    assert {case.reference for case in cases(inside, agency)} == references


def test_two_tabs_are_two_reports(walker: Walker, agency: AgencyFacts, inside: Inside) -> None:
    first = walker.open("/lapor")
    second = walker.open("/lapor")
    assert first.fields["form_key"] != second.fields["form_key"]
    walker.answer(title="Laporan dari tab kedua")
    second_check = walker.page
    walker.page = first
    walker.answer(title="Laporan dari tab pertama")
    walker.go()
    walker.page = second_check
    assert "Laporan dari tab kedua" in walker.page.words
    walker.go()
    assert [case.title for case in cases(inside, agency)] == [
        "Laporan dari tab pertama",
        "Laporan dari tab kedua",
    ]


def test_a_new_form_offers_the_one_that_was_left_unfinished(walker: Walker) -> None:
    walker.open("/lapor")
    walker.go(classification="aspirasi")
    walker.go("kembali", title="Taman bermain", description="")
    page = walker.open("/lapor")
    assert "belum selesai" in page.words
    resume = next(a.get("href") for a in page.tree.iter("a") if "/lapor/isi?" in a.get("href", ""))
    assert walker.open(resume).fields["title"] == "Taman bermain"


def test_the_confirmation_is_shown_again_for_a_day_and_in_that_browser_only(
    walker: Walker, browser: Browser, agency: AgencyFacts
) -> None:
    now = datetime(2026, 11, 22, 3, 10, tzinfo=UTC)
    with clock.frozen(now):
        walker.file(occurred_on=None)
        sent, path = numbers(walker), walker.page.path
        walker.open(path)
        assert numbers(walker) == sent
        stranger = browser(agency)
        stranger.open(path)
        assert not [number for number in sent if number in stranger.page.text]
        assert (
            stranger.open(path.replace("selesai", "bukti"))
            .headers["Content-Type"]
            .startswith("text/html")
        )
    with clock.frozen(now.replace(day=24)):
        assert sent[1] not in walker.open(path).text


def test_the_draft_is_gone_once_it_was_sent_and_what_is_kept_names_nobody(
    app: Flask, walker: Walker, agency: AgencyFacts, inside: Inside
) -> None:
    walker.file()
    code = numbers(walker)[1]
    with inside(agency) as session:
        (sealed,) = session.scalars(sa.select(FilingDraft.sealed))
    kept = str(app.extensions["sp4n.sealer"].open(sealed))
    for secret in (code, "Siti", "siti.rahma", "0812", ANSWERS["description"][:20]):
        assert secret not in kept


def test_the_receipt_is_a_pdf_with_the_numbers_and_no_name(walker: Walker) -> None:
    walker.file(title="Jalan rusak 😡 di “Pasar” Šibeník ꦗꦮ")
    reference, code = numbers(walker)
    link = next(a.get("href") for a in walker.page.tree.iter("a") if "/bukti" in a.get("href", ""))
    answer = walker.client.get(link)
    assert answer.headers["Content-Type"] == "application/pdf"
    assert reference in answer.headers["Content-Disposition"]
    assert answer.headers["Cache-Control"] == "private, no-store"
    text = pdf_text(answer.data)
    assert reference in text
    assert code in text
    assert 'Jalan rusak [...] di "Pasar" Sibeník [...]' in text
    assert "Siti" not in text


def pdf_text(content: bytes) -> str:
    """The shown strings of a PDF made of core fonts."""
    with pikepdf.open(BytesIO(content)) as pdf:
        streams = b"\n".join(page.Contents.read_bytes() for page in pdf.pages)
    shown = re.findall(rb"\(((?:\\.|[^\\)])*)\) Tj", streams)
    return " ".join(re.sub(rb"\\(.)", rb"\1", one).decode("latin-1") for one in shown)


def test_the_journey_works_under_a_path_of_the_base_domain(
    client_for: ClientFor, agency: AgencyFacts
) -> None:
    walker = Walker(client_for(None))
    walker.open(f"/i/{agency.slug}/lapor")
    walker.answer()
    page = walker.go()
    assert page.path.startswith(f"/i/{agency.slug}/lapor/selesai?")
    assert parse_reference(numbers(walker)[0])


def test_the_language_can_be_changed_in_the_middle_and_nothing_is_lost(walker: Walker) -> None:
    walker.open("/lapor")
    walker.go(classification="aspirasi")
    walker.go("kembali", title="Taman bermain untuk anak", description="")
    walker.open(walker.page.path.replace("/jenis", "/isi") + "&lang=en")
    assert walker.page.tree.get("lang") == "en"
    assert walker.page.fields["title"] == "Taman bermain untuk anak"


def test_a_report_is_filed_while_redis_is_away(
    settings: Settings, agency: AgencyFacts, inside: Inside
) -> None:
    app = create_app(replace(settings, redis_url="redis://127.0.0.1:1/0"))
    app.testing = True
    walker = Walker(ClientFor(app)(agency))
    assert walker.file().step == "selesai"
    assert len(cases(inside, agency)) == 1


def test_no_page_of_the_journey_may_be_kept_by_a_cache(walker: Walker) -> None:
    walker.open("/lapor")
    while walker.page.step != "selesai":
        assert walker.page.headers["Cache-Control"] == "private, no-store"
        assert walker.page.headers["Referrer-Policy"] == "same-origin"
        walker.go(**{n: ANSWERS[n] for n in walker.page.names & ANSWERS.keys()})
    assert walker.page.headers["Cache-Control"] == "private, no-store"


def test_who_gives_no_name_and_no_contact_is_filed_without_a_trace(
    walker: Walker, agency: AgencyFacts, inside: Inside
) -> None:
    nobody = {"reporter_name": "", "reporter_email": "", "reporter_phone": ""}
    with clock.frozen(datetime(2026, 11, 22, 3, 47, 12, tzinfo=UTC)):
        walker.open("/lapor")
        assert "tidak ada yang kami simpan" in walker.answer(occurred_on=None, **nobody).words
        walker.go()
    (case,) = cases(inside, agency)
    assert (case.anonymous, case.filed_at) == (True, datetime(2026, 11, 22, 3, tzinfo=UTC))
    with inside(agency) as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Identity)) == 0
    assert "tidak meninggalkan alamat email" in walker.page.words
