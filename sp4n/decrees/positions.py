"""Positions in the team, in the order of the print; and the role here that each brings along."""

from __future__ import annotations

from typing import Final

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

POSITION_LABELS: Final[dict[str, LazyString]] = {
    "pembina": _l("Pembina"),
    "penanggung_jawab": _l("Penanggung jawab"),
    "ketua": _l("Ketua"),
    "sekretaris": _l("Sekretaris"),
    "admin": _l("Admin koordinator"),
    "pejabat_penghubung": _l("Pejabat penghubung"),
    "anggota": _l("Anggota"),
}
POSITIONS: Final = tuple(POSITION_LABELS)
# The official words of the print, which is Indonesian for whoever prints it.
PRINTED: Final = {
    "pembina": "Pembina",
    "penanggung_jawab": "Penanggung jawab",
    "ketua": "Ketua",
    "sekretaris": "Sekretaris",
    "admin": "Admin koordinator",
    "pejabat_penghubung": "Pejabat penghubung",
    "anggota": "Anggota",
}
# Whoever is none of these keeps no more than reading.
ROLES: Final = {
    "pembina": "head",
    "penanggung_jawab": "head",
    "ketua": "head",
    "admin": "admin",
    "pejabat_penghubung": "liaison",
}
UNNAMED: Final = "viewer"
# Where somebody has several positions, the one that does most.
STRONGEST: Final = ("viewer", "head", "liaison", "admin")
