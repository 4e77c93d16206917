"""What kinds of units are called, for people."""

from __future__ import annotations

from typing import Final

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

KIND_LABELS: Final[dict[str, LazyString]] = {
    "opd": _l("Perangkat daerah (OPD)"),
    "unit_kerja": _l("Unit kerja"),
    "upt": _l("Unit pelaksana teknis (UPT)"),
    "ppid": _l("Pejabat Pengelola Informasi dan Dokumentasi (PPID)"),
    "inspektorat": _l("Inspektorat atau unit pengawas internal"),
}
