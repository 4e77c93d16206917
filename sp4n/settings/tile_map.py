"""The country as 38 tiles, one a province: short names, and where each tile lies.

Drawn by us, by eye: there is no open boundary data for 38 provinces, and on a true map Jakarta
could not be touched. Two halves of seven columns and seven rows: the west (Sumatra, Java,
Kalimantan) and the east (Bali to Papua), side by side or, on a narrow screen, one above the other.
The codes are those of Kemendagri. A soft hyphen in a short name says where a tile may break it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, NamedTuple

Half = Literal["west", "east"]
Sentiment = Literal["", "ok", "soon", "late", "neutral"]


class Spot(NamedTuple):
    """Column and row count from 0, within the half."""

    short: str
    half: Half
    column: int
    row: int


SPOTS: Final[dict[str, Spot]] = {
    "11": Spot("Aceh", "west", 0, 0),
    "12": Spot("Sumut", "west", 1, 1),
    "13": Spot("Sum\u00adbar", "west", 1, 2),
    "14": Spot("Riau", "west", 2, 2),
    "15": Spot("Jambi", "west", 2, 3),
    "16": Spot("Sum\u00adsel", "west", 3, 3),
    "17": Spot("Beng\u00adkulu", "west", 1, 3),
    "18": Spot("Lam\u00adpung", "west", 3, 4),
    "19": Spot("Babel", "west", 4, 3),
    "21": Spot("Kepri", "west", 3, 1),
    "31": Spot("DKI", "west", 4, 5),
    "32": Spot("Jabar", "west", 4, 6),
    "33": Spot("Ja\u00adteng", "west", 5, 5),
    "34": Spot("DIY", "west", 5, 6),
    "35": Spot("Jatim", "west", 6, 5),
    "36": Spot("Ban\u00adten", "west", 3, 5),
    "61": Spot("Kal\u00adbar", "west", 5, 2),
    "62": Spot("Kal\u00adteng", "west", 5, 3),
    "63": Spot("Kal\u00adsel", "west", 6, 3),
    "64": Spot("Kal\u00adtim", "west", 6, 2),
    "65": Spot("Kal\u00adtara", "west", 6, 1),
    "51": Spot("Bali", "east", 0, 5),
    "52": Spot("NTB", "east", 1, 5),
    "53": Spot("NTT", "east", 2, 5),
    "71": Spot("Sulut", "east", 2, 1),
    "72": Spot("Sul\u00adteng", "east", 1, 2),
    "73": Spot("Sul\u00adsel", "east", 1, 4),
    "74": Spot("Sul\u00adtra", "east", 2, 3),
    "75": Spot("Goron\u00adtalo", "east", 1, 1),
    "76": Spot("Sul\u00adbar", "east", 1, 3),
    "81": Spot("Ma\u00adluku", "east", 3, 3),
    "82": Spot("Malut", "east", 3, 2),
    "91": Spot("Papua", "east", 6, 2),
    "92": Spot("Pabar", "east", 5, 2),
    "93": Spot("Pasel", "east", 6, 4),
    "94": Spot("Pa\u00adteng", "east", 5, 3),
    "95": Spot("Papeg", "east", 6, 3),
    "96": Spot("PBD", "east", 4, 2),
}


@dataclass(frozen=True, slots=True)
class Tile:
    """`value`: what stands in the tile ("34", "12%"); `unit`: what a listener hears after it.

    `sentiment` colours the tile; the value says the same in words or figures.
    """

    code: str
    name: str
    href: str
    value: str
    unit: str = ""
    sentiment: Sentiment = ""

    @property
    def spot(self) -> Spot | None:
        """None: a province newer than this map. It stands in lists only, until it is drawn."""
        return SPOTS.get(self.code)

    @property
    def short(self) -> str:
        return self.spot.short if self.spot else self.name

    @property
    def says_less(self) -> bool:
        """The short name is not the whole one, which has to be said beside it."""
        return self.short.replace("\u00ad", "") != self.name
