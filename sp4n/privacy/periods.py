"""How long what is kept of a case that has ended: the national periods, as data. An agency chooses
between the shortest and the longest that the law allows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Final

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from sp4n.errors import Invalid

CONTACT, ACCESS, FILES, TEXT = "contact", "access", "files", "text"


@dataclass(frozen=True)
class Period:
    """Years from the end of a case; `verified`: by a lawyer of the national level; none is yet."""

    label: LazyString
    years: int
    least: int
    most: int
    citation: str
    since: date
    verified: bool = False


_PDP: Final = "UU 27/2022 Pasal 16 ayat (2) huruf g dan Pasal 44"
_ARCHIVES: Final = "UU 43/2009, jadwal retensi arsip"
# In the order in which they are taken: none is kept longer than the next.
PERIODS: Final[dict[str, Period]] = {
    CONTACT: Period(_l("Nama dan kontak pelapor"), 1, 1, 5, _PDP, date(2022, 10, 17)),
    ACCESS: Period(_l("Kode akses pelapor"), 2, 1, 10, _PDP, date(2022, 10, 17)),
    FILES: Period(_l("Berkas dan foto"), 5, 2, 10, _ARCHIVES, date(2009, 10, 23)),
    TEXT: Period(
        _l("Isi laporan, tanggapan, dan catatan"), 10, 5, 30, _ARCHIVES, date(2009, 10, 23)
    ),
}


def check_years(years: Mapping[str, int]) -> None:
    wrong = {}
    for step, period in PERIODS.items():
        if not period.least <= years[step] <= period.most:
            wrong[step] = _(
                "Antara %(least)s dan %(most)s tahun.", least=period.least, most=period.most
            )
    for earlier, later in pairwise(PERIODS):
        if not wrong and years[earlier] > years[later]:
            wrong[later] = _("Tidak boleh lebih pendek daripada yang di atasnya.")
    if wrong:
        raise Invalid(fields=wrong)
