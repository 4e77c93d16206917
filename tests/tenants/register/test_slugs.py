"""Addresses by the habit of government domains."""

from __future__ import annotations

import pytest

from sp4n.tenants.register.csv_file import central_agencies
from sp4n.tenants.register.regions import regional_governments
from sp4n.tenants.register.slugs import RESERVED, slug_problem, stem_of

# Addresses are printed on posters: what is here may not change.
FROZEN = {
    "11": "acehprov",
    "11.01": "acehselatankab",
    "11.71": "bandaacehkota",
    "19": "babelprov",
    "21": "kepriprov",
    "31": "jakartaprov",
    "32": "jabarprov",
    "32.04": "bandungkab",
    "32.73": "bandungkota",
    "33": "jatengprov",
    "34": "jogjaprov",
    "34.04": "slemankab",
    "34.71": "jogjakota",
    "35": "jatimprov",
    "51": "baliprov",
    "51.03": "badungkab",
    "51.71": "denpasarkota",
    "62.01": "kotawaringinbaratkab",
    "63": "kalselprov",
    "72.04": "tolitolikab",
    "96": "papuabaratdayaprov",
}


def test_well_known_governments_have_the_address_people_expect() -> None:
    slugs = {entry.region_code: entry.slug for entry in regional_governments()}
    assert {code: slugs[code] for code in FROZEN} == FROZEN


def test_ministries_keep_theirs() -> None:
    slugs = {entry.slug for entry in central_agencies()}
    assert {"kemenkes", "bpom", "kemendagri", "menpan", "ombudsman", "komdigi"} <= slugs


def test_every_address_of_the_register_is_valid_and_its_own() -> None:
    slugs = [entry.slug for entry in [*regional_governments(), *central_agencies()]]
    assert len(slugs) == len(set(slugs)) == 546 + 160
    assert [slug for slug in slugs if slug_problem(slug)] == []


@pytest.mark.parametrize(
    "slug",
    [
        "",
        "Badungkab",
        "badung kab",
        "-badung",
        "badung-",
        "9badung",
        "badung_kab",
        "badúng",
        "badung.kab",
        "a" * 64,
        "xn--badung",
        "badung\n",
        "www",
        "nasional",
        "i",
    ],
)
def test_what_cannot_be_an_address_is_refused(slug: str) -> None:
    assert slug_problem(slug)


@pytest.mark.parametrize("slug", ["b", "bpjs-kesehatan", "a" * 63, "a1"])
def test_what_can_be_an_address_passes(slug: str) -> None:
    assert slug_problem(slug) is None


def test_names_that_the_base_domain_uses_are_reserved() -> None:
    assert {"www", "api", "static", "nasional", "masuk", "instansi", "i", "mail"} <= RESERVED


def test_the_stem_is_what_people_call_the_place() -> None:
    assert [stem_of(slug) for slug in ("badungkab", "denpasarkota", "baliprov", "bpom")] == [
        "badung",
        "denpasar",
        "bali",
        "bpom",
    ]
