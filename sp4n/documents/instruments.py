"""One line about each instrument that an agency must have: how it stands, and the next act.

The line of a kind comes from the register alone, unless a room knows more of it (a plan under
review, a rule that fired): such a room registers its own, and the page where a document of its kind
is at home. Both are joined in `app.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import IntEnum
from typing import Final

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import Session

from sp4n.accounts.permissions import Permission
from sp4n.documents.kinds import KINDS
from sp4n.documents.models import Document
from sp4n.documents.queries import documents, duties
from sp4n.documents.standing import HOLDING, Standing, standing
from sp4n.settings.models import InstrumentDuty

ADD: Final = "/desk/dokumen/baru?jenis={}"
PAGE: Final = "/desk/dokumen/{}"


class Urgency(IntEnum):
    """How a line is coloured, and which next act comes first."""

    FINE = 0
    UNDER_WAY = 1
    SOON = 2
    MISSING = 3
    OVER = 4


@dataclass(frozen=True, slots=True)
class NextAct:
    """`path`: of the agency's site. Who lacks `permission` is not shown it."""

    words: str
    path: str
    permission: Permission = Permission.DOCUMENT_EDIT


@dataclass(frozen=True, slots=True)
class Line:
    """`words`: one sentence, in the reader's language. `until`: the last day it holds, if known.
    `notes`: what else somebody should look at, a sentence each."""

    urgency: Urgency
    words: str
    until: date | None = None
    act: NextAct | None = None
    path: str = ""  # where all about it is
    document_id: int | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Seen:
    """What a line is made from: the documents of its kind, the newest first."""

    kind: str
    documents: Sequence[Document]
    today: date
    actor_may: Callable[[Permission], bool]


@dataclass(frozen=True, slots=True)
class Instrument:
    """What an agency must have, how it stands, and for whom the duty is."""

    kind: str
    line: Line
    duty: InstrumentDuty | None = None


LineOf = Callable[[Session, Seen], Line]
_lines: dict[str, LineOf] = {}
_homes: dict[str, Callable[[Document], str]] = {}


def register_line(kind: str, line_of: LineOf) -> None:
    """`line_of` is asked once for each view of the overview: few statements, all in the scope."""
    if kind not in KINDS:
        raise ValueError(f"no kind of document {kind!r}")
    _lines[kind] = line_of


def register_home(kind: str, path_of: Callable[[Document], str]) -> None:
    """Where documents of a kind are kept and changed, if not in the register: a path of the site,
    or "" for one that is the register's own."""
    _homes[kind] = path_of


def home_of(document: Document) -> str:
    path_of = _homes.get(document.kind)
    return (path_of(document) if path_of else "") or PAGE.format(document.id)


def instruments(
    session: Session, today: date, may: Callable[[Permission], bool]
) -> list[Instrument]:
    """In the order of the duties; one for each kind that somebody asks for."""
    some = documents(session)
    found = []
    for duty in duties(session, today):
        mine = [one for one in some if one.kind == duty.kind]
        seen = Seen(duty.kind, mine, today, may)
        line = _lines.get(duty.kind, register_says)(session, seen)
        if line.act is not None and not may(line.act.permission):
            line = replace(line, act=None)
        found.append(Instrument(duty.kind, line, duty))
    return found


def first_act(some: Sequence[Instrument]) -> Instrument | None:
    """The one thing to do next: what the law asks before what is advised, what is over before what
    will be."""
    forces = {"law": 2, "asked": 1, "advised": 0}
    open_ones = [one for one in some if one.line.act and one.line.urgency > Urgency.FINE]

    def weight(one: Instrument) -> tuple[int, int]:
        return (forces[one.duty.force] if one.duty else 0, one.line.urgency)

    return max(open_ones, key=weight, default=None)


def register_says(_session: Session, seen: Seen) -> Line:
    """What the register alone knows of a kind."""
    stands = {one.id: standing(one, seen.today) for one in seen.documents}
    held = [one for one in seen.documents if stands[one.id] in HOLDING]
    if held:
        return _holding(held, stands, seen)
    for which, of_one in (
        (Standing.COMING, _coming),
        (Standing.DRAFT, _draft),
        (Standing.EXPIRED, _expired),
    ):
        for one in seen.documents:
            if stands[one.id] is which:
                return of_one(one)
    act = NextAct(_("Tambahkan dokumen"), ADD.format(seen.kind))
    return Line(Urgency.MISSING, _("Belum ada."), act=act)


def _holding(held: Sequence[Document], stands: dict[int, Standing], seen: Seen) -> Line:
    ending = [one for one in held if stands[one.id] is Standing.EXPIRING and one.valid_to]
    many = len(held) > 1
    words = ngettext("%(num)s dokumen berlaku.", "%(num)s dokumen berlaku.", len(held))
    if not ending:
        one = held[0]
        single = _("Berlaku.") if one.valid_to else _("Berlaku tanpa batas waktu.")
        until = None if many else one.valid_to
        return Line(
            Urgency.FINE, words if many else single, until, path=_there(held), document_id=one.id
        )
    one = min(ending, key=lambda each: each.valid_to or seen.today)
    days = ((one.valid_to or seen.today) - seen.today).days
    soon = ngettext("Habis dalam %(num)s hari.", "Habis dalam %(num)s hari.", days)
    succeeded = any(other.replaces_id == one.id for other in seen.documents)
    act = None if succeeded else NextAct(_("Siapkan penggantinya"), _after(one))
    said = soon if days else _("Hari ini hari terakhirnya.")
    return Line(Urgency.SOON, said, one.valid_to, act, home_of(one), one.id)


def _there(held: Sequence[Document]) -> str:
    return home_of(held[0]) if len(held) == 1 else f"/desk/dokumen?jenis={held[0].kind}"


def _after(one: Document) -> str:
    return f"{ADD.format(one.kind)}&mengganti={one.id}"


def _coming(one: Document) -> Line:
    return Line(
        Urgency.FINE, _("Sudah ditetapkan, belum mulai berlaku."), None, None, home_of(one), one.id
    )


def _draft(one: Document) -> Line:
    act = NextAct(_("Lengkapi dan berlakukan"), home_of(one))
    return Line(Urgency.UNDER_WAY, _("Masih draf."), None, act, home_of(one), one.id)


def _expired(one: Document) -> Line:
    act = NextAct(_("Catat penggantinya"), _after(one))
    words = _("Masa berlakunya habis.")
    return Line(Urgency.OVER, words, one.valid_to, act, home_of(one), one.id)
