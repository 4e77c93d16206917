"""A process that opens the pages of one database and says how long each took.

A process for each database, so that none remembers what it read of the other. Asked by lines on
its standard input: the name of a page; answers with the seconds that one visit took.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from time import perf_counter
from typing import IO, Any, Final

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from sp4n.accounts.models import Account, Coordinator
from sp4n.accounts.operations import open_session
from sp4n.app import create_app
from sp4n.cases.models import CaseRecord, PublicCase
from sp4n.cases.states import State
from sp4n.config import Settings, load_settings, settings_to_environ
from sp4n.db import db
from sp4n.settings.queries import categories
from sp4n.tenants.edge import agency_edge, edge
from sp4n.tenants.everyone import NATIONAL
from sp4n.tenants.models import Agency
from sp4n.web.sites import Site
from sp4n.workbench.models import SavedView

STATES: Final = ("unverified", "unhandled", "in_progress", "awaiting_reply", "closed")
LANGUAGE = {"Accept-Language": "id"}


@dataclass(frozen=True)
class Page:
    """`browser`: who opens it."""

    path: str
    browser: FlaskClient
    host: str

    def visit(self) -> float:
        start = perf_counter()
        answer = self.browser.get(self.path, base_url=self.host, headers=LANGUAGE)
        body = answer.get_data()
        taken = perf_counter() - start
        if answer.status_code != 200 or not body:
            raise RuntimeError(f"{self.path} answered {answer.status}")
        return taken


def pages(app: Flask) -> dict[str, Page]:
    """Of the largest agency, whose cases are a tenth of all."""
    with app.app_context(), edge(NATIONAL):
        agency_id, slug = largest(db.session())
        coordinator = open_session(db.session(), person=first(db.session(), Coordinator))
    with app.app_context(), agency_edge(agency_id):
        session = db.session()
        answered = a_case(session, CaseRecord.state == State.CLOSED, CaseRecord.published.is_(True))
        public = session.scalars(
            sa.select(PublicCase.reference).where(PublicCase.id == answered.id)
        ).one()
        admin, head, liaison = (a_sign_in(session, one) for one in ("admin", "head", "liaison"))
        keep_views(session, "admin", views_of(session))
        keep_views(session, "head", worded_views_of(session))
        tracked, rare = [answered.id], f"T{answered.id}"
        reference, topic = answered.reference, topic_of_newest(session)
    here, nation = f"http://{slug}.localhost:8000", "http://localhost:8000"
    console = browser(app, nation, {"sid": coordinator, "site": Site("national").name})
    staff = browser(app, here, {"sid": admin, "site": slug})
    chief = browser(app, here, {"sid": head, "site": slug})
    officer = browser(app, here, {"sid": liaison, "site": slug})
    reporter = browser(app, here, {"tracked": tracked, "site": slug})
    citizen = app.test_client()
    return {
        "overview": Page("/nasional/", console, nation),
        "desk list": Page("/desk/", staff, here),
        "desk list of a liaison": Page("/desk/", officer, here),
        "desk list, late": Page("/desk/?terlambat=1", staff, here),
        "desk list, one state": Page("/desk/?status=closed", staff, here),
        "desk list, closed of one topic": Page(f"/desk/?status=closed&topik={topic}", staff, here),
        "desk list, closed of a class": Page("/desk/?status=closed&jenis=aspirasi", staff, here),
        "desk list, a rare word": Page(f"/desk/?q={rare}", staff, here),
        "desk list, a common word": Page("/desk/?q=jalan", staff, here),
        "counts of twenty saved views": Page("/desk/tampilan", staff, here),
        "counts of twenty views with words": Page("/desk/tampilan", chief, here),
        "one case": Page(f"/desk/laporan/{reference}", staff, here),
        "tracking": Page(f"/lacak/{reference}", reporter, here),
        "public list": Page("/laporan", citizen, here),
        "public list, a rare word": Page(f"/laporan?q={rare}", citizen, here),
        "public list, a common word": Page("/laporan?q=jalan", citizen, here),
        "public case": Page(f"/laporan/{public}", citizen, here),
        "agency front page": Page("/", citizen, here),
        "national front page": Page("/", citizen, nation),
        "publish": Page("/kelola/pengaturan/terbitkan", staff, here),
        "impact": Page("/kelola/pengaturan/dampak", staff, here),
        "trail": Page("/kelola/jejak/", staff, here),
        "trail, a word": Page("/kelola/jejak/?kata=laporan", staff, here),
        "people": Page("/kelola/orang/", staff, here),
        "people, a word": Page("/kelola/orang/?search=4321", staff, here),
    }


def views_of(session: Session) -> list[dict[str, Any]]:
    """Twenty of those that the desk's list can be narrowed to, but for words."""
    unit = session.scalars(
        sa.select(CaseRecord.unit_id).where(CaseRecord.unit_id > 0).limit(1)
    ).one()
    topic = topic_of_newest(session)
    return [
        *({"status": state} for state in STATES),
        *({"status": state, "unit": unit} for state in ("unhandled", "in_progress")),
        *({"status": state, "topik": topic} for state in ("unhandled", "in_progress", "closed")),
        *({"status": state, "jenis": "aspirasi"} for state in ("in_progress", "closed")),
        *({"terlambat": 1}, {"terlambat": 1, "unit": unit}, {"tempo": "hari-ini"}, {"saya": 1}),
        *({"hari": 1}, {"hari": 7}, {"hari": 30, "status": "closed"}, {"berubah": 1}),
    ]


def topic_of_newest(session: Session) -> str:
    number = a_case(session, CaseRecord.category_id.is_not(None)).category_id
    return next(one.key for one in categories(session) if one.id == number)


def worded_views_of(_session: Session) -> list[dict[str, Any]]:
    """Every state with words, from very common to rare."""
    words = ("jalan", "lampu padam", "air", "gelap gulita")
    return [{"status": state, "q": text} for state in STATES for text in words]


def as_kept(asked: dict[str, Any]) -> dict[str, str]:
    return {name: str(value) for name, value in asked.items()}


def keep_views(session: Session, role: str, views: list[dict[str, Any]]) -> None:
    owner = account(session, role).id
    kept = sa.select(SavedView.id).where(SavedView.account_id == owner)
    if session.scalar(kept.limit(1)) is not None:
        return
    for number, asked in enumerate(views):
        session.add(SavedView(account_id=owner, name=str(number), asked=as_kept(asked)))


def largest(session: Session) -> tuple[int, str]:
    """The first of the register: see `offices.shares`."""
    found = session.execute(sa.select(Agency.id, Agency.slug).order_by(Agency.id).limit(1)).one()
    return found[0], found[1]


def first(session: Session, table: type[Coordinator]) -> Coordinator:
    return session.scalars(sa.select(table).limit(1)).one()


def a_case(session: Session, *where: sa.ColumnElement[bool]) -> CaseRecord:
    newest = sa.select(CaseRecord).where(*where).order_by(CaseRecord.filed_at.desc()).limit(1)
    return session.scalars(newest).one()


def account(session: Session, role: str) -> Account:
    one = sa.select(Account).where(Account.role == role).order_by(Account.id).limit(1)
    return session.scalars(one).one()


def a_sign_in(session: Session, role: str) -> str:
    return open_session(session, person=account(session, role))


def browser(app: Flask, host: str, cookie: dict[str, object]) -> FlaskClient:
    """With a cookie as the server signs it."""
    client = app.test_client()
    sign = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
    client.set_cookie("sp4n", sign.dumps(cookie), domain=host.split("/")[2].split(":")[0])
    return client


@dataclass(frozen=True)
class Visitor:
    """The other end: asks such a process."""

    asked: IO[str]
    said: IO[str]

    def visit(self, page: str) -> float:
        print(page, file=self.asked, flush=True)
        return float(json.loads(self.said.readline()))


@contextmanager
def visitor(settings: Settings) -> Iterator[Visitor]:
    process = subprocess.Popen(
        [sys.executable, "-m", "bench.visitor"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, **settings_to_environ(settings)},
    )
    with process:
        assert process.stdin is not None
        assert process.stdout is not None
        yield Visitor(process.stdin, process.stdout)
        process.stdin.close()


def main() -> None:
    found = pages(create_app(load_settings(os.environ)))
    for line in sys.stdin:
        print(json.dumps(found[line.strip()].visit()), flush=True)


if __name__ == "__main__":
    main()
