"""What one transaction of the demo puts in: the national level, or one agency."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from random import Random
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from flask import current_app
from sqlalchemy.orm import Session

from sp4n import clock
from sp4n.accounts.models import Account
from sp4n.audit.actors import SYSTEM, Actor
from sp4n.audit.operations import record_national
from sp4n.cases.models import CaseEvent
from sp4n.config import Settings
from sp4n.demo.content import AgencyContent, UnitContent, agency_content
from sp4n.demo.courses import Course, Office, run
from sp4n.demo.instruments import furnish_instruments
from sp4n.demo.marks import Mark, set_mark
from sp4n.demo.people import invite_coordinators, invite_staff
from sp4n.demo.scenarios import Scenario
from sp4n.demo.specials import rules_of_drafts, specials
from sp4n.demo.stories import stories_of
from sp4n.figures.operations import fold
from sp4n.jobs.models import NationalOutbox, Outbox
from sp4n.organisation.operations import UnitAnswers, add_unit
from sp4n.settings.operations import load_reference_data
from sp4n.settings.queries import categories
from sp4n.tenants.register.entry import Entry
from sp4n.tenants.register.operations import edit_agency, seed_register
from sp4n.tenants.register.queries import agency_by_slug
from sp4n.tenants.register.time_zones import WIB
from sp4n.tenants.resolver import AgencyFacts

BEFORE_ANYTHING = timedelta(days=75)
STILL_NEWS = timedelta(days=1)
UNDONE = ("waiting", "scheduled")


def furnish_national_level(session: Session, scenario: Scenario) -> None:
    """Rules and topics, the register, its richer agencies' contacts, coordinators; and the mark
    that says what has been begun."""
    record = partial(record_national, actor=SYSTEM)
    day = scenario.as_of.astimezone(ZoneInfo(WIB)).date()
    load_reference_data(session)
    seed_register(session, today=day, record=record, demo=True, governments=scenario.governments)
    for slug in scenario.agencies:
        edit_agency(session, _with_contacts(session, slug), today=day, record=record)
    invite_coordinators(session)
    session.flush()
    # They have their passphrases: no invitation is owed to anybody.
    session.execute(sa.update(NationalOutbox).values(**_done()))
    set_mark(session, Mark(scenario.name, scenario.as_of, loaded=False), scenario.about)


def furnish_agency(
    session: Session,
    agency: AgencyFacts,
    scenario: Scenario,
    *,
    on_filed: Callable[[], object] = int,
) -> None:
    """Units, people and cases, in its own scope; nothing where they are there already."""
    if session.scalar(sa.select(Account.id).limit(1)) is not None:
        return
    content = agency_content(agency.slug)
    with clock.frozen(scenario.as_of - BEFORE_ANYTHING):
        units = _make_units(session, content)
        staff = invite_staff(session, content, units)
    office = _office(session, agency, units, staff, on_filed)
    stories = stories_of(
        content,
        count=scenario.cases or content.cases,
        until=scenario.as_of,
        zone=agency.zone,
        category_ids=office.category_ids,
    )
    courses = [Course(office, story) for story in stories]
    rare = specials(office, until=scenario.as_of) if scenario.with_specials else []
    run([*courses, *rare], until=scenario.as_of)
    if rare:
        rules_of_drafts(office, until=scenario.as_of)
    if scenario.goes_on:
        furnish_instruments(office, scenario.as_of)
    session.flush()
    settle_outbox(session, scenario)
    fold(session)


def settle_outbox(session: Session, scenario: Scenario) -> None:
    """What was owed in the past was done then: nobody wants two hundred old mails at once.

    What is owed for the last day goes out, so that the page of mails shows some; but not to a mail
    server, as nobody has these addresses. Where time stands still, nothing is owed.
    """
    settings: Settings = current_app.extensions["sp4n.settings"]
    late = sa.update(Outbox).where(Outbox.state.in_(UNDONE))
    if scenario.goes_on:
        ahead = sa.and_(Outbox.state == "scheduled", Outbox.due_at > scenario.as_of)
        fresh = ahead
        if settings.smtp_url is None:
            fresh = sa.or_(ahead, _is_news(scenario.as_of))
        late = late.where(sa.not_(fresh))
    session.execute(late.values(**_done()), execution_options={"synchronize_session": False})
    # What is left of the past is owed from now on: nobody has been late with it.
    left = sa.update(Outbox).where(Outbox.state.in_(UNDONE), Outbox.due_at <= scenario.as_of)
    session.execute(
        left.values(state="waiting", due_at=clock.rounded_to_hour(clock.now())),
        execution_options={"synchronize_session": False},
    )


def _is_news(as_of: datetime) -> sa.ColumnElement[bool]:
    events = sa.select(CaseEvent.id).where(CaseEvent.at > as_of - STILL_NEWS)
    return sa.and_(Outbox.kind.startswith("notice."), Outbox.object_id.in_(events))


def _done() -> dict[str, object]:
    return {"state": "done", "due_at": None, "done_at": clock.rounded_to_hour(clock.now())}


def _with_contacts(session: Session, slug: str) -> Entry:
    held, content = agency_by_slug(session, slug), agency_content(slug)
    return Entry(
        kind=held.kind,
        slug=slug,
        name=held.name,
        short_name=held.short_name,
        contact_email=content.contact_email,
        contact_phone=content.contact_phone,
        address=content.address,
    )


def _make_units(session: Session, content: AgencyContent) -> dict[str, int]:
    made: dict[str, int] = {}
    for unit in content.units:
        made[unit.key] = _make_unit(session, unit, made)
    return made


def _make_unit(session: Session, unit: UnitContent, made: dict[str, int]) -> int:
    parent_id = made[unit.parent] if unit.parent else None
    answers = UnitAnswers(unit.name, unit.short_name, parent_id, kind=unit.kind)
    return add_unit(session, answers=answers, actor=SYSTEM).id


def _office(
    session: Session,
    agency: AgencyFacts,
    units: dict[str, int],
    staff: dict[str, list[Actor]],
    on_filed: Callable[[], object],
) -> Office:
    settings: Settings = current_app.extensions["sp4n.settings"]

    return Office(
        session=session,
        agency=agency,
        sealer=current_app.extensions["sp4n.sealer"],
        secret=settings.secret_key,
        storage=current_app.extensions["sp4n.storage"],
        units=units,
        admin=staff["admin"][0],
        liaisons=staff["liaison"],
        category_ids={one.key: one.id for one in categories(session)},
        rng=Random(agency.slug),  # noqa: S311 (nothing secret is drawn)
        on_filed=on_filed,
    )
