"""What is rare is in the demo: every state, and each kind of what can happen to a case."""

from __future__ import annotations

from collections import Counter
from typing import get_args

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from sp4n.cases.link_models import CaseLink
from sp4n.cases.models import CaseEvent, CaseRecord
from sp4n.cases.ombudsman_models import OmbudsmanHandoff
from sp4n.cases.operations.deeds import EventKind
from sp4n.cases.states import State
from sp4n.demo.content import agency_content
from sp4n.demo.fates import BY_REPORTER, Deed, fate_of
from sp4n.demo.scenarios import today
from sp4n.demo.specials import Special, told
from sp4n.tenants.models import Agency

EVERY = [(slug, one) for slug in today().agencies for one in told(slug)]
# By nobody in the demo, or by a click of whoever looks at it.
NOT_TOLD = {
    *("resumed", "reopened", "entrusted", "draft_returned", "overturned", "recalled", "decided"),
    *("withdrawn", "escalated", "ombudsman_decided", "ombudsman_withdrawn", "ungrouped"),
    *("rescheduled", "reclassified", "supervised", "ombudsman_offered"),
    *("unlinked", "erased", "redacted", "photo_shown", "photo_hidden", "split", "split_off"),
}


def test_every_state_and_each_kind_of_event_is_there(national_view: Session) -> None:
    states = set(national_view.scalars(sa.select(CaseRecord.state).distinct()))
    assert states == set(State)
    kinds = set(national_view.scalars(sa.select(CaseEvent.kind).distinct()))
    assert kinds >= set(get_args(EventKind)) - NOT_TOLD


def test_each_case_lies_where_its_story_says(national_view: Session) -> None:
    rows = national_view.execute(
        sa.select(Agency.slug, CaseRecord.title, CaseRecord.state, CaseRecord.contests)
        .join(CaseRecord, CaseRecord.agency_id == Agency.id)
        .where(CaseRecord.title.in_([one.title for _, one in EVERY]))
    ).all()
    found = {(slug, title): (state, contests) for slug, title, state, contests in rows}
    lies = {(slug, one.key): found[slug, one.title] for slug, one in EVERY}
    assert lies["badungkab", "kursi-roda"] == (State.ON_HOLD, 0)
    assert lies["badungkab", "lampu-masih-padam"] == (State.IN_PROGRESS, 1)
    assert lies["badungkab", "gorong-gorong"] == (State.DISPUTED, 2)
    assert lies["slemankab", "sengketa-diputus"] == (State.CLOSED, 2)
    assert lies["badungkab", "jalan-provinsi"][0] == State.FORWARDED
    assert found["baliprov", "Bahu jalan longsor di jalur Petang"] == (State.UNVERIFIED, 0)
    grouped = {state for (_, key), (state, _) in lies.items() if key.startswith("air-mati")}
    assert grouped == {State.AWAITING_REPLY}


def test_what_waits_waits(national_view: Session) -> None:
    drafts = national_view.scalars(
        sa.select(CaseRecord).where(CaseRecord.answer_draft.is_not(None))
    )
    assert [one.answer_draft["state"] for one in drafts if one.answer_draft] == ["waiting"]
    offered = sa.select(CaseRecord.title).where(CaseRecord.handover_id.is_not(None))
    assert list(national_view.scalars(offered)) == [
        "Obat kanker tidak tersedia di rumah sakit rujukan"
    ]
    handed = Counter(national_view.scalars(sa.select(OmbudsmanHandoff.state)))
    assert handed == {"received": 1, "prepared": 1}
    assert list(national_view.scalars(sa.select(CaseLink.linked))) == [True, True]


@pytest.mark.parametrize(("slug", "one"), EVERY, ids=lambda it: getattr(it, "key", it))
def test_a_story_is_whole(slug: str, one: Special) -> None:
    """Its steps lie in the past, somebody answers for its unit, and every word has its step."""
    beats = fate_of(one.age, one.age, one.beats).beats
    assert sum(beat.days for beat in beats) < one.age <= 75
    assert one.unit in {unit.key for unit in agency_content(slug).units}
    silent = {Deed.VERIFY, Deed.ACCEPT, Deed.OMBUDSMAN, Deed.RECEIVED, Deed.GROUP}
    assert len([beat for beat in beats if beat.deed not in silent]) == len(one.says)
    assert all(beat.days > 0 for beat in beats if beat.deed in BY_REPORTER)
