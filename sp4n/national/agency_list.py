"""The list of agencies as an address asks for it: narrowed, ordered by who needs help, in pages."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

from flask import request

from sp4n.national.overview import AgencyRow, Overview
from sp4n.tenants.models import AgencyKind
from sp4n.web.asking import page_number, search_text

ON_A_PAGE = 50

# Shares and times, never raw numbers: a large agency is not a bad one.
ORDERS: dict[str, Callable[[AgencyRow], tuple[Any, ...]]] = {
    "nama": lambda row: (row.name,),
    "terlambat": lambda row: (-row.overdue_share, row.name),
    "ditanggapi": lambda row: (not row.figures.filed, _answered_share(row), row.name),
    "jawaban": lambda row: (-(row.figures.median_answer_hours or -1.0), row.name),
}
ONLY: dict[str, Callable[[AgencyRow], bool]] = {
    "masuk": lambda row: row.figures.filed > 0,
    "terbuka": lambda row: row.figures.open > 0,
    "terlambat": lambda row: row.figures.overdue > 0,
    "ditangguhkan": lambda row: row.status == "suspended",
}


def _answered_share(row: AgencyRow) -> float:
    return row.figures.answered / row.figures.filed if row.figures.filed else 0.0


@dataclass(frozen=True)
class Wanted:
    """What the address asks for; what it does not understand is as if not said.

    province "": the centre, which is in none. `only`: a key of ONLY, or "".
    """

    kind: str | None
    province: str | None
    only: str
    text: str
    order: str
    page: int

    @property
    def narrowed(self) -> bool:
        return bool(self.kind or self.province is not None or self.only or self.text)

    @property
    def place(self) -> dict[str, Any]:
        """The same list in an address, but for its order and page."""
        return {
            "q": self.text or None,
            "jenis": self.kind,
            "provinsi": self.province,
            "hanya": self.only or None,
        }


def wanted(provinces: Collection[str]) -> Wanted:
    kind, province = request.args.get("jenis", ""), request.args.get("provinsi")
    order, only = request.args.get("urut", ""), request.args.get("hanya", "")
    return Wanted(
        kind=kind if kind in set(AgencyKind) else None,
        province=province if province in {"", *provinces} else None,
        only=only if only in ONLY else "",
        text=search_text(request.args),
        order=order if order in ORDERS else "nama",
        page=page_number(request.args),
    )


def rows_of(found: Overview, asked: Wanted) -> list[AgencyRow]:
    rows = found.narrowed(kind=asked.kind, province=asked.province).rows
    words = asked.text.casefold()
    return sorted(
        (
            row
            for row in rows
            if (not asked.only or ONLY[asked.only](row))
            and words in f"{row.name} {row.short_name} {row.slug}".casefold()
        ),
        key=ORDERS[asked.order],
    )


def page_of(rows: list[AgencyRow], page: int) -> list[AgencyRow]:
    return rows[(page - 1) * ON_A_PAGE : page * ON_A_PAGE]
