"""The agencies that cases are filed at: register, units and people, put in by the application."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import partial
from itertools import chain, count, islice
from random import Random
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session

from sp4n import clock
from sp4n.accounts.models import Account, AccountUnit, Coordinator
from sp4n.audit.actors import SYSTEM
from sp4n.audit.operations import record_national
from sp4n.calendars.working_days import Calendar
from sp4n.cases.time_limits import Clockwork
from sp4n.organisation.models import Unit
from sp4n.settings.operations import load_reference_data
from sp4n.settings.queries import Step, rule_set_in_force
from sp4n.tenants.models import Agency
from sp4n.tenants.register.csv_file import Line, central_agencies
from sp4n.tenants.register.entry import Entry
from sp4n.tenants.register.operations import import_agencies
from sp4n.tenants.register.regions import regional_governments

UNITS = 12
# The n-th agency has 1/n^SKEW as many cases as the first: of 690, the first has a tenth of all.
SKEW = 0.9


@dataclass(frozen=True)
class Office:
    """An agency at work. `liaisons`: of each unit, who answers for it."""

    id: int
    zone: ZoneInfo
    units: tuple[int, ...]
    unit_names: dict[int, str]
    admin: tuple[int, str]
    liaisons: dict[int, tuple[int, str]]


def shares(agencies: int) -> list[float]:
    return [1 / place**SKEW for place in range(1, agencies + 1)]


def put_in_register(session: Session, agencies: int) -> None:
    """In the national scope: rules, topics, coordinators, and as many agencies as are asked for."""
    load_reference_data(session)
    entries = islice(chain(regional_governments(), _central(), _invented()), agencies)
    lines = [Line(number, _alone(entry)) for number, entry in enumerate(entries, 2)]
    record = partial(record_national, actor=SYSTEM)
    report = import_agencies(session, lines, today=date(2026, 1, 1), record=record)
    if report.added != agencies:
        raise RuntimeError(f"{agencies} agencies were asked for, the register took {report}")
    session.add(Coordinator(email="koordinator@bench.example", name="Ayu", role="coordinator"))


def agency_ids(session: Session) -> list[int]:
    return list(session.scalars(sa.select(Agency.id).order_by(Agency.id)))


def furnish(session: Session, agency_id: int) -> Office:
    """In the agency's scope: units in two levels, one admin, a liaison for each unit."""
    zone = session.scalars(sa.select(Agency.time_zone).where(Agency.id == agency_id)).one()
    units = [Unit(name=f"Dinas {number}", short_name=f"D{number}") for number in range(UNITS)]
    session.add_all(units[:3])
    session.flush()
    for number, unit in enumerate(units[3:]):
        unit.parent_id = units[number % 3].id
    session.add_all(units[3:])
    people = [_person("admin", agency_id, 0), _person("head", agency_id, 0)]
    people += [_person("liaison", agency_id, number) for number in range(UNITS)]
    session.add_all(people)
    session.flush()
    admin, _head, *liaisons = people
    session.add_all(
        AccountUnit(account_id=one.id, unit_id=unit.id)
        for one, unit in zip(liaisons, units, strict=True)
    )
    return Office(
        id=agency_id,
        zone=ZoneInfo(zone),
        units=tuple(unit.id for unit in units),
        unit_names={unit.id: unit.name for unit in units},
        admin=(admin.id, admin.name),
        liaisons={u.id: (one.id, one.name) for u, one in zip(units, liaisons, strict=True)},
    )


class Limits:
    """Due dates as the application counts them, each day's worked out once."""

    def __init__(self, session: Session, first: date, last: date) -> None:
        days = (first + timedelta(days=number) for number in range((last - first).days + 2))
        self._rules = {day: rule_set_in_force(session, day) for day in days}
        self._known: dict[tuple[object, ...], datetime | None] = {}

    def rule_set_id(self, filed_on: date) -> int:
        return self._rules[filed_on].id

    def due(
        self,
        step: Step,
        start: datetime,
        *,
        filed_on: date,
        zone: ZoneInfo,
        classification: str,
        supervision: bool = False,
    ) -> datetime | None:
        rules = self._rules[filed_on]
        key = (step, start.astimezone(zone).date(), rules.id, zone, classification, supervision)
        if key not in self._known:
            self._known[key] = Clockwork(rules, Calendar(zone)).due(
                step, start, classification, supervision=supervision
            )
        return self._known[key]


def drawn_agencies(offices: list[Office], cases: int, rng: Random) -> Iterator[Office]:
    return iter(rng.choices(offices, shares(len(offices)), k=cases))


def _person(role: str, agency_id: int, number: int) -> Account:
    """Signed in by whoever measures: none of them has a password."""
    email = f"{role}{number}.{agency_id}@bench.example"
    long_ago = clock.now() - timedelta(days=2000)
    return Account(email=email, name=f"Ni Luh {role} {number}", role=role, created_at=long_ago)


def _central() -> Iterator[Entry]:
    return (entry for entry in central_agencies() if not (entry.connected and entry.connected.end))


def _invented() -> Iterator[Entry]:
    for number in count(1):
        name = f"Badan Ukur Nomor {number}"
        yield Entry(kind="lembaga", slug=f"badanukur{number}", name=name, short_name=f"BU{number}")


def _alone(entry: Entry) -> Entry:
    """Without the others that it names: they may not be among the first so many."""
    return replace(entry, parent=None, successors=None, connected=None)
