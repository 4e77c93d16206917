"""What the admin of a large agency waits for: settings published over many open cases, long lists;
and whether anybody else notices.

One agency has all cases; the database is thrown away, because a recount changes it.
"""

from __future__ import annotations

import http.client
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter, sleep
from typing import Final

import psycopg
import sqlalchemy as sa
from flask import Flask

from bench.building.database import Built, built
from bench.counting import statements
from bench.filing_house import wait_until_ready
from bench.keeping_turns import counted_in_turns
from bench.pages import running, superuser_url
from bench.scale import Scale
from bench.surroundings import free_port
from bench.table import Row
from bench.visitor import Visitor, largest, pages, visitor
from sp4n import clock
from sp4n.app import create_app
from sp4n.audit.actors import Actor
from sp4n.audit.models import AuditEntry
from sp4n.cases.models import CaseRecord
from sp4n.cases.operations import recount_batch
from sp4n.cases.recount_models import DueRecount
from sp4n.configuration.limits import set_limits
from sp4n.configuration.operations import change_draft, publish_draft
from sp4n.configuration.queries import draft, edits_so_far
from sp4n.db import db
from sp4n.settings.own_limits import WHOLE_AGENCY
from sp4n.tenants.edge import agency_edge, edge
from sp4n.tenants.everyone import NATIONAL
from sp4n.tenants.resolver import LIFETIME

STRICTER: Final = {"verification": "1", "first_answer": "2", "completion_pengaduan": "7"}
READ: Final = ("desk list", "agency front page", "one case")
KEPT: Final = ("publish", "impact", "trail", "trail, a word", "people", "people, a word")
NEW_PHONE: Final = "(0361) 909090"
PAGE_BYTES: Final = 200_000
PEOPLE: Final = """
INSERT INTO account (agency_id, email, name, role)
SELECT %s, 'orang' || n || '@bench.example', 'Orang ' || n, 'viewer' FROM generate_series(1, %s) n
"""


@dataclass(frozen=True)
class Agency:
    app: Flask
    id: int
    slug: str
    built: Built

    @contextmanager
    def inside(self) -> Iterator[None]:
        with self.app.app_context(), agency_edge(self.id):
            yield

    def admin(self) -> Actor:
        return Actor("staff", 1, "Admin", "admin")


def measure(scale: Scale) -> list[Row]:
    cases, people = scale.pick((8_000, 5_000), (1_000_000, 100_000))
    with (
        TemporaryDirectory(prefix="sp4n-keeping-") as folder,
        built(Path(folder), agencies=1, cases=cases) as made,
    ):
        agency = opened(made)
        crowd(agency, people)
        rows = [*settings_now(agency), *sizes(agency)]
        with visitor(made.settings) as asked:
            rows += publishing(agency, asked)
            rows += lists(asked)
        return [*rows, *spreading(agency)]


def opened(made: Built) -> Agency:
    app = create_app(made.settings)
    with app.app_context(), edge(NATIONAL):
        found = largest(db.session())
    return Agency(app, *found, made)


def crowd(agency: Agency, people: int) -> None:
    with psycopg.connect(superuser_url(agency.built.settings)) as connection:
        connection.execute(PEOPLE, [agency.id, people])
        connection.commit()
        connection.autocommit = True
        connection.execute("VACUUM (ANALYZE) account")


def settings_now(agency: Agency) -> Iterator[Row]:
    """What a citizen's page asks for the agency's settings once its process knows them."""
    front = pages(agency.app)["agency front page"]
    front.visit()
    with statements() as sent:
        front.visit()
    asked = [one for one in sent if "configuration_version" in one or "FROM agency" in one]
    yield Row.of("statements about settings on a warm front page", len(asked), "", "<= 0")
    with agency.inside():
        counts = sa.select(sa.func.count()).where(CaseRecord.due_at.is_not(None))
        yield Row.of("open cases", db.session().scalar(counts) or 0, "")
        yield Row.of("entries of the trail", db.session().scalar(counted(AuditEntry)) or 0, "")


def counted(table: type[AuditEntry]) -> sa.Select[int]:
    return sa.select(sa.func.count()).select_from(table)


def sizes(agency: Agency) -> Iterator[Row]:
    """Of the settings' pages, as they come to the browser before compression."""
    staff = pages(agency.app)["desk list"]
    largest_page, where = 0, ""
    for rule in agency.app.url_map.iter_rules():
        path = rule.rule
        if path.startswith("/kelola/") and not rule.arguments and "GET" in (rule.methods or ()):
            answer = staff.browser.get(path, base_url=staff.host)
            if answer.status_code == 200 and len(answer.get_data()) > largest_page:
                largest_page, where = len(answer.get_data()), path
    yield Row.of(f"largest page of /kelola ({where})", largest_page, "bytes", f"<= {PAGE_BYTES}")


def publishing(agency: Agency, asked: Visitor) -> Iterator[Row]:
    """Stricter limits over all open cases; readers go on reading while they are counted anew."""
    draft_limits(agency)
    for page in KEPT[:2]:
        yield Row.of(f"{page} page, all of it to be counted anew", 1000 * often(asked, page), "ms")
    start = perf_counter()
    with agency.inside():
        publish_draft(db.session(), edits=now_edits(), reason="Ukur", actor=agency.admin())
    yield Row.of("publishing it", perf_counter() - start, "s")
    sleep(LIFETIME + 1)
    found = counted_in_turns(partial(recount, agency), asked.visit, READ)
    with agency.inside():
        run = db.session().scalars(sa.select(DueRecount).order_by(DueRecount.id.desc())).first()
        assert run is not None
        yield Row.of("cases counted anew", run.seen, "")
        yield Row.of("of these, moved", run.moved, "", ">= 1")
        yield Row.of("counting them, beside readers", found.seconds, "s")
    for page in READ:
        yield Row.of(f"{page} meanwhile / at rest", found.ratio(page), "x")
        yield Row.of(f"{page} meanwhile: median", 1000 * found.meanwhile(page), "ms")


def draft_limits(agency: Agency) -> None:
    with agency.inside():
        set_limits(
            db.session(),
            unit_id=WHOLE_AGENCY,
            typed=STRICTER,
            today=clock.now().date(),
            edits=now_edits(),
            actor=agency.admin(),
        )


def now_edits() -> int:
    return edits_so_far(db.session())


def recount(agency: Agency) -> bool:
    """A batch, as a worker does it; whether there are more."""
    with agency.inside():
        newest = sa.select(sa.func.max(DueRecount.id))
        return recount_batch(db.session(), recount_id=db.session().scalar(newest) or 0)


def often(asked: Visitor, page: str) -> float:
    asked.visit(page)
    return median(asked.visit(page) for _ in range(7))


def lists(asked: Visitor) -> Iterator[Row]:
    for page in KEPT[2:]:
        yield Row.of(f"{page}: median", 1000 * often(asked, page), "ms")


def spreading(agency: Agency) -> Iterator[Row]:
    """From the commit until no process of a web server answers with the old settings."""
    settings = replace(
        agency.built.settings, port=free_port(), web_workers=2, database_url=None, kept_seconds=2
    )
    with running(settings, "sp4n.cli", "web"):
        wait_until_ready(settings)
        host = f"{agency.slug}.localhost:{settings.port}"
        until(lambda: all(NEW_PHONE not in body(host) for _ in range(40)))
        with agency.inside():
            answers = {"contact_phone": NEW_PHONE}
            change_draft(db.session(), answers=answers, edits=now_edits(), actor=agency.admin())
            assert draft(db.session()) is not None
            publish_draft(db.session(), edits=now_edits(), reason="Ukur", actor=agency.admin())
        start = perf_counter()
        last_old = start
        while perf_counter() - start < 2 * LIFETIME + 4:
            if NEW_PHONE not in body(host):
                last_old = perf_counter()
        yield Row.of("last old page after a publish, 2 processes", last_old - start, "s", "<= 2")


def body(host: str) -> str:
    """On a connection of its own: whichever process takes it."""
    connection = http.client.HTTPConnection("127.0.0.1", int(host.rpartition(":")[2]), timeout=10)
    try:
        connection.request("GET", "/", headers={"Host": host})
        return connection.getresponse().read().decode()
    finally:
        connection.close()


def until(true: Callable[[], bool]) -> None:
    for _attempt in range(50):
        if true():
            return
        sleep(0.2)
    raise RuntimeError("the house does not come to rest")
