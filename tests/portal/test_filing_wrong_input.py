"""What people and machines type wrong: words at the field and on top, and nothing is lost."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from flask import Flask

from sp4n import clock
from sp4n.cases.models import CaseRecord, Identity
from sp4n.tenants.edge import edge
from sp4n.tenants.everyone import NATIONAL
from sp4n.tenants.models import AgencySuccession
from sp4n.tenants.resolver import AgencyFacts
from tests import factories
from tests.factories import Inside
from tests.portal.walking import ANSWERS, Walker

Browser = Callable[[AgencyFacts], Walker]
# The 22nd in Jakarta, the 23rd already in Makassar, where the agency is.
NIGHT = datetime(2026, 11, 22, 16, 30, tzinfo=UTC)


def at(walker: Walker, step: str) -> Walker:
    """On that page, with the pages before it answered."""
    walker.open("/lapor")
    while walker.page.step != step:
        walker.go(**{n: ANSWERS[n] for n in walker.page.names & ANSWERS.keys()})
    return walker


@pytest.mark.parametrize(
    ("step", "field", "typed", "words"),
    [
        ("jenis", "classification", None, "Pilih jenis laporan"),
        ("jenis", "classification", "gosip", "Pilih salah satu"),
        ("isi", "title", None, "Tulis judul"),
        ("isi", "title", " \t ", "Tulis judul"),
        ("isi", "title", "Jalan", "paling sedikit 10 huruf, sekarang baru 5"),
        ("isi", "title", "x" * 151, "paling banyak 150 huruf, sekarang 151"),
        ("isi", "description", "", "Tulis isi"),
        ("isi", "description", "Jalan rusak.", "paling sedikit 20 huruf"),
        ("isi", "description", "y" * 5001, "paling banyak 5.000 huruf, sekarang 5.001"),
        ("tempat", "occurred_on", "31 Februari", "tidak ada di kalender"),
        ("tempat", "occurred_on", "2026-02-31", "tidak ada di kalender"),
        ("tempat", "occurred_on", "kemarin", "tidak ada di kalender"),
        ("tempat", "occurred_on", "99999-01-01", "tidak ada di kalender"),
        ("tempat", "occurred_on", "2026-11-24", "belum tiba. Hari ini 23 November 2026"),
        ("tempat", "occurred_on", "2016-11-22", "lebih dari 10 tahun"),
        ("tempat", "occurred_on", "0001-01-01", "lebih dari 10 tahun"),
        ("tempat", "location", "z" * 301, "paling banyak 300"),
        ("tempat", "category", "987654", "tidak ada di daftar"),
        ("tempat", "category", "' OR 1=1", "tidak ada di daftar"),
        ("identitas", "reporter_name", "n" * 151, "paling banyak 150"),
        ("identitas", "reporter_email", "siti@", "nama@contoh.id"),
        ("identitas", "reporter_email", "siti@contoh.id, budi@contoh.id", "nama@contoh.id"),
        ("identitas", "reporter_phone", "0812", "0812 3456 7890"),
        ("identitas", "reporter_phone", "telepon saya", "0812 3456 7890"),
    ],
)
def test_a_wrong_answer_is_told_at_its_field_and_on_top_and_stays_as_typed(
    walker: Walker, step: str, field: str, typed: str | None, words: str
) -> None:
    with clock.frozen(NIGHT):
        at(walker, step)
        others = {n: ANSWERS[n] for n in walker.page.names & ANSWERS.keys()}
        page = walker.go(**{**others, field: typed})
        assert (page.status, page.step) == (422, step)
        assert page.title.startswith("Galat: ")
        assert words in page.error_at(field)
        assert words in page.summary
        for name, value in {**others, field: typed or ""}.items():
            if typed != "gosip" and step != "jenis" and name != "category":
                assert page.fields[name] == value.strip()
        # Also for who goes away and comes back.
        again = walker.open(page.path)
        if field != "classification" and field != "category":
            assert again.fields[field] == (typed or "").strip()


@pytest.mark.parametrize(
    ("step", "field", "typed", "kept"),
    [
        ("isi", "title", "Jalan rusak 😡👩‍👩‍👧 di pasar", "Jalan rusak 😡👩‍👩‍👧 di pasar"),
        ("isi", "title", "Jalan\0 rusak\x07 di pasar", "Jalan rusak di pasar"),
        ("isi", "title", "Jalan \u202egnabulreb\u202c rusak", "Jalan gnabulreb rusak"),
        ("isi", "title", "Jalan rusak\r\ndi   pasar", "Jalan rusak di pasar"),
        ("isi", "title", "<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("isi", "description", "Jalan\r\nrusak di depan pasar.", "Jalan\nrusak di depan pasar."),
        ("isi", "description", "جالن روسق دي دڤن ڤاسر بري", "جالن روسق دي دڤن ڤاسر بري"),
        ("tempat", "location", "Jalan \u2066Raya\u2069 Mengwi\0", "Jalan Raya Mengwi"),
    ],
)
def test_emoji_and_scripts_are_fine_and_what_cannot_be_seen_is_taken_out(
    walker: Walker,
    agency: AgencyFacts,
    inside: Inside,
    step: str,
    field: str,
    typed: str,
    kept: str,
) -> None:
    at(walker, step)
    walker.answer(**{field: typed})
    assert walker.go().step == "selesai"
    with inside(agency) as session:
        assert session.scalar(sa.select(getattr(CaseRecord, field))) == kept


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("2026-11-23", "2026-11-23"),
        ("1/2/2026", "2026-02-01"),
        ("20-11-2026", "2026-11-20"),
        ("2016-11-23", "2016-11-23"),
        ("", "None"),
    ],
)
def test_dates_may_be_typed_the_day_first_up_to_today_where_the_agency_is(
    walker: Walker, agency: AgencyFacts, inside: Inside, typed: str, day: str
) -> None:
    with clock.frozen(NIGHT):
        walker.file(occurred_on=typed)
    with inside(agency) as session:
        assert str(session.scalar(sa.select(CaseRecord.occurred_on))) == day


@pytest.mark.parametrize(
    "phone", ["081234567890", "0812-3456-7890", "+62 812 3456 7890", "(0361) 900123", "62812345678"]
)
def test_telephone_numbers_are_taken_as_people_write_them(
    walker: Walker, agency: AgencyFacts, inside: Inside, phone: str
) -> None:
    assert walker.file(reporter_phone=phone).step == "selesai"
    with inside(agency) as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Identity)) == 1


def test_text_far_over_the_limit_is_shown_again_whole(walker: Walker) -> None:
    at(walker, "isi")
    page = walker.go(title=ANSWERS["title"], description="😡" * 200_000)
    assert page.status == 422
    assert page.fields["description"] == "😡" * 200_000
    assert walker.open(page.path).fields["title"] == ANSWERS["title"]


def test_several_mistakes_are_told_at_once(walker: Walker) -> None:
    at(walker, "identitas")
    page = walker.go(reporter_name="", reporter_email="siti", reporter_phone="0")
    assert page.summary.startswith("Ada 2 hal")
    assert page.error_at("reporter_email")
    assert page.error_at("reporter_phone")


def test_a_check_before_all_is_answered_asks_what_is_missing(walker: Walker) -> None:
    walker.open("/lapor")
    walker.go(classification="aspirasi")
    check = walker.page.path.replace("/isi", "/periksa")
    page = walker.send(check, {n: walker.page.fields[n] for n in ("csrf_token", "form_key")})
    assert (page.status, page.title[:7]) == (422, "Galat: ")
    assert "Tulis judul laporan" in page.summary
    assert walker.open(check).step == "isi"


def test_an_answer_that_became_wrong_before_sending_is_asked_again(walker: Walker) -> None:
    with clock.frozen(NIGHT):
        walker.open("/lapor")
        walker.answer(occurred_on="2026-11-23")
    with clock.frozen(NIGHT.replace(day=21)):
        page = walker.go()
    assert page.status == 422
    assert "belum tiba" in page.error_at("occurred_on")


@pytest.mark.parametrize("path", ["/lapor/apa-saja", "/lapor/isi/lagi", "/lapor/ISI"])
def test_pages_that_are_not_there_are_the_common_404(walker: Walker, path: str) -> None:
    assert walker.open(path).status == 404


@pytest.mark.parametrize(
    "query",
    [
        "",
        "formulir=",
        "formulir=%00",
        "formulir=../../etc",
        "formulir=a&formulir=b",
        "formulir[]=x",
        "formulir=" + "x" * 4000,
    ],
)
@pytest.mark.parametrize("step", ["jenis", "isi", "lampiran", "periksa", "selesai", "bukti"])
def test_addresses_made_up_show_the_first_question(walker: Walker, step: str, query: str) -> None:
    page = walker.open(f"/lapor/{step}?{query}")
    assert page.status == 200
    assert "classification" in page.names


def test_a_suspended_agency_says_so_and_where_to_go(app: Flask, browser: Browser) -> None:
    closed = factories.make_agency(app, status="suspended")
    page = browser(closed).open("/lapor")
    assert page.status == 403
    assert "tidak menerima laporan baru" in page.words
    assert browser(closed).send("/lapor/jenis", {"classification": "aspirasi"}).status == 403


def test_an_archived_agency_leads_to_its_successor(app: Flask, browser: Browser) -> None:
    former = factories.make_agency(app, status="archived")
    heir = factories.make_agency(app)
    with app.app_context(), edge(NATIONAL):
        from sp4n.db import db

        db.session.add(AgencySuccession(predecessor_id=former.id, successor_id=heir.id))
    page = browser(former).open("/lapor")
    assert page.status == 403
    assert heir.name in page.words


def test_who_filed_just_before_the_suspension_still_sees_the_confirmation(
    app: Flask, walker: Walker, agency: AgencyFacts
) -> None:
    walker.file()
    path = walker.page.path
    with app.app_context(), edge(NATIONAL):
        from sp4n.db import db

        sql = sa.text("UPDATE agency SET status = 'suspended' WHERE id = :a")
        db.session.execute(sql, {"a": agency.id})
    assert walker.open(path).marked("data-access-code")
