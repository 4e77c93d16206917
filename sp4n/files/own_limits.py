"""What an agency takes as attachments: of the kinds that can be examined, and never more than that.

Published with its other settings, each as text; "" is what holds for all.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from sp4n.files.checking import DEFAULT_LIMITS, MEGABYTE, Limits
from sp4n.files.kinds import ACCEPTED
from sp4n.tenants.resolver import AgencyFacts

LARGEST: Final = DEFAULT_LIMITS.size // MEGABYTE
MOST: Final = DEFAULT_LIMITS.count
BETWEEN: Final = ","


def limits_of(agency: AgencyFacts) -> Limits:
    """Never looser than the house's own, whatever is written."""
    named = agency.file_kinds.split(BETWEEN)
    kinds = tuple(kind for kind in ACCEPTED if kind.label in named)
    return replace(
        DEFAULT_LIMITS,
        size=_at_most(agency.file_size, LARGEST) * MEGABYTE,
        count=_at_most(agency.file_count, MOST),
        kinds=kinds or ACCEPTED,
    )


def _at_most(text: str, most: int) -> int:
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 4 else most
    return number if 0 < number < most else most
