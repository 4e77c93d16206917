"""Slugs: the name of an agency in its address, by the habit of Indonesian government domains.

The habit is a rule (Permenkominfo 28/2006, kept by 5/2015): the region's name or its abbreviation,
then `prov`, `kab` or `kota`. Which abbreviation a government uses is a fact, so it is a table here.
"""

from __future__ import annotations

import re

from flask_babel import gettext as _

LABEL = re.compile(r"[a-z](?:[a-z0-9-]*[a-z0-9])?")
LONGEST_LABEL = 63
SUFFIXES = {"provinsi": "prov", "kabupaten": "kab", "kota": "kota"}

# Names that the base domain itself uses or may need, and those that browsers and mail programs
# look up by themselves.
# fmt: off
RESERVED = frozenset({
    "admin", "api", "app", "assets", "auth", "autoconfig", "autodiscover", "bantuan",
    "beranda", "cdn", "data", "demo", "desk", "dev", "dokumen", "ftp", "host",
    "i", "id", "imap", "instansi", "isatap", "kelola", "kinerja", "lacak", "lapor", "laporan",
    "livez", "localhost", "mail", "masuk", "media", "metrics", "mx", "nasional", "ns", "ns1",
    "ns2", "open311", "pop", "pop3", "portal", "readyz", "root", "sitemap", "smtp", "sp4n", "sso",
    "staging", "static", "status", "test", "warna", "webmail", "wpad", "www",
})
# fmt: on

# How a government abbreviates its region's name in its own domain, where it does.
HABITUAL = {
    # provinces
    "12": "sumut",
    "13": "sumbar",
    "16": "sumsel",
    "19": "babel",
    "21": "kepri",
    "31": "jakarta",
    "32": "jabar",
    "33": "jateng",
    "34": "jogja",
    "35": "jatim",
    "52": "ntb",
    "53": "ntt",
    "61": "kalbar",
    "62": "kalteng",
    "63": "kalsel",
    "64": "kaltim",
    "65": "kaltara",
    "71": "sulut",
    "72": "sulteng",
    "73": "sulsel",
    "74": "sultra",
    "76": "sulbar",
    "82": "malut",
    # regencies and cities
    "13.09": "mentawai",
    "14.02": "inhu",
    "15.06": "tanjabbar",
    "15.07": "tanjabtim",
    "16.01": "oku",
    "16.06": "muba",
    "16.08": "okutimur",
    "16.09": "okuselatan",
    "16.12": "pali",
    "16.13": "muratara",
    "21.05": "anambas",
    "34.71": "jogja",
    "62.02": "kotim",
    "64.02": "kukar",
    "64.09": "penajam",
    "71.01": "bolmong",
    "71.04": "talaud",
    "71.08": "bolmut",
    "71.09": "sitaro",
    "71.11": "bolsel",
    "73.10": "pangkep",
    "73.14": "sidrap",
    "75.05": "gorut",
    "76.04": "polman",
    "81.01": "malteng",
    "81.06": "sbb",
}


def regional_slug(kind: str, code: str, place: str) -> str:
    """`place` is the bare name ("Aceh Selatan"), `code` the Kemendagri code ("11.01")."""
    stem = HABITUAL.get(code) or re.sub(r"[^a-z0-9]", "", place.lower())
    return stem + SUFFIXES[kind]


def stem_of(slug: str) -> str:
    """The slug without `prov`, `kab` or `kota`: what people call the place."""
    for suffix in SUFFIXES.values():
        if slug.endswith(suffix) and len(slug) > len(suffix):
            return slug.removesuffix(suffix)
    return slug


def slug_problem(slug: str) -> str | None:
    """Why `slug` cannot be an agency's address; None where it can (a label of RFC 1035)."""
    if not slug:
        return _("Isi alamat singkat.")
    if len(slug) > LONGEST_LABEL:
        return _("Alamat singkat paling panjang %(n)s huruf.", n=LONGEST_LABEL)
    if not LABEL.fullmatch(slug) or slug[2:4] == "--":
        return _(
            "Alamat singkat hanya boleh berisi huruf kecil a-z, angka, dan tanda hubung,"
            " diawali huruf dan tidak diakhiri tanda hubung."
        )
    if slug in RESERVED:
        return _("Alamat singkat “%(slug)s” dipakai oleh sistem; pilih yang lain.", slug=slug)
    return None
