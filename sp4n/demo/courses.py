"""A case goes its course, through the operations that people use, at moments of the past."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

import sqlalchemy as sa
from sqlalchemy.orm import Session

from sp4n import clock
from sp4n.audit.actors import Actor
from sp4n.cases.drafts import form_key_hash, new_form_key
from sp4n.cases.models import CaseEvent, CaseRecord
from sp4n.cases.operations import (
    accept_answer,
    answer_case,
    archive_case,
    assign_case,
    close_unanswered,
    file_case,
    note_case,
    reply_to_case,
    verify_case,
)
from sp4n.demo.content import all_phrases
from sp4n.demo.fates import BY_REPORTER, Beat, Deed
from sp4n.demo.office_hours import office_moment
from sp4n.demo.pictures import VARIANTS, picture
from sp4n.demo.stories import Story
from sp4n.files.operations import store_upload
from sp4n.files.storage import Storage
from sp4n.sealing import Sealer
from sp4n.tenants.resolver import AgencyFacts

A_MOMENT = timedelta(minutes=1)


@dataclass(frozen=True)
class Office:
    """An agency at work: what every act on every case needs. Units and categories: key -> id."""

    session: Session
    agency: AgencyFacts
    sealer: Sealer
    secret: str
    storage: Storage
    units: dict[str, int]
    admin: Actor
    liaisons: list[Actor]
    category_ids: Mapping[str, int]
    rng: Random
    on_filed: Callable[[], object]

    def answering(self, unit_id: int | None) -> Actor:
        """The liaison of the unit; the admin where it has none."""
        of_unit = [one for one in self.liaisons if unit_id in one.unit_ids]
        return of_unit[0] if of_unit else self.admin


def run(courses: Iterable[Course], *, until: datetime) -> None:
    """All together in the order of time, so that rows follow one another as if lived."""
    started = [course.moments() for course in courses]
    line = [(next(moments), place, moments) for place, moments in enumerate(started)]
    heapq.heapify(line)
    while line:
        at, place, moments = heapq.heappop(line)
        if at > until:
            continue
        with clock.frozen(at):
            following = next(moments, None)
        if following is not None:
            heapq.heappush(line, (following, place, moments))


class Course:
    def __init__(self, office: Office, story: Story) -> None:
        self.office = office
        self.story = story
        self.case: CaseRecord
        self.answered: CaseEvent | None = None

    def moments(self) -> Iterator[datetime]:
        """Gives when the next thing happens; asked for the one after it, does it."""
        at = self.story.filed_at
        yield at
        self.file()
        for beat, gap in zip(self.story.fate.beats, self.story.gaps, strict=True):
            moment = self._moment(beat, gap, at)
            if moment is None:
                return
            yield moment
            self.do(beat.deed)
            at = moment

    def do(self, deed: Deed) -> None:
        DEEDS[deed](self)

    def _moment(self, beat: Beat, gap: float, before: datetime) -> datetime | None:
        if beat.deed == Deed.EXPIRE:
            due = self.case.reply_due_at
            return due + A_MOMENT if due else None
        wanted = before + timedelta(days=gap)
        if beat.deed in BY_REPORTER:
            return wanted
        return office_moment(wanted, after=before, zone=self.office.agency.zone)

    def file(self) -> None:
        office, story, form_key = self.office, self.story, new_form_key()
        if story.topic.picture and office.rng.random() < 0.7:
            file = picture(story.topic.picture, office.rng.randrange(VARIANTS))
            key = form_key_hash(form_key)
            store_upload(office.session, storage=office.storage, file=file, draft_key=key)
        filed = file_case(
            office.session,
            sealer=office.sealer,
            secret=office.secret,
            form_key=form_key,
            answers=story.answers,
            agency=office.agency,
            language=story.topic.language,
        )
        wanted = sa.select(CaseRecord).where(CaseRecord.id == filed.case_id)
        self.case = office.session.scalars(wanted).one()
        office.on_filed()

    def verify(self) -> None:
        story, topic = self.story, self.story.topic
        verify_case(
            self.office.session,
            case=self.case,
            actor=self.office.admin,
            supervision=topic.supervision,
            category_id=self.office.category_ids[topic.category],
            public_title=story.answers.title,
            public_body=story.told(topic.public or topic.text),
            public_location=story.answers.location,
            publish=story.publish,
            unit_id=self.office.units[topic.unit],
        )

    def assign(self) -> None:
        """To a neighbour: the first unit was not the right one."""
        others = sorted(set(self.office.units.values()) - {self.case.unit_id})
        assign_case(
            self.office.session,
            case=self.case,
            actor=self.office.admin,
            unit_id=self.office.rng.choice(others),
            note=self.office.rng.choice(all_phrases().hand_over_notes),
        )

    def note(self) -> None:
        text = self.story.topic.note or self.office.rng.choice(all_phrases().notes)
        actor = self.office.answering(self.case.unit_id)
        note_case(self.office.session, case=self.case, actor=actor, body=text)

    def progress(self) -> None:
        self._answer(self.story.told(self.story.topic.progress), final=False)

    def answer(self) -> None:
        topic = self.story.topic
        again = all_phrases().second_answers[topic.language]
        text = self.story.told(topic.answer) if not self.answered else self.office.rng.choice(again)
        self.answered = self._answer(text, final=True)

    def reply(self) -> None:
        words = all_phrases().replies[self.story.topic.language]
        reply_to_case(self.office.session, case=self.case, body=self.office.rng.choice(words))

    def accept(self) -> None:
        accept_answer(self.office.session, case=self.case)

    def expire(self) -> None:
        assert self.answered is not None
        close_unanswered(self.office.session, event_id=self.answered.id)

    def archive(self) -> None:
        topic = self.story.topic
        archive_case(
            self.office.session,
            case=self.case,
            actor=self.office.admin,
            reason=topic.reason,
            message=topic.message,
        )

    def _answer(self, text: str, *, final: bool) -> CaseEvent:
        actor = self.office.answering(self.case.unit_id)
        return answer_case(self.office.session, case=self.case, actor=actor, body=text, final=final)


DEEDS: dict[Deed, Callable[[Course], None]] = {
    Deed.VERIFY: Course.verify,
    Deed.ASSIGN: Course.assign,
    Deed.NOTE: Course.note,
    Deed.PROGRESS: Course.progress,
    Deed.ANSWER: Course.answer,
    Deed.REPLY: Course.reply,
    Deed.ACCEPT: Course.accept,
    Deed.EXPIRE: Course.expire,
    Deed.ARCHIVE: Course.archive,
}
