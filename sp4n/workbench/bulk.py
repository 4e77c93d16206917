"""One act on many cases: what is asked for, what it would do to each, and doing it to one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Final, Self

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from sp4n.accounts.permissions import Permission
from sp4n.audit.actors import Actor
from sp4n.cases.evidence import Evidence, check_evidence
from sp4n.cases.in_hand import InHand
from sp4n.cases.masking import occurs
from sp4n.cases.models import CaseRecord, PublicCase
from sp4n.cases.operations import answer_case, archive_case, assign_case, hide_more
from sp4n.cases.states import Act, can
from sp4n.cases.words import not_possible
from sp4n.errors import Invalid, NotPossible
from sp4n.files.models import Attachment
from sp4n.files.operations import copy_to_event
from sp4n.organisation.queries import unit_names
from sp4n.tenants.resolver import AgencyFacts
from sp4n.workbench.enclosed import files_gone, waiting_files
from sp4n.workbench.replies import Template, filled_reply, values_for

MOST_CASES: Final = 500
PERMISSIONS: Final[dict[str, Permission]] = {
    "assign": Permission.CASE_ASSIGN,
    "answer": Permission.CASE_ANSWER,
    "archive": Permission.CASE_ARCHIVE,
}


@dataclass(frozen=True)
class Order:
    """`words`: of the answer, or to the reporter of what is archived; names in braces are filled in
    for each case. `link`, `none_because`: what shows that a final answer is true, of all cases.
    `hidden`: what of the words is masked for everyone, wherever it stands in them. `files`: under
    which files wait that each answer gets (`workbench.enclosed`)."""

    act: str
    unit_id: int | None = None
    words: str = ""
    final: bool = False
    reason: str = ""
    link: str = ""
    none_because: str = ""
    hidden: Sequence[str] = ()
    files: str = ""

    @property
    def evidence(self) -> Evidence:
        return Evidence(self.link, self.none_because)

    @property
    def move(self) -> Act:
        if self.act == "answer":
            return Act.CONCLUDE if self.final else Act.ANSWER
        return Act(self.act)

    def written(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def read(cls, asked: Mapping[str, Any]) -> Self:
        return cls(**asked)


@dataclass(frozen=True)
class Verdict:
    """What an order would do to a case; `why`: why it cannot, "" where it can."""

    case: CaseRecord
    words: str
    why: str


@dataclass(frozen=True)
class Workplace:
    """What is needed to know or do it, read once for many cases. `files`: those of the order."""

    agency: AgencyFacts
    units: Mapping[int, str]
    public_titles: Mapping[int, str]
    files: Sequence[Attachment] = ()

    @classmethod
    def of(cls, hand: InHand) -> Self:
        titles = {number: one.title for number, one in hand.public.items()}
        return cls(hand.agency, {n: unit.name for n, unit in hand.units.items()}, titles)

    @classmethod
    def looked_at(cls, session: Session, cases: Sequence[CaseRecord], agency: AgencyFacts) -> Self:
        ids = [one.id for one in cases if one.published]
        titles = sa.select(PublicCase.id, PublicCase.title).where(
            PublicCase.agency_id == agency.id, PublicCase.id.in_(ids)
        )
        found = {row.id: row.title for row in session.execute(titles)} if ids else {}
        return cls(agency, unit_names(session), found)

    def words_for(self, session: Session, order: Order, case: CaseRecord) -> str:
        values = values_for(
            session,
            case,
            agency=self.agency,
            unit_name=self.units.get(case.unit_id or 0, ""),
            public_title=self.public_titles.get(case.id, "") if case.published else None,
        )
        return filled_reply(Template("", "", order.words), values).text


def verdicts(
    session: Session, order: Order, cases: Sequence[CaseRecord], agency: AgencyFacts
) -> list[Verdict]:
    place = Workplace.looked_at(session, cases, agency)
    place = replace(place, files=waiting_files(session, order.files))
    return [_verdict(session, order, case, place) for case in cases]


def _verdict(session: Session, order: Order, case: CaseRecord, place: Workplace) -> Verdict:
    words = ""
    why = "" if can(case.state, order.move) else not_possible(order.move, case.state)
    if order.act == "assign":
        words = place.units.get(case.unit_id or 0, "") or _("Belum di unit mana pun")
        if not why and case.unit_id == order.unit_id:
            why = _("Laporan ini sudah ada di unit itu.")
    else:
        words = place.words_for(session, order, case)
        if not why and not words:
            why = _("Semua baris teks menyebut sesuatu yang tidak ada pada laporan ini.")
        if not why and order.act == "answer":
            why = _evidence_fault(session, order, case, len(place.files))
    return Verdict(case, words, why)


def _evidence_fault(session: Session, order: Order, case: CaseRecord, files: int) -> str:
    try:
        check_evidence(session, case, replace(order.evidence, files=files), final=order.final)
    except Invalid as refusal:
        return refused(refusal)
    return ""


def carry_out(
    session: Session,
    order: Order,
    case: CaseRecord,
    *,
    actor: Actor,
    version: int,
    place: Workplace,
) -> str:
    """Why it could not be done; "" where it was. As by hand: the same operation, in a savepoint, so
    that a refusal leaves the others as they are."""
    if order.files and not place.files:
        return files_gone()
    try:
        with session.begin_nested():
            if order.act == "assign":
                unit_id = order.unit_id or 0
                assign_case(session, case=case, actor=actor, unit_id=unit_id, version=version)
                return ""
            words = place.words_for(session, order, case)
            if order.act == "answer":
                version = _hide(session, order, case, words, actor=actor, version=version)
                event = answer_case(
                    session,
                    case=case,
                    actor=actor,
                    body=words,
                    final=order.final,
                    evidence=replace(order.evidence, files=len(place.files)),
                    version=version,
                )
                if place.files:
                    copy_to_event(session, place.files, case_id=case.id, event_id=event.id)
            else:
                archive_case(
                    session,
                    case=case,
                    actor=actor,
                    reason=order.reason,
                    message=words,
                    version=version,
                )
    except (Invalid, NotPossible) as refusal:
        return refused(refusal)
    return ""


def _hide(
    session: Session, order: Order, case: CaseRecord, words: str, *, actor: Actor, version: int
) -> int:
    """The case's version afterwards."""
    passages = [one for one in order.hidden if case.published and occurs(one, [words])]
    if passages and hide_more(
        session, case=case, actor=actor, passages=passages, about=words, version=version
    ):
        return case.version
    return version


def refused(refusal: Invalid | NotPossible) -> str:
    fields = refusal.fields if isinstance(refusal, Invalid) else {}
    return str(next(iter(fields.values()), refusal.message))
