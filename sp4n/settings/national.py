"""Numbers that hold for every agency and that the national level may change, with their defaults.

None of them is in a law: where one is changed, who did it says on what basis, and when.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from sp4n import clock
from sp4n.audit.actors import Actor
from sp4n.audit.operations import record_national
from sp4n.errors import Invalid
from sp4n.settings.models import NationalSetting

LONGEST_BASIS: Final = 300


@dataclass(frozen=True)
class NationalNumber:
    key: str
    default: int
    least: int
    most: int


# Days from one renaming of an agency's address to the next.
RENAME_INTERVAL: Final = NationalNumber("rename_interval_days", default=180, least=0, most=3650)
# 1: every agency's admins must sign in with a second factor.
SECOND_FACTOR_FOR_ADMINS: Final = NationalNumber(
    "second_factor_for_admins", default=0, least=0, most=1
)

# 1: every coordinator must sign in with a second factor.
SECOND_FACTOR_FOR_COORDINATORS: Final = NationalNumber(
    "second_factor_for_coordinators", default=0, least=0, most=1
)

# Working days that another agency has to say whether a report is its business. No rule of limits
# between agencies is known (to be verified); LAPOR! gives an admin as many days to verify and pass
# on a report (blog.lapor.go.id, questions and answers, number 3).
HANDOVER_DAYS: Final = NationalNumber("handover_days", default=3, least=1, most=30)

# How often a report may go from agency to agency before a coordinator decides. In no rule, either.
HANDOVER_HOPS: Final = NationalNumber("handover_hops", default=3, least=1, most=10)

# Working days that a coordinator has to decide about an end that was contested again. In no rule
# that is known (to be verified): as many as its reporter had to contest it.
DISPUTE_DAYS: Final = NationalNumber("dispute_days", default=10, least=1, most=60)


def amount_of(session: Session, number: NationalNumber) -> int:
    found = row_of(session, number)
    return found.amount if found else number.default


def row_of(session: Session, number: NationalNumber) -> NationalSetting | None:
    """None while the default holds."""
    return session.scalar(sa.select(NationalSetting).where(NationalSetting.key == number.key))


def set_amount(
    session: Session,
    *,
    number: NationalNumber,
    amount: int,
    basis: str,
    actor: Actor,
    citation: str = "",
) -> None:
    """In the national scope; it holds at once."""
    basis, citation = basis.strip(), citation.strip()
    wrong = {}
    if not number.least <= amount <= number.most:
        wrong["amount"] = _(
            "Isi angka dari %(least)s sampai %(most)s.", least=number.least, most=number.most
        )
    if not basis or len(basis) > LONGEST_BASIS:
        wrong["basis"] = _("Tulis alasannya, paling panjang %(n)s huruf.", n=LONGEST_BASIS)
    if len(citation) > LONGEST_BASIS:
        wrong["citation"] = _("Paling panjang %(n)s huruf.", n=LONGEST_BASIS)
    if wrong:
        raise Invalid(fields=wrong)
    before = amount_of(session, number)
    row = row_of(session, number)
    if row is None:
        row = NationalSetting(key=number.key)
        session.add(row)
    row.amount, row.basis, row.citation = amount, basis, citation
    row.changed_at, row.changed_by = clock.now(), actor.name
    session.flush()
    record_national(
        session,
        actor=actor,
        act="national_setting.changed",
        object_kind="national_setting",
        data={
            "key": number.key,
            "changed": [before, amount],
            "basis": basis,
            **({"citation": citation} if citation else {}),
        },
    )
