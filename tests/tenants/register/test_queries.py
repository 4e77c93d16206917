"""Agencies found by a search box, and listed."""

from __future__ import annotations

from dataclasses import replace

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from bench.counting import statements
from sp4n.errors import NotFound
from sp4n.tenants.models import Agency
from sp4n.tenants.register.entry import Entry
from sp4n.tenants.register.operations import add_agency, suspend_agency
from sp4n.tenants.register.queries import (
    agencies_matching,
    agency_by_slug,
    agency_directory,
    kinds_with_counts,
    provinces_with_counts,
)
from tests.tenants.register.conftest import TODAY, Hooks


def slugs(session: Session, text: str, **narrowed: str) -> list[str]:
    return [line.slug for line in agencies_matching(session, text, limit=100, **narrowed).agencies]


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("badung", "badungkab"),
        ("BADUNG", "badungkab"),
        ("BPOM", "bpom"),
        ("kab badung", "badungkab"),
        ("Kab. Badung", "badungkab"),
        ("kabupaten badung", "badungkab"),
        ("pemkab sleman", "slemankab"),
        ("badungkab", "badungkab"),
        ("jogja", "jogjaprov"),
        ("diy", "jogjaprov"),
        ("kota jogja", "jogjakota"),
        ("solo", "surakartakota"),
        ("tangsel", "tangerangselatankota"),
        ("bali", "baliprov"),
        ("jawa barat", "jabarprov"),
        ("jabar", "jabarprov"),
        ("papua barat", "papuabaratprov"),
        ("aceh", "acehprov"),
        ("kota bandung", "bandungkota"),
        ("jakarta selatan", "jakartaprov"),
        ("pulau seribu", "jakartaprov"),
        ("lubuklinggau", "lubuklinggaukota"),
        ("kesehatan", "kemenkes"),
        ("kemenkes", "kemenkes"),
        ("obat dan makanan", "bpom"),
        ("BI", "bi"),
        ("ma", "mahkamahagung"),
        ("  bpjs   kesehatan ", "bpjs-kesehatan"),
    ],
)
def test_what_people_type_finds_the_agency_they_mean(
    seeded: Session, text: str, first: str
) -> None:
    assert slugs(seeded, text)[0] == first


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("denpsar", "denpasarkota"),
        ("yogyakata", "jogjaprov"),
        ("kementrian kesehatan", "kemenkes"),
        ("surabya", "surabayakota"),
        ("banyuwngi", "banyuwangikab"),
    ],
)
def test_a_misspelt_word_still_finds_it(seeded: Session, text: str, first: str) -> None:
    assert slugs(seeded, text)[0] == first


def test_a_word_that_matches_brings_no_look_alikes(seeded: Session) -> None:
    assert slugs(seeded, "badung") == ["badungkab"]


def test_places_of_a_province_follow_its_government(seeded: Session) -> None:
    found = slugs(seeded, "bali")
    assert found[0] == "baliprov"
    assert {"badungkab", "denpasarkota", "bulelengkab"} <= set(found[:10])


@pytest.mark.parametrize("text", ["", "   ", "%", "_", "???", "zzzzzzzz", "\0", "' or 1=1 --"])
def test_what_means_nothing_finds_nothing(seeded: Session, text: str) -> None:
    page = agencies_matching(seeded, text)
    assert (page.agencies, page.total) == ([], 0)


def test_a_very_long_text_is_answered(seeded: Session) -> None:
    assert agencies_matching(seeded, "badung " * 5_000).total == 1
    assert agencies_matching(seeded, "a" * 100_000).total == 0


def test_an_archived_agency_is_found_with_its_successors(seeded: Session) -> None:
    [found] = agencies_matching(seeded, "KLHK").agencies
    assert (found.slug, found.status) == ("klhk", "archived")
    assert found.successors == (("kemenhut", "Kemenhut"), ("klh", "KLH/BPLH"))


def test_active_agencies_come_before_archived_ones(seeded: Session) -> None:
    states = [line.status for line in agencies_matching(seeded, "kementerian", limit=100).agencies]
    assert states == ["active"] * 49 + ["archived"] * 11


def test_a_search_is_narrowed_by_kind_and_province(seeded: Session) -> None:
    assert slugs(seeded, "bandung", kind="kota") == ["bandungkota"]
    assert slugs(seeded, "selatan", province="63")[0] == "kalselprov"
    assert slugs(seeded, "badung", province="35") == []
    assert slugs(seeded, "denpsar", province="51") == ["denpasarkota"]


def test_a_line_names_the_province_around(seeded: Session) -> None:
    [badung] = agencies_matching(seeded, "badung").agencies
    [bpom] = agencies_matching(seeded, "bpom").agencies
    assert badung.province == "Provinsi Bali"
    assert bpom.province is None
    assert badung.short_name == "Pemkab Badung"


def test_a_search_pages_through_all_that_it_found(seeded: Session) -> None:
    whole = slugs(seeded, "kota")
    pages = [agencies_matching(seeded, "kota", limit=40, offset=at) for at in (0, 40, 80)]
    assert [line.slug for page in pages for line in page.agencies] == whole
    assert {page.total for page in pages} == {len(whole)}
    assert len(whole) >= 93


def test_a_search_is_one_statement_and_two_when_nothing_matched_as_typed(seeded: Session) -> None:
    with statements() as sent:
        agencies_matching(seeded, "bandung")
    assert len(sent) == 1
    with statements() as sent:
        agencies_matching(seeded, "denpsar")
    assert len(sent) == 2


def test_the_directory_lists_all_but_archived_agencies_in_order(seeded: Session) -> None:
    bali = agency_directory(seeded, province="51")
    assert bali.total == 10
    assert [line.slug for line in bali.agencies[:2]] == ["baliprov", "jembranakab"]
    assert bali.agencies[-1].slug == "denpasarkota"
    ministries = agency_directory(seeded, kind="kementerian", limit=20, offset=40)
    assert (len(ministries.agencies), ministries.total) == (9, 49)
    assert "klhk" not in {line.slug for line in ministries.agencies}


def test_provinces_are_counted_with_what_lies_in_them(seeded: Session) -> None:
    counts = {one.code: one for one in provinces_with_counts(seeded)}
    assert len(counts) == 38
    assert (counts["51"].name, counts["51"].agencies) == ("Provinsi Bali", 10)
    assert counts["31"].agencies == 1
    assert sum(one.agencies for one in counts.values()) == 546


def test_kinds_are_counted_in_their_order(seeded: Session) -> None:
    counts = kinds_with_counts(seeded)
    assert list(counts) == ["kementerian", "lembaga", "provinsi", "kabupaten", "kota"]
    assert (counts["kementerian"], counts["provinsi"], counts["kota"]) == (49, 38, 93)


def test_a_suspended_agency_is_still_found_and_listed(session: Session, hooks: Hooks) -> None:
    entry = Entry("lembaga", "ujitangguh", "Badan Uji Tangguh", "BUT")
    for one in (entry, replace(entry, slug="ujilain", name="Badan Lain", short_name="BL")):
        add_agency(session, one, today=TODAY, record=hooks.record)
    session.execute(sa.update(Agency).where(Agency.slug == "ujitangguh").values(status="active"))
    suspend_agency(session, "ujitangguh", reason="Alasan", record=hooks.record)
    [found] = agencies_matching(session, "uji tangguh").agencies
    assert found.status == "suspended"
    listed = agency_directory(session, kind="lembaga", limit=100).agencies
    assert "ujitangguh" in {line.slug for line in listed}


def test_an_agency_is_found_by_its_slug_or_not_at_all(app: Flask, seeded: Session) -> None:
    assert agency_by_slug(seeded, "badungkab").name == "Pemerintah Kabupaten Badung"
    with pytest.raises(NotFound):
        agency_by_slug(seeded, "tiada")
