"""What the overview of instruments says of the decree in force: whether its team still works."""

from __future__ import annotations

from dataclasses import replace

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import Session

from sp4n.accounts.permissions import Permission
from sp4n.decrees.letters import register_decree_letters
from sp4n.decrees.queries import members_of
from sp4n.decrees.roles import members_who_left, proposed, units_without_liaison
from sp4n.documents.instruments import (
    Line,
    NextAct,
    Seen,
    Urgency,
    register_line,
    register_says,
)
from sp4n.documents.kinds import DECREE
from sp4n.documents.models import Document
from sp4n.documents.standing import holding


def register_decrees() -> None:
    register_line(DECREE, decree_line)
    register_decree_letters()


def decree_line(session: Session, seen: Seen) -> Line:
    line = register_says(session, seen)
    held = [one for one in holding(seen.documents, seen.today) if one.unit_id is None]
    if not held:
        return line
    (decree, *_others) = held
    if not members_of(session, decree.id):
        return replace(line, notes=(_("Keputusan ini tidak mencatat anggota tim."),))
    changes = proposed(session, decree)
    notes = _notes(session, decree, len(changes))
    act = line.act
    if changes and act is None:
        path = f"/desk/sk/{decree.id}/peran"
        act = NextAct(_("Terapkan peran"), path, Permission.ACCOUNT_EDIT)
    urgency = max(line.urgency, Urgency.SOON) if notes else line.urgency
    return replace(line, notes=tuple(notes), act=act, urgency=urgency)


def _notes(session: Session, decree: Document, changes: int) -> list[str]:
    bare, left = units_without_liaison(session), members_who_left(session, decree.id)
    notes = []
    if bare:
        notes.append(
            ngettext(
                "%(num)s unit tanpa pejabat penghubung.",
                "%(num)s unit tanpa pejabat penghubung.",
                len(bare),
            )
        )
    if left:
        notes.append(
            ngettext(
                "Akun %(num)s anggota sudah ditutup.",
                "Akun %(num)s anggota sudah ditutup.",
                len(left),
            )
        )
    if changes:
        notes.append(
            ngettext(
                "%(num)s peran belum sesuai keputusan.",
                "%(num)s peran belum sesuai keputusan.",
                changes,
            )
        )
    return notes
