"""What reporters are asked when their case has ended: the same four questions everywhere."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

QUESTIONS: Final[dict[str, LazyString]] = {
    "access": _l("Seberapa mudah melapor dan melacak?"),
    "response": _l("Seberapa cepat tanggapannya?"),
    "transparency": _l("Seberapa jelas apa yang dikerjakan, dan mengapa?"),
    "result": _l("Seberapa selesai masalah Anda?"),
}
SHORT: Final[dict[str, LazyString]] = {
    "access": _l("Kemudahan"),
    "response": _l("Kecepatan"),
    "transparency": _l("Kejelasan"),
    "result": _l("Hasil"),
}


def scores_in_words(scores: Mapping[str, int]) -> str:
    said = (f"{label} {scores[one]}" for one, label in SHORT.items() if one in scores)
    return _("Dari 5: %(scores)s.", scores=", ".join(said))
