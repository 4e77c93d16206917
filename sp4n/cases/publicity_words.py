"""What decisions about what everyone reads are called, for people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from flask_babel import LazyString, ngettext
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

REASON_LABELS: Final[dict[str, LazyString]] = {
    "personal_data": _l("Data pribadi"),
    "asked_by_reporter": _l("Permintaan pelapor"),
    "other_person": _l("Menunjuk orang lain"),
    "security": _l("Keamanan"),
    "mistake": _l("Keputusan sebelumnya keliru"),
    "received": _l("Terbawa dari instansi sebelumnya"),
}
# Those that somebody gives.
CHOSEN: Final = ("personal_data", "asked_by_reporter", "other_person", "security", "mistake")


def decided(data: Mapping[str, Any]) -> str:
    """Whether it is public and how much is hidden, never what."""
    number = int(data.get("passages", 0))
    public = _("Diumumkan.") if data.get("published") else _("Tidak diumumkan.")
    hidden = (
        ngettext(
            "%(num)s bagian disamarkan bagi umum.", "%(num)s bagian disamarkan bagi umum.", number
        )
        if number
        else _("Tidak ada bagian yang disamarkan.")
    )
    reason = REASON_LABELS.get(str(data.get("reason", "")))
    why = _("Alasan: %(why)s.", why=reason) if reason else ""
    return " ".join(filter(None, (public, hidden, why)))
