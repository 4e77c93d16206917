"""Counts and histograms of an agency: folded totals, and the deltas not yet folded."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from sp4n.db import Base
from sp4n.tenants.models import AgencyOwned, Numbered


class FigureDelta(AgencyOwned, Numbered, Base):
    """Appended in the transaction that changes a case: no writer waits for another."""

    __tablename__ = "figure_delta"
    measure: Mapped[str]
    bucket: Mapped[int] = mapped_column(sa.SmallInteger, server_default="0")
    amount: Mapped[int]


class FigureTotal(AgencyOwned, Base):
    __tablename__ = "figure_total"
    measure: Mapped[str] = mapped_column(primary_key=True)
    bucket: Mapped[int] = mapped_column(sa.SmallInteger, primary_key=True)
    amount: Mapped[int]
