"""What a plan may become, and who makes it so."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l


class PlanState(StrEnum):
    DRAFT = "draft"
    SUBMITTED = "submitted"
    NEEDS_REVISION = "needs_revision"
    ACCEPTED = "accepted"
    RATIFIED = "ratified"
    SUPERSEDED = "superseded"


P = PlanState
EDITABLE: Final = frozenset({P.DRAFT, P.NEEDS_REVISION})
# Of a period one at most is in one of these; and one at most ratified.
OPEN: Final = frozenset({P.DRAFT, P.SUBMITTED, P.NEEDS_REVISION, P.ACCEPTED})
SENT: Final = frozenset({P.SUBMITTED, P.ACCEPTED, P.RATIFIED, P.SUPERSEDED})
MOVES: Final[dict[PlanState, frozenset[PlanState]]] = {
    P.DRAFT: frozenset({P.SUBMITTED}),
    P.SUBMITTED: frozenset({P.DRAFT, P.NEEDS_REVISION, P.ACCEPTED}),
    P.NEEDS_REVISION: frozenset({P.SUBMITTED}),
    P.ACCEPTED: frozenset({P.RATIFIED, P.NEEDS_REVISION}),
    P.RATIFIED: frozenset({P.SUPERSEDED}),
    P.SUPERSEDED: frozenset(),
}
LABELS: Final[dict[str, LazyString]] = {
    P.DRAFT: _l("Draf"),
    P.SUBMITTED: _l("Diajukan"),
    P.NEEDS_REVISION: _l("Perlu perbaikan"),
    P.ACCEPTED: _l("Diterima koordinator"),
    P.RATIFIED: _l("Disahkan"),
    P.SUPERSEDED: _l("Digantikan"),
}
SENTIMENTS: Final[dict[str, str]] = {
    P.DRAFT: "neutral",
    P.SUBMITTED: "info",
    P.NEEDS_REVISION: "late",
    P.ACCEPTED: "soon",
    P.RATIFIED: "ok",
    P.SUPERSEDED: "neutral",
}


class Level(StrEnum):
    """The cascade: each stands below one of the level above."""

    OBJECTIVE = "sasaran"
    PROGRAMME = "program"
    ACTIVITY = "kegiatan"


ABOVE: Final[dict[Level, Level | None]] = {
    Level.OBJECTIVE: None,
    Level.PROGRAMME: Level.OBJECTIVE,
    Level.ACTIVITY: Level.PROGRAMME,
}
LEVEL_LABELS: Final[dict[str, LazyString]] = {
    Level.OBJECTIVE: _l("Sasaran"),
    Level.PROGRAMME: _l("Program"),
    Level.ACTIVITY: _l("Kegiatan"),
}
# As people read them; forms and spreadsheets have them as `template.quarters_words`.
QUARTER_LABELS: Final[dict[int, LazyString]] = {
    1: _l("TW I"),
    2: _l("TW II"),
    3: _l("TW III"),
    4: _l("TW IV"),
}
