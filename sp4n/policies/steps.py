"""What a policy can give or impose: reference data, each with its source and whether a lawyer of
the national level has checked it. None has been yet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

REWARD, SANCTION = "reward", "sanction"
# As a rule's step: the next rung after what the subject had in the window.
LADDER: Final = "ladder"


@dataclass(frozen=True)
class PolicyStep:
    """`since`: when the source is of, or was read where it has no date."""

    key: str
    effect: str
    label: LazyString
    citation: str
    since: date
    verified: bool = False


_READ: Final = date(2026, 11, 22)
_PRACTICE: Final = "Praktik instansi; belum ada rujukan yang diperiksa"
_SERVICE_LAW: Final = "UU 25/2009 Pasal 54 ayat (2)"
_OF_THE_LAW: Final = date(2009, 7, 18)

STEPS: Final[dict[str, PolicyStep]] = {
    one.key: one
    for one in (
        PolicyStep(
            "certificate",
            REWARD,
            _l("Piagam penghargaan"),
            "Piagam dan plakat, Rakornas SP4N 12 Juli 2023",
            date(2023, 7, 12),
        ),
        PolicyStep("incentive", REWARD, _l("Insentif"), _PRACTICE, _READ),
        PolicyStep("training", REWARD, _l("Prioritas diklat"), _PRACTICE, _READ),
        PolicyStep("credit", REWARD, _l("Nilai tambah dalam SKP"), _PRACTICE, _READ),
        PolicyStep("oral", SANCTION, _l("Teguran lisan"), _PRACTICE, _READ),
        PolicyStep("written_1", SANCTION, _l("Teguran tertulis I"), _SERVICE_LAW, _OF_THE_LAW),
        PolicyStep("written_2", SANCTION, _l("Teguran tertulis II"), _SERVICE_LAW, _OF_THE_LAW),
        PolicyStep("written_3", SANCTION, _l("Teguran tertulis III"), _SERVICE_LAW, _OF_THE_LAW),
        PolicyStep(
            "dissatisfaction",
            SANCTION,
            _l("Pernyataan tidak puas secara tertulis"),
            "PP 94/2021",
            date(2021, 8, 31),
        ),
    )
}
# From the foot up.
RUNGS: Final = tuple(key for key, one in STEPS.items() if one.effect == SANCTION)


def steps_of(effect: str) -> list[PolicyStep]:
    return [one for one in STEPS.values() if one.effect == effect]


def next_rung(first: str, applied: Sequence[str]) -> str:
    """The rung above the highest one of `applied`, at least `first`; the top one stays the top."""
    highest = max((RUNGS.index(one) for one in applied if one in RUNGS), default=-1)
    start = RUNGS.index(first) if first in RUNGS else 0
    return RUNGS[min(max(highest + 1, start), len(RUNGS) - 1)]
