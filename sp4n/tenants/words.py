"""What kinds of agencies are called, for people."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

KIND_LABELS = {
    "kementerian": _l("Kementerian"),
    "lembaga": _l("Lembaga"),
    "provinsi": _l("Pemerintah provinsi"),
    "kabupaten": _l("Pemerintah kabupaten"),
    "kota": _l("Pemerintah kota"),
}


def kind_label(kind: str) -> str:
    return str(KIND_LABELS.get(kind, kind))


# Where room is scarce, and what is named is clear: under a chart.
SHORT_KIND_LABELS = KIND_LABELS | {
    "provinsi": _l("Provinsi"),
    "kabupaten": _l("Kabupaten"),
    "kota": _l("Kota"),
}


STATUS_LABELS = {
    "preparing": _l("Sedang disiapkan"),
    "active": _l("Aktif"),
    "suspended": _l("Ditangguhkan"),
    "archived": _l("Sudah digabung atau dipecah"),
}


def status_label(status: str) -> str:
    return str(STATUS_LABELS.get(status, status))
