"""What a door's test starts from: cases filed and acted on with the application's own secrets, and
browsers of people who have signed in."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from sp4n import clock
from sp4n.accounts import operations as people
from sp4n.accounts.absences import set_absence
from sp4n.accounts.models import AccountUnit
from sp4n.audit.actors import Actor
from sp4n.cases import operations
from sp4n.cases.drafts import new_form_key
from sp4n.cases.models import CaseRecord
from sp4n.cases.operations import FiledCase
from sp4n.db import db
from sp4n.organisation.models import Unit
from sp4n.tenants.edge import edge
from sp4n.tenants.everyone import NATIONAL
from sp4n.tenants.resolver import AgencyFacts
from sp4n.web.sites import Site
from tests.accounts.browsing import give_cookie
from tests.accounts.people import add_coordinator, add_staff
from tests.cases.making import a_unit, answers
from tests.factories import ClientFor, Inside
from tests.pages import Browser


@dataclass
class Scene:
    """One agency, its cases and its people. Acts on a case are named as their operations are."""

    app: Flask
    agency: AgencyFacts
    admin: Actor = field(init=False)

    def __post_init__(self) -> None:
        self.admin = self.person("admin", "Ni Luh Admin")

    def inside(self) -> Any:
        return Inside(self.app)(self.agency)

    def person(self, role: str, name: str = "", units: Iterable[int] = ()) -> Actor:
        with self.inside() as session:
            account = add_staff(session, role, **({"name": name} if name else {}))
            session.add_all(AccountUnit(account_id=account.id, unit_id=one) for one in units)
            return Actor("staff", account.id, account.name, role, frozenset(units))

    def away(self, who: Actor, deputy: Actor, first: int = 0, last: int = 3) -> int:
        """Noted by the admin; `first` and `last`: days from today."""
        today = clock.today(self.agency.zone)
        with self.inside() as session:
            return set_absence(
                session,
                account=people.person_by_id(session, person_id=who.id or 0),
                deputy_id=deputy.id,
                starts_on=today + timedelta(days=first),
                ends_on=today + timedelta(days=last),
                zone=self.agency.zone,
                actor=self.admin,
            ).id

    def unit(self, name: str = "Dinas Pekerjaan Umum") -> int:
        with self.inside() as session:
            return a_unit(session, name).id

    def unit_name(self, unit_id: int) -> str:
        with self.inside() as session:
            return session.scalars(sa.select(Unit.name).where(Unit.id == unit_id)).one()

    def filed(self, at: datetime | None = None, language: str = "id", **over: Any) -> FiledCase:
        with clock.frozen(at or clock.now()), self.inside() as session:
            return operations.file_case(
                session,
                sealer=self.app.extensions["sp4n.sealer"],
                secret=self.app.config["SECRET_KEY"],
                form_key=new_form_key(),
                answers=answers(**over),
                agency=self.agency,
                language=language,
                trial=self.agency.preparing,
            )

    def case(self, filing: FiledCase, session: Session | None = None) -> CaseRecord:
        """With a session: to be acted on; without: as it is stored, for looking at."""
        wanted = sa.select(CaseRecord).where(CaseRecord.id == filing.case_id)
        if session is not None:
            return session.scalars(wanted).one()
        with self.inside() as opened:
            found = opened.scalars(wanted).one()
            opened.refresh(found)
            opened.expunge(found)
            return found

    def verify(self, filing: FiledCase, **over: Any) -> FiledCase:
        values: dict[str, Any] = {
            "supervision": False,
            "category_id": None,
            "public_title": "Lampu jalan padam di depan pasar",
            "public_body": "Lampu jalan padam sejak hari Senin.",
            "publish": True,
            **over,
        }
        return self._act(filing, operations.verify_case, values)

    def assign(self, filing: FiledCase, unit_id: int) -> FiledCase:
        return self._act(filing, operations.assign_case, {"unit_id": unit_id, "note": ""})

    def answer(
        self, filing: FiledCase, body: str = "Petugas kami datang besok pagi.", final: bool = False
    ) -> FiledCase:
        return self._act(filing, operations.answer_case, {"body": body, "final": final})

    def note(self, filing: FiledCase, body: str) -> FiledCase:
        return self._act(filing, operations.note_case, {"body": body})

    def archive(self, filing: FiledCase, **over: Any) -> FiledCase:
        values = {"reason": "not_our_authority", "message": "Jalan ini milik provinsi.", **over}
        return self._act(filing, operations.archive_case, values)

    def hold(self, filing: FiledCase, body: str = "Di jalan apa tepatnya?") -> FiledCase:
        return self._act(filing, operations.hold_case, {"body": body})

    def _act(self, filing: FiledCase, operation: Any, values: dict[str, Any]) -> FiledCase:
        with self.inside() as session:
            operation(session, case=self.case(filing, session), actor=self.admin, **values)
        return filing

    def browser(self, **over: Any) -> Browser:
        """Of a citizen."""
        return Browser(ClientFor(self.app)(self.agency), **over)

    def desk(self, who: Actor | None = None) -> Browser:
        """Of someone who has signed in; the admin where nobody is named."""
        browser = self.browser()
        with self.inside() as session:
            account = people.person_by_id(session, person_id=(who or self.admin).id or 0)
            token = people.open_session(session, person=account)
        give_cookie(browser.client, {"sid": token, "site": self.agency.slug})
        return browser


def coordinator_browser(app: Flask, role: str = "coordinator") -> Browser:
    browser = Browser(ClientFor(app)(None))
    with app.app_context(), edge(NATIONAL):
        person = add_coordinator(db.session(), role)
        token = people.open_session(db.session(), person=person)
    give_cookie(browser.client, {"sid": token, "site": Site("national").name})
    return browser
