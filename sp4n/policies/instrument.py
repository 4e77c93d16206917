"""The line about the policy among the instruments that an agency must have; `app.py` joins it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import sqlalchemy as sa
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import Session

from sp4n.accounts.permissions import Permission
from sp4n.documents.instruments import (
    ADD,
    Line,
    NextAct,
    Seen,
    Urgency,
    register_line,
    register_says,
)
from sp4n.documents.kinds import POLICY
from sp4n.documents.standing import holding
from sp4n.policies.models import PolicyProposal, PolicyVersion
from sp4n.policies.queries import in_force, runs_of, standing, versions_of
from sp4n.policies.words import GRADES

HOME: Final = "/desk/kebijakan"
URGENCIES: Final = {
    "A": Urgency.FINE,
    "B": Urgency.FINE,
    "C": Urgency.SOON,
    "D": Urgency.UNDER_WAY,
}


def register_instrument() -> None:
    register_line(POLICY, policy_line)


def policy_line(session: Session, seen: Seen) -> Line:
    """What the rules say, once there are any; until then what the register says."""
    versions = versions_of(session)
    if not versions:
        found = register_says(session, seen)
        act = NextAct(_("Tulis aturannya"), f"{HOME}/baru", Permission.POLICY_EDIT)
        return Line(
            found.urgency, found.words, found.until, act, found.path or HOME, found.document_id
        )
    stands = standing(versions, runs_of(session, versions), seen.today)
    unsigned = _unsigned(versions, seen)
    todo = {"C": _("Lengkapi unsurnya"), "D": _("Terbitkan drafnya")}.get(stands.grade)
    path = f"{HOME}/{versions[0].policy_id}"
    due = NextAct(todo, path, Permission.POLICY_EDIT) if todo else None
    urgency, notes = URGENCIES[stands.grade], _notes(session, seen)
    if unsigned:
        due = due or NextAct(_("Unggah PDF yang ditandatangani"), ADD.format(POLICY))
        urgency = max(urgency, Urgency.SOON)
        notes = (_("PDF yang ditandatangani belum ada di daftar dokumen."), *notes)
    return Line(urgency, f"{GRADES[stands.grade]}.", act=due, path=HOME, notes=notes)


def _unsigned(versions: Sequence[PolicyVersion], seen: Seen) -> bool:
    """In force, and nothing signed that holds."""
    held = any(in_force(one, seen.today) and one.document_id is None for one in versions)
    return held and not holding(seen.documents, seen.today)


def _notes(session: Session, seen: Seen) -> tuple[str, ...]:
    if not seen.actor_may(Permission.POLICY_DECIDE):
        return ()
    open_ones = sa.select(sa.func.count()).where(PolicyProposal.state.in_(("proposed", "objected")))
    number = session.scalar(open_ones.select_from(PolicyProposal)) or 0
    words = ngettext(
        "%(num)s usulan menunggu keputusan.", "%(num)s usulan menunggu keputusan.", number
    )
    return (words,) if number else ()
