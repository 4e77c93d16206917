"""How much of a case each member of staff has seen."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from sp4n.db import Base
from sp4n.tenants.models import AgencyOwned, owned_key


class CaseLook(AgencyOwned, Base):
    """`event_id`: the last thing that had happened when they last opened the case."""

    __tablename__ = "case_look"
    account_id: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True)
    case_id: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True)
    event_id: Mapped[int] = mapped_column(sa.BigInteger)
    __table_args__ = (owned_key("account_id", "account"), owned_key("case_id", "case_record"))
