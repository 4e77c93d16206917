"""The provinces as tiles of the map: how much of what is open there is late."""

from __future__ import annotations

from collections.abc import Iterable

from flask import url_for
from flask_babel import gettext as _

from sp4n.figures.queries import Figures
from sp4n.national.overview import GroupRow
from sp4n.settings.tile_map import Sentiment, Tile

MUCH = 25  # per cent of the open cases


def province_tiles(groups: Iterable[GroupRow]) -> list[Tile]:
    """One a province; the centre is in none."""
    return [
        Tile(
            code=row.key,
            name=row.name.removeprefix("Provinsi "),
            href=url_for("national.agencies", provinsi=row.key, urut="terlambat"),
            value=f"{_percent(row.figures)}%" if row.figures.open else "–",
            unit=_("terlambat dari %(open)s laporan yang belum selesai", open=row.figures.open),
            sentiment=_sentiment(row.figures),
        )
        for row in groups
        if row.key
    ]


def _percent(figures: Figures) -> int:
    return round(100 * figures.overdue / figures.open)


def _sentiment(figures: Figures) -> Sentiment:
    if not figures.open:
        return "neutral"
    if not figures.overdue:
        return "ok"
    return "late" if _percent(figures) >= MUCH else "soon"
