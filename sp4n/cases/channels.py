"""How a report came in."""

from __future__ import annotations

from typing import Final

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

PORTAL: Final = "portal"
SOCIAL: Final = "social"
# What staff file on a citizen's behalf.
CHANNELS: Final = ("letter", "counter", "telephone", SOCIAL)
CHANNEL_LABELS: Final[dict[str, LazyString]] = {
    PORTAL: _l("Portal"),
    "letter": _l("Surat"),
    "counter": _l("Loket"),
    "telephone": _l("Telepon"),
    SOCIAL: _l("Media sosial"),
}
