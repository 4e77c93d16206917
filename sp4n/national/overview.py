"""Every agency with its figures, and their sums by kind and province."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import sqlalchemy as sa
from sqlalchemy.orm import Session

from sp4n.figures.queries import Figures, national_figures, sum_of
from sp4n.tenants.models import Agency, AgencyKind, AgencyStatus, Region


@dataclass(frozen=True)
class AgencyRow:
    slug: str
    name: str
    short_name: str
    kind: str
    province: str | None
    status: str
    figures: Figures

    @property
    def overdue_share(self) -> float:
        """Of its open cases; what is late says more than how much there is."""
        return self.figures.overdue / self.figures.open if self.figures.open else 0.0


@dataclass(frozen=True)
class GroupRow:
    """key: a kind, or a province's code; "" for the centre in the list of provinces."""

    key: str
    name: str
    agencies: int
    figures: Figures


@dataclass(frozen=True)
class Overview:
    rows: list[AgencyRow]
    provinces: dict[str, str]

    @cached_property
    def by_kind(self) -> list[GroupRow]:
        order = [kind.value for kind in AgencyKind]
        return self._groups(order, lambda row: row.kind, lambda key: key)

    @cached_property
    def by_province(self) -> list[GroupRow]:
        order = [*self.provinces, ""]
        return self._groups(order, lambda row: row.province or "", self._province_name)

    @property
    def late(self) -> list[AgencyRow]:
        """Agencies with overdue cases, the largest share of open cases first."""
        found = [row for row in self.rows if row.figures.overdue]
        return sorted(found, key=lambda row: (-row.overdue_share, row.name))

    def narrowed(self, *, kind: str | None = None, province: str | None = None) -> Overview:
        rows = [
            row
            for row in self.rows
            if (kind is None or row.kind == kind)
            and (province is None or (row.province or "") == province)
        ]
        return Overview(rows, self.provinces)

    def _province_name(self, code: str) -> str:
        return self.provinces.get(code, "")

    def _groups(
        self,
        order: Iterable[str],
        key_of: Callable[[AgencyRow], str],
        name_of: Callable[[str], str],
    ) -> list[GroupRow]:
        members: dict[str, list[AgencyRow]] = {key: [] for key in order}
        for row in self.rows:
            members[key_of(row)].append(row)
        return [
            GroupRow(key, name_of(key), len(rows), sum_of(row.figures for row in rows))
            for key, rows in members.items()
            if rows
        ]


def timed(groups: list[GroupRow], first_answers: Mapping[str, Counter[int]]) -> list[GroupRow]:
    """By kind, with the times of their first answers, which are by kind as well."""
    return [
        replace(one, figures=replace(one.figures, first_answers=first_answers[one.key]))
        if one.key in first_answers
        else one
        for one in groups
    ]


def overview(session: Session, *, times: bool = False) -> Overview:
    """Of the agencies that are not archived; three statements, however many there are. `times`:
    with the first answers of each agency."""
    figures = national_figures(session, times=times)
    provinces = sa.select(Region.code, Region.name).where(Region.parent_code.is_(None))
    province = sa.func.coalesce(Region.parent_code, Region.code).label("province")
    listed = (
        sa.select(
            Agency.id,
            Agency.slug,
            Agency.name,
            Agency.short_name,
            Agency.kind,
            province,
            Agency.status,
        )
        .outerjoin(Region, Region.code == Agency.region_code)
        .where(Agency.status != AgencyStatus.ARCHIVED)
        .order_by(Agency.name)
    )
    rows = [
        AgencyRow(
            row.slug,
            row.name,
            row.short_name,
            row.kind,
            row.province,
            row.status,
            figures.get(row.id, Figures()),
        )
        for row in session.execute(listed)
    ]
    named = session.execute(provinces.order_by(Region.code))
    return Overview(rows, {row.code: row.name for row in named})
