"""The kinds of document that an agency keeps, and what they are called."""

from __future__ import annotations

from typing import Final

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

DECREE: Final = "decree"
ASSIGNMENT_LETTER: Final = "assignment_letter"
POLICY: Final = "policy"
ACTION_PLAN: Final = "action_plan"
REGULATION: Final = "regulation"
SOP: Final = "sop"
COMPLAINT_UNIT: Final = "complaint_unit"
OTHER: Final = "other"

KIND_LABELS: Final[dict[str, LazyString]] = {
    DECREE: _l("SK Tim Pengelola Pengaduan"),
    POLICY: _l("Kebijakan penghargaan dan sanksi"),
    ACTION_PLAN: _l("Rencana aksi"),
    COMPLAINT_UNIT: _l("Pembentukan unit pengaduan"),
    ASSIGNMENT_LETTER: _l("Surat penugasan tingkat unit"),
    REGULATION: _l("Peraturan penanganan pengaduan"),
    SOP: _l("Standar operasional prosedur (SOP)"),
    OTHER: _l("Dokumen lain"),
}
KINDS: Final = tuple(KIND_LABELS)
# An agency has one of these at a time; of the others there may be several beside each other.
ALONE: Final = frozenset({DECREE})
# About one unit each.
OF_UNITS: Final = frozenset({ASSIGNMENT_LETTER, SOP})

# What everyone finds of a document: nothing, that it is there, or the signed file as well.
PUBLICITY_LABELS: Final[dict[str, LazyString]] = {
    "none": _l("Tidak diumumkan"),
    "entry": _l("Diumumkan tanpa berkas"),
    "file": _l("Diumumkan dengan berkas"),
}


def kind_label(kind: str) -> str:
    return str(KIND_LABELS.get(kind, kind))
