"""Reading a page writes nothing: a GET may be sent by anybody's link, and sent again."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from flask import Flask

from sp4n.db import db
from tests.attacks import addresses
from tests.attacks.planting import Nationals, Planted
from tests.attacks.visiting import Visitor, coordinator, visitor

WRITING = re.compile(r"\s*(?:WITH\b.*\b)?(INSERT|UPDATE|DELETE|MERGE|TRUNCATE|COPY)\b", re.I | re.S)
# When a sign-in was last used is written down every few minutes, whatever is read then.
SEEN = re.compile(r"UPDATE (account|coordinator)(_session)? SET last_seen_at=[^,]+ WHERE")
# Pages that write although they are only read, and why that is right.
ALLOWED: dict[str, str] = {
    "kelola_ekspor.download": "who takes everything along leaves a trace",
    "desk.case": "how far its reader has read is noted, for their own list",
    "desk.draft_of": "the same page, with the draft in its form",
}


@contextmanager
def written(app: Flask) -> Iterator[list[str]]:
    """The statements that change anything, whichever role sends them."""
    found: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if WRITING.match(statement) and not SEEN.match(statement):
            found.append(" ".join(statement.split())[:100])

    with app.app_context():
        engines = list(db.engines.values())
    for engine in engines:
        sa.event.listen(engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        for engine in engines:
            sa.event.remove(engine, "before_cursor_execute", note)


def reading(app: Flask, site: str, who: Visitor, planted: Planted) -> dict[str, list[str]]:
    """Address -> what was written when it was read."""
    found: dict[str, list[str]] = {}
    for rule in addresses.site_rules(app, site):
        if "GET" in (rule.methods or ()) and rule.endpoint not in ALLOWED:
            for path in list(addresses.own_paths(rule, planted))[:4]:
                with written(app) as statements:
                    who.client.get(path)
                if statements:
                    found[path] = statements
    return found


def test_reading_an_agencys_pages_writes_nothing(app: Flask, mine: Planted) -> None:
    tracked = [case.id for case in mine.cases.values()]
    who = visitor(app, mine, "admin", sid=mine.tokens["admin"], tracked=tracked, link=mine.link)
    assert reading(app, "agency", who, mine) == {}


def test_reading_the_national_pages_writes_nothing(
    app: Flask, mine: Planted, nationals: Nationals
) -> None:
    for role in nationals.ids:
        who = coordinator(app, nationals, role=role)
        assert reading(app, "national", who, mine) == {}


def test_what_is_written_is_noticed(app: Flask, mine: Planted) -> None:
    who = visitor(app, mine, "admin", sid=mine.tokens["admin"])
    with written(app) as statements:
        who.ask(f"/desk/laporan/{mine.cases['baru'].reference}/identitas", {})
    assert any("identity_look" in statement for statement in statements)


def test_every_exception_is_still_one(app: Flask) -> None:
    assert set(ALLOWED) <= set(app.view_functions)
