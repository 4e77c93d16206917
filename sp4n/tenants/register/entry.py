"""One line of the register as somebody gives it: a CSV file, a form, the reference data."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from flask_babel import gettext as _

from sp4n.tenants.models import AgencyKind
from sp4n.tenants.register.palette import HEX
from sp4n.tenants.register.slugs import slug_problem
from sp4n.tenants.register.time_zones import TIME_ZONES

LONGEST_NAME = 200
LONGEST_SHORT_NAME = 80
LONGEST_CONTACT = 300
REGION_CODE = re.compile(r"\d\d(\.\d\d)?")
REGIONAL = frozenset({AgencyKind.PROVINSI, AgencyKind.KABUPATEN, AgencyKind.KOTA})


class Period(NamedTuple):
    """Both days belong to it; None is open."""

    start: date | None = None
    end: date | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """`kind` is any string until `problems` has passed it; `successors` and `parent` are slugs.

    None means "not said": an agency already there keeps what it has, a new one gets the default.
    An empty tuple of successors says that there are none (any more).
    """

    kind: str
    slug: str
    name: str
    short_name: str
    connected: Period | None = None
    successors: tuple[str, ...] | None = None
    region_code: str | None = None
    parent: str | None = None
    time_zone: str | None = None
    colour: str | None = None
    contact_email: str | None = None
    contact_phone: str | None = None
    address: str | None = None


def problems(entry: Entry) -> dict[str, str]:
    """Field -> what is wrong with it, as far as the entry alone can tell."""
    found = {
        "kind": _kind_problem(entry.kind),
        "slug": slug_problem(entry.slug),
        "name": _name_problem(entry.name, LONGEST_NAME, _("Nama")),
        "short_name": _name_problem(entry.short_name, LONGEST_SHORT_NAME, _("Nama singkat")),
        "connected_to": _dates_problem(entry.connected or Period()),
        "successors": _successors_problem(entry),
        "region_code": _region_problem(entry),
        "parent": _parent_problem(entry),
        "time_zone": _zone_problem(entry.time_zone),
        "colour": _colour_problem(entry.colour),
        "contact_email": _text_problem(entry.contact_email, LONGEST_CONTACT, _("Email")),
        "contact_phone": _text_problem(entry.contact_phone, LONGEST_CONTACT, _("Telepon")),
        "address": _text_problem(entry.address, LONGEST_CONTACT, _("Alamat")),
    }
    return {field: message for field, message in found.items() if message}


def _kind_problem(kind: str) -> str | None:
    if kind in list(AgencyKind):
        return None
    known = ", ".join(AgencyKind)
    return _("Jenis “%(kind)s” tidak dikenal; yang dikenal: %(known)s.", kind=kind, known=known)


def _name_problem(text: str, longest: int, label: str) -> str | None:
    if not text.strip():
        return _("%(label)s belum diisi.", label=label)
    return _text_problem(text, longest, label)


def _text_problem(text: str | None, longest: int, label: str) -> str | None:
    if text is None:
        return None
    if len(text) > longest:
        return _("%(label)s paling panjang %(n)s huruf.", label=label, n=longest)
    # Cc: control characters, NUL among them; Cf: invisible marks that turn the reading direction.
    if any(unicodedata.category(letter) in {"Cc", "Cf"} for letter in text):
        return _("%(label)s berisi karakter yang tidak terlihat.", label=label)
    return None


def _dates_problem(connected: Period) -> str | None:
    start, end = connected
    if start and end and end < start:
        return _("Tanggal akhir %(end)s mendahului tanggal awal %(start)s.", end=end, start=start)
    return None


def _successors_problem(entry: Entry) -> str | None:
    if entry.slug in (entry.successors or ()):
        return _("Instansi tidak dapat menggantikan dirinya sendiri.")
    return None


def _region_problem(entry: Entry) -> str | None:
    if entry.region_code is not None and not REGION_CODE.fullmatch(entry.region_code):
        return _("Kode wilayah ditulis seperti 51 atau 51.03.")
    return None


def _parent_problem(entry: Entry) -> str | None:
    if entry.parent == entry.slug:
        return _("Instansi tidak dapat menjadi induk dirinya sendiri.")
    return None


def _zone_problem(zone: str | None) -> str | None:
    if zone is None or zone in TIME_ZONES:
        return None
    return _("Zona waktu “%(zone)s” tidak dikenal; pakai WIB, WITA, atau WIT.", zone=zone)


def _colour_problem(colour: str | None) -> str | None:
    if colour is None or HEX.fullmatch(colour):
        return None
    return _("Warna ditulis seperti #0b5cad.")
