"""Real jobs of two agencies, one after the other in one process: each does its own, and forged rows
get nothing. (How rows are run at all is tested in tests/jobs.)"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from sp4n import clock
from sp4n.accounts.permissions import STAFF_ROLES
from sp4n.app import create_app
from sp4n.config import Settings
from sp4n.jobs import registry, run
from sp4n.jobs.outbox import owe
from sp4n.jobs.run import run_outbox, run_upkeep
from sp4n.runtime.embedded import EmbeddedServers
from sp4n.tenants.scope import current_scope
from tests.attacks import intruding
from tests.attacks.canaries import IDENTITY, canaries_in
from tests.attacks.footprints import footprint
from tests.attacks.planting import Planted
from tests.attacks.visiting import anonymous
from tests.factories import Inside
from tests.servers import superuser_of

MOST_ROUNDS = 20


@pytest.fixture(autouse=True)
def served(app: Flask) -> None:
    run.serve(app)


@pytest.fixture(autouse=True, scope="module")
def owed_anew(database: EmbeddedServers, mine: Planted, theirs: Planted) -> None:
    """As if nothing had been sent yet, whatever ran before."""
    engine = sa.create_engine(superuser_of(database))
    with engine.begin() as connection:
        connection.execute(
            sa.text(
                "UPDATE outbox SET state = 'waiting', attempts = 0, due_at = NULL "
                "WHERE agency_id IN (:mine, :theirs) AND recipient_id IS NULL "
                "AND kind LIKE 'notice.%'"
            ),
            {"mine": mine.agency.id, "theirs": theirs.agency.id},
        )
    engine.dispose()


def undone(superuser: sa.Connection, planted: Planted) -> list[int]:
    sql = "SELECT id FROM outbox WHERE agency_id = :agency AND state = 'waiting' ORDER BY id"
    return list(superuser.scalars(sa.text(sql), {"agency": planted.agency.id}))


def run_in_turns(superuser: sa.Connection, *agencies: Planted) -> int:
    """One row of each, then the next of each, until nothing is left; how many there were."""
    done = 0
    for _round in range(MOST_ROUNDS):
        waiting = [[(one, row) for row in undone(superuser, one)] for one in agencies]
        if not any(waiting):
            return done
        for place in range(max(map(len, waiting))):
            for one, row in (some[place] for some in waiting if place < len(some)):
                run_outbox(one.agency.id, row)
                assert current_scope() is None
                done += 1
    raise AssertionError("jobs make jobs without an end")


def letters(settings: Settings, planted: Planted) -> Iterator[EmailMessage]:
    for file in sorted((Path(settings.data_dir) / "mail" / planted.agency.slug).glob("*.eml")):
        message = BytesParser(policy=default).parsebytes(file.read_bytes())
        assert isinstance(message, EmailMessage)
        yield message


def text_of(message: EmailMessage) -> str:
    """All that is readable of it, but to whom it goes."""
    headers = [f"{name}: {value}" for name, value in message.items() if name != "To"]
    parts = [part.get_content() for part in message.walk() if not part.is_multipart()]
    return "\n".join([*headers, *parts])


def test_each_agency_writes_to_its_own_people_about_its_own_cases(
    mine: Planted, theirs: Planted, settings: Settings, superuser: sa.Connection
) -> None:
    assert run_in_turns(superuser, mine, theirs) > 40
    for one, other in ((mine, theirs), (theirs, mine)):
        sent = list(letters(settings, one))
        assert len(sent) > 10
        recipients = {one.canary("petugas", role) for role in STAFF_ROLES}
        recipients |= {one.canary(case, "surel") for case in one.cases}
        recipients.add(one.canary("", "pengaturanbalasan"))  # asked whether it is theirs
        for message in sent:
            text = text_of(message)
            assert str(message["To"]).partition("@")[0] in recipients
            assert other.word not in message.as_string()
            assert other.agency.slug not in text
            assert canaries_in(text, one) == set(), "a letter says that something happened, only"


def test_nobody_is_written_to_about_a_case_without_identity(
    mine: Planted, theirs: Planted, settings: Settings, superuser: sa.Connection
) -> None:
    run_in_turns(superuser, mine, theirs)
    addresses = [str(message["To"]) for message in letters(settings, mine)]
    assert not any(mine.canary("tanpa", "") in address for address in addresses)
    assert any(mine.canary("anonim", "surel") in address for address in addresses)
    assert not any(
        mine.canary(case, sort) in text_of(message)
        for message in letters(settings, mine)
        for case in mine.cases
        for sort in IDENTITY
    )


def test_the_demos_page_of_letters_shows_those_of_its_site_and_only_in_a_demo(
    app: Flask, mine: Planted, theirs: Planted, settings: Settings, superuser: sa.Connection
) -> None:
    run_in_turns(superuser, mine, theirs)
    assert not settings.demo
    assert anonymous(app, mine).ask("/surat-demo").status == 404
    shown = anonymous(create_app(replace(settings, demo=True)), mine).ask("/surat-demo")
    assert mine.word in shown.text
    assert list(intruding.leaking("/surat-demo", shown, theirs)) == []


def rows_of(superuser: sa.Connection, table: str, planted: Planted) -> list[int]:
    sql = sa.text(f"SELECT id FROM {table} WHERE agency_id = :agency ORDER BY id")
    return list(superuser.scalars(sql, {"agency": planted.agency.id}))


def test_a_forged_row_does_nothing_with_another_agencys_rows(
    app: Flask,
    inside: Inside,
    mine: Planted,
    theirs: Planted,
    settings: Settings,
    superuser: sa.Connection,
) -> None:
    """Of every kind there is, about an event and an account of theirs."""
    run_in_turns(superuser, mine, theirs)
    before, sent = footprint(superuser, theirs.agency.id), len(list(letters(settings, mine)))
    event, account = rows_of(superuser, "case_event", theirs)[-1], theirs.accounts["admin"]
    with inside(mine.agency) as session:
        for kind in sorted(registry.kinds()):
            for recipient in (None, account):
                object_id = account if kind.startswith("account.") else event
                owe(session, kind=kind, object_id=object_id, recipient_id=recipient)
    assert run_in_turns(superuser, mine) >= 2 * len(registry.kinds())
    assert len(list(letters(settings, mine))) == sent
    assert footprint(superuser, theirs.agency.id) == before
    sql = "SELECT string_agg(last_error, ' ') FROM outbox WHERE agency_id = :agency"
    errors = str(superuser.scalar(sa.text(sql), {"agency": mine.agency.id}))
    assert theirs.word not in errors
    assert mine.word not in errors


def test_the_upkeep_of_one_agency_leaves_the_others_as_they_are(
    app: Flask, mine: Planted, theirs: Planted, superuser: sa.Connection
) -> None:
    """Two days later, when the drafts of both have expired."""
    stored = app.extensions["sp4n.storage"].root
    files = sorted((stored / str(theirs.agency.id)).rglob("*"))
    before = footprint(superuser, theirs.agency.id)
    assert rows_in(superuser, "filing_draft", theirs) > 0
    with clock.frozen(clock.now() + timedelta(days=2)):
        run_upkeep(mine.agency.id)
    assert rows_in(superuser, "filing_draft", mine) == 0
    assert footprint(superuser, theirs.agency.id) == before
    assert sorted((stored / str(theirs.agency.id)).rglob("*")) == files
    assert any(path.is_file() for path in files)


def rows_in(superuser: sa.Connection, table: str, planted: Planted) -> int:
    sql = sa.text(f"SELECT count(*) FROM {table} WHERE agency_id = :agency")
    return int(superuser.scalar(sql, {"agency": planted.agency.id}) or 0)
