"""The words an agency is found by, and how what somebody types is read."""

from __future__ import annotations

import re
import unicodedata

from sp4n.tenants.register.slugs import stem_of

# Between the agency's own words and those of the province around it: no search word holds it.
OWN_WORDS_END = "/"

KIND_WORDS = {
    "kementerian": "kementerian kemen",
    "lembaga": "lembaga badan",
    "provinsi": "pemprov pemda prov provinsi pemerintah",
    "kabupaten": "pemkab pemda kab kabupaten pemerintah",
    "kota": "pemkot pemda kota pemerintah",
}

# What people call a place beside its name; by region code.
ALSO_CALLED = {
    "31": "dki jakarta pusat utara barat selatan timur kepulauan seribu",
    "34": "diy jogja jogjakarta yogya",
    "34.71": "jogja jogjakarta yogya",
    "33.72": "solo",
    "36.74": "tangsel",
    "73.10": "pangkep",
}


def words_of(text: str) -> list[str]:
    """In lower case, without accents: "Pemkab. Badung" -> ["pemkab", "badung"]."""
    plain = unicodedata.normalize("NFKD", text).lower()
    kept = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return re.findall(r"[a-z0-9]+", kept)


def search_text(
    *, kind: str, slug: str, name: str, short_name: str, region_code: str | None, around: str
) -> str:
    """What `agency.search_text` holds; `around` is the province's name, for what lies in one."""
    place = stem_of(slug) if region_code else ""
    called = ALSO_CALLED.get(region_code or "", "")
    own = words_of(" ".join((slug, place, short_name, name, KIND_WORDS[kind], called)))
    # Each word once, in the order met, with a blank on both sides: so "% word" finds a beginning.
    line = [*dict.fromkeys(own), OWN_WORDS_END, *dict.fromkeys(words_of(around))]
    return f" {' '.join(line)} "
