"""Provinces, regencies and cities, and the governments that belong to them."""

from __future__ import annotations

from collections import Counter
from zoneinfo import ZoneInfo

from sp4n.tenants.register.entry import problems
from sp4n.tenants.register.regions import places, regional_governments
from sp4n.tenants.register.time_zones import WIB, WIT, WITA, time_zone_of


def test_there_are_38_provinces_415_regencies_and_93_cities_that_govern_themselves() -> None:
    counted = Counter(entry.kind for entry in regional_governments())
    assert counted == {"provinsi": 38, "kabupaten": 415, "kota": 93}


def test_the_six_units_of_jakarta_are_regions_but_no_governments() -> None:
    units = [place for place in places() if place.parent_code == "31"]
    assert len(units) == 6
    assert not {place.code for place in units} & {e.region_code for e in regional_governments()}


def test_names_are_tidy() -> None:
    names = {place.code: place.name for place in places()}
    assert names["51"] == "Provinsi Bali"
    assert names["51.03"] == "Kabupaten Badung"
    assert names["51.71"] == "Kota Denpasar"
    assert names["31"] == "Provinsi DKI Jakarta"
    assert names["31.01"] == "Kabupaten Kepulauan Seribu"
    assert names["71.09"] == "Kabupaten Kepulauan Siau Tagulandang Biaro"
    assert not [name for name in names.values() if "." in name or "  " in name]


def test_governments_bear_their_official_names() -> None:
    named = {entry.slug: (entry.name, entry.short_name) for entry in regional_governments()}
    assert named["badungkab"] == ("Pemerintah Kabupaten Badung", "Pemkab Badung")
    assert named["denpasarkota"] == ("Pemerintah Kota Denpasar", "Pemkot Denpasar")
    assert named["baliprov"] == ("Pemerintah Provinsi Bali", "Pemprov Bali")
    assert named["acehprov"] == ("Pemerintah Aceh", "Pemerintah Aceh")
    assert named["jogjaprov"][1] == "Pemda DIY"


def test_every_government_would_pass_as_an_entry_of_a_file() -> None:
    assert [entry.slug for entry in regional_governments() if problems(entry)] == []


def test_each_province_keeps_the_time_that_the_decree_gives_it() -> None:
    zones = {place.code: time_zone_of(place.code) for place in places() if not place.parent_code}
    central = {"51", "52", "53", "63", "64", "65", "71", "72", "73", "74", "75", "76"}
    eastern = {"81", "82", "91", "92", "93", "94", "95", "96"}
    assert {code for code, zone in zones.items() if zone == WITA} == central
    assert {code for code, zone in zones.items() if zone == WIT} == eastern
    assert Counter(zones.values()) == {WIB: 18, WITA: 12, WIT: 8}
    assert all(ZoneInfo(zone) for zone in zones.values())


def test_a_regency_keeps_the_time_of_its_province() -> None:
    zones = {entry.slug: entry.time_zone for entry in regional_governments()}
    assert zones["badungkab"] == zones["baliprov"] == WITA
    assert zones["slemankab"] == WIB
    assert zones["meraukekab"] == WIT
