"""What the law says about erasing, as data: with where it stands, from when, and whether somebody
of the law has looked at it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from sp4n.cases.models import CaseRecord
from sp4n.cases.states import ENDED


@dataclass(frozen=True)
class Rule:
    """`verified`: by a lawyer of the national level; none is yet."""

    citation: str
    since: date
    words: LazyString
    verified: bool = False


RIGHT_TO_ERASURE: Final = Rule(
    "UU 27/2022 Pasal 8 dan Pasal 43",
    date(2022, 10, 17),
    _l("Pelapor berhak meminta data pribadinya dihapus."),
)
SUPERVISION: Final = "supervision"
# By the name that is kept with the request.
WAITS: Final[dict[str, Rule]] = {
    SUPERVISION: Rule(
        "UU 27/2022 Pasal 15 ayat (1)",
        date(2022, 10, 17),
        _l(
            "Laporan ini menyangkut dugaan pelanggaran petugas dan masih diperiksa. Identitas Anda "
            "dihapus sendiri begitu laporan berakhir."
        ),
    ),
}


def waits_for(case: CaseRecord) -> str:
    """Why an erasure has to wait; "" where it does not."""
    if case.supervision and case.state not in ENDED:
        return SUPERVISION
    return ""
