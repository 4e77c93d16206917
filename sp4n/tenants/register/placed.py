"""Every agency with the province that it is in, as pages about all of them need it."""

from __future__ import annotations

from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from sp4n.remembered import Remembered
from sp4n.tenants.models import Agency, AgencyStatus, Region


class Placed(NamedTuple):
    """`province`: its code, or "" of an agency of the whole country; `open`: not suspended, nor
    archived, nor still preparing."""

    id: int
    slug: str
    name: str
    short_name: str
    province: str
    open: bool


def placed_agencies(session: Session) -> tuple[Placed, ...]:
    """By name."""
    return _placed(session)


def forget_placed() -> None:
    """For who has just changed the register, in this process."""
    _placed.forget()


def _read(session: Session) -> tuple[Placed, ...]:
    province = sa.func.coalesce(Region.parent_code, Region.code, "")
    wanted = sa.select(
        Agency.id,
        Agency.slug,
        Agency.name,
        Agency.short_name,
        province,
        Agency.status == AgencyStatus.ACTIVE,
    ).outerjoin(Region, Region.code == Agency.region_code)
    return tuple(Placed(*row) for row in session.execute(wanted.order_by(Agency.name)))


_placed = Remembered(_read)
