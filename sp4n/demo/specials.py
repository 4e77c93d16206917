"""Cases of what is rare: waiting for the citizen, contested, handed over, at the Ombudsman,
answered together. `data/specials.toml` tells each of them, and nothing of it is drawn."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from importlib.resources import files
from itertools import cycle
from typing import Any, Final

from sp4n import clock
from sp4n.audit.actors import Actor
from sp4n.cases.answers import FilingAnswers
from sp4n.cases.models import PUBLIC_INFORMATION
from sp4n.cases.ombudsman import handoff_of
from sp4n.cases.operations import (
    answer_case,
    ask_ombudsman,
    contest_case,
    decide_dispute,
    draft_answer,
    extend_case,
    group_cases,
    hold_case,
    note_receipt,
    prepare_handoff,
    rate_case,
    send_case,
)
from sp4n.configuration.operations import change_draft, publish_draft
from sp4n.configuration.queries import edits_so_far
from sp4n.demo.content import Topic, agency_content, coordinators
from sp4n.demo.courses import Course, Office
from sp4n.demo.fates import Deed, fate_of
from sp4n.demo.stories import Story
from sp4n.figures.ratings import DIMENSIONS
from sp4n.tenants.resolver import agency_by_slug

A_DAY: Final = timedelta(days=1)


@dataclass(frozen=True)
class Special:
    """`to`: the agency that it is sent to; `outcome`: accepted, refused, or "" while it waits.
    `link_to`: "<agency>/<key>" of another about the same event. `group`: answered together."""

    key: str
    age: float
    beats: str
    category: str
    unit: str
    title: str
    text: str
    public: str = ""
    picture: str = ""
    place: str = ""
    classification: str = "pengaduan"
    says: tuple[str, ...] = ()
    scores: tuple[int, ...] = ()
    group: str = ""
    to: str = ""
    outcome: str = ""
    refusal: str = ""
    link_to: str = ""
    number: str = ""


@cache
def told(slug: str) -> tuple[Special, ...]:
    return tuple(_special(one) for one in _agencies().get(slug, ()))


def _special(content: dict[str, Any]) -> Special:
    lists: dict[str, Any] = {key: tuple(it) for key, it in content.items() if isinstance(it, list)}
    return Special(**{**content, **lists})


def specials(office: Office, *, until: datetime) -> list[SpecialCourse]:
    names = cycle(agency_content(office.agency.slug).reporters)
    made: list[SpecialCourse] = []
    for one, name in zip(told(office.agency.slug), names, strict=False):
        made.append(SpecialCourse(office, one, _story(office, one, name, until), made))
    return made


def rules_of_drafts(office: Office, *, until: datetime) -> None:
    """Where drafts wait for approval, it is because the agency wants it so."""
    session = office.session
    if not any("draft" in one.beats for one in told(office.agency.slug)):
        return
    with clock.frozen(until - A_DAY):
        edits = edits_so_far(session)
        answers = {"answer_approval": "liaison"}
        draft = change_draft(session, answers=answers, edits=edits, actor=office.admin)
        reason = "Setiap tanggapan dibaca dua orang."
        publish_draft(session, edits=draft.edits, reason=reason, actor=office.admin)


def _story(office: Office, one: Special, name: str, until: datetime) -> Story:
    filed_at = until - timedelta(days=one.age)
    complaint = one.classification == "pengaduan"
    occurred = filed_at.astimezone(office.agency.zone).date() - A_DAY if complaint else None
    fate = fate_of(one.age, one.age, one.beats)
    return Story(
        topic=Topic(
            title=one.title,
            text=one.text,
            category=one.category,
            unit=one.unit,
            classification=one.classification,
            public=one.public,
            picture=one.picture,
        ),
        place=one.place,
        fate=fate,
        filed_at=filed_at,
        gaps=tuple(beat.days for beat in fate.beats),
        answers=FilingAnswers(
            classification=one.classification,
            title=one.title,
            description=one.text,
            occurred_on=occurred,
            location=one.place,
            category_id=office.category_ids[one.category],
            reporter_name=name,
            reporter_email=f"{name.lower().replace(' ', '.')}@pelapor.example",
        ),
        publish=one.classification != PUBLIC_INFORMATION,
    )


class SpecialCourse(Course):
    """`all_told`: of the same agency, this one among them."""

    def __init__(
        self, office: Office, special: Special, story: Story, all_told: Sequence[SpecialCourse]
    ) -> None:
        super().__init__(office, story)
        self.special = special
        self.all_told = all_told
        self.words = iter(special.says)

    def do(self, deed: Deed) -> None:
        special = SPECIAL_DEEDS.get(deed)
        if special is None:
            super().do(deed)
        else:
            special(self)

    def progress(self) -> None:
        self._answer(next(self.words), final=False)

    def answer(self) -> None:
        self.answered = self._answer(next(self.words), final=True)

    def hold(self) -> None:
        hold_case(
            self.office.session, case=self.case, actor=self.office.admin, body=next(self.words)
        )

    def draft(self) -> None:
        draft_answer(
            self.office.session,
            case=self.case,
            actor=self.office.answering(self.case.unit_id),
            body=next(self.words),
            final=True,
        )

    def contest(self) -> None:
        contest_case(self.office.session, case=self.case, body=next(self.words))

    def uphold(self) -> None:
        words = next(self.words)
        decide_dispute(
            self.office.session, case=self.case, actor=_coordinator(), uphold=True, reasons=words
        )

    def rate(self) -> None:
        scores = dict(zip(DIMENSIONS, self.special.scores, strict=True))
        comment = next(self.words, "")
        rate_case(self.office.session, case=self.case, scores=scores, comment=comment)

    def extend(self) -> None:
        actor = self.office.answering(self.case.unit_id)
        extend_case(self.office.session, case=self.case, actor=actor, reason=next(self.words))

    def ombudsman(self) -> None:
        row = ask_ombudsman(self.office.session, case=self.case, consent=True)
        prepare_handoff(self.office.session, handoff_id=row.id)

    def received(self) -> None:
        row = handoff_of(self.office.session, case_id=self.case.id)
        assert row is not None
        number = self.special.number
        note_receipt(self.office.session, handoff_id=row.id, actor=_coordinator(), number=number)

    def group(self) -> None:
        others = [one.case for one in self._together() if one is not self]
        group_cases(self.office.session, case=self.case, others=others, actor=self.office.admin)

    def answer_all(self) -> None:
        words = next(self.words)
        for one in self._together():
            answer_case(
                self.office.session,
                case=one.case,
                actor=self.office.answering(one.case.unit_id),
                body=words,
                final=True,
            )

    def send(self) -> None:
        to = agency_by_slug(self.special.to)
        assert to is not None
        send_case(
            self.office.session,
            case=self.case,
            actor=self.office.admin,
            to=to,
            reason=next(self.words),
        )

    def _together(self) -> list[SpecialCourse]:
        return [one for one in self.all_told if one.special.group == self.special.group]


SPECIAL_DEEDS: Final[dict[Deed, Callable[[SpecialCourse], None]]] = {
    Deed.HOLD: SpecialCourse.hold,
    Deed.PROGRESS: SpecialCourse.progress,
    Deed.ANSWER: SpecialCourse.answer,
    Deed.DRAFT: SpecialCourse.draft,
    Deed.CONTEST: SpecialCourse.contest,
    Deed.UPHOLD: SpecialCourse.uphold,
    Deed.RATE: SpecialCourse.rate,
    Deed.EXTEND: SpecialCourse.extend,
    Deed.OMBUDSMAN: SpecialCourse.ombudsman,
    Deed.RECEIVED: SpecialCourse.received,
    Deed.GROUP: SpecialCourse.group,
    Deed.ANSWER_ALL: SpecialCourse.answer_all,
    Deed.SEND: SpecialCourse.send,
}


def _coordinator() -> Actor:
    return Actor(kind="coordinator", id=None, name=coordinators()[1].name)


@cache
def _agencies() -> dict[str, list[dict[str, Any]]]:
    text = files("sp4n.demo").joinpath("data/specials.toml").read_text(encoding="utf-8")
    agencies: dict[str, list[dict[str, Any]]] = tomllib.loads(text)["agencies"]
    return agencies
