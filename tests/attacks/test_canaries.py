"""Who somebody is, where they did not want it to be known: planted through the form, then looked
for everywhere there is to look."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from email.parser import BytesParser
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from sp4n.config import Settings
from sp4n.db import Base
from tests.attacks.scene import (
    ADDRESS,
    BROWSER,
    HIDDEN,
    NAMED,
    NOBODY,
    Reporter,
    Scene,
    an_admin,
    play,
)

# Where the words of a case are to be: its own rows.
OF_A_CASE = {"case_record.title", "case_record.description", "case_record.location"}
OF_A_CASE |= {"case_event.body"}
# Times of staff's own, who have a name and work by the clock.
OF_STAFF = {"account", "account_session", "credential"}


@pytest.fixture(scope="module")
def scene(app: Flask) -> Scene:
    return play(app)


def in_rows(superuser: sa.Connection) -> Iterator[tuple[str, bytes]]:
    """Every value of every column of every table, as it is stored."""
    for table in Base.metadata.sorted_tables:
        for row in superuser.execute(sa.select(table)):
            for column, value in row._mapping.items():
                if isinstance(value, str | bytes | list | dict):
                    raw = value if isinstance(value, bytes) else str(value).encode()
                    yield f"{table.name}.{column}", raw


def in_files(folder: Path) -> Iterator[tuple[str, bytes]]:
    """All that the data folder holds: uploads, letters, the servers' own files and logs."""
    for path in folder.rglob("*"):
        if path.is_file() and not path.is_symlink():
            content = path.read_bytes()
            if path.suffix == ".eml":
                content = without_recipient(content)
            yield path.relative_to(folder).as_posix(), content


def without_recipient(letter: bytes) -> bytes:
    """A letter has to say to whom it goes; nothing else of it may."""
    message = BytesParser().parsebytes(letter)
    del message["To"]
    parts = [part for part in message.walk() if not part.is_multipart()]
    return message.as_bytes() + b"".join(bytes(part.get_payload(decode=True)) for part in parts)


def everywhere(scene: Scene, superuser: sa.Connection, folder: Path) -> Iterator[tuple[str, bytes]]:
    superuser.exec_driver_sql("CHECKPOINT")
    yield from in_rows(superuser)
    yield from in_files(folder)
    yield from beside(scene)


def beside(scene: Scene) -> Iterator[tuple[str, bytes]]:
    yield from ((f"Redis {key}", key.encode() + value) for key, value in scene.redis.items())
    yield from (("the log", line.encode()) for line in scene.log)
    yield from (("a cookie", cookie.encode()) for cookie in scene.cookies)


def found(places: Iterator[tuple[str, bytes]], words: list[str]) -> set[str]:
    sought = re.compile("|".join(re.escape(word) for word in words if word).encode(), re.I)
    return {where for where, content in places if sought.search(content)}


def test_an_identity_is_nowhere_in_clear(
    scene: Scene, superuser: sa.Connection, settings: Settings
) -> None:
    """Neither of who is anonymous nor of anyone else: it is sealed before it is written."""
    traces = [*HIDDEN.traces, *NAMED.traces]
    assert found(everywhere(scene, superuser, settings.data_dir), traces) == set()


def test_neither_address_nor_browser_of_a_reporter_is_anywhere(
    scene: Scene, superuser: sa.Connection, settings: Settings
) -> None:
    assert found(everywhere(scene, superuser, settings.data_dir), [ADDRESS, BROWSER]) == set()


def test_the_search_finds_what_is_there(
    scene: Scene, superuser: sa.Connection, settings: Settings
) -> None:
    """So that finding nothing says something: rows, the server's files, letters, Redis, logs."""
    told = found(in_rows(superuser), [NAMED.typed["title"], NAMED.reply])
    assert told == {"case_record.title", "case_event.body"}
    references = list(scene.references.values())
    folders = {place.partition("/")[0] for place in found(in_files(settings.data_dir), references)}
    assert "mail" in folders
    assert found(beside(scene), ["run_outbox"])
    assert len(scene.log) > 10


def test_a_sealed_identity_opens_for_who_answers_and_for_nobody_when_anonymous(
    app: Flask, scene: Scene, superuser: sa.Connection
) -> None:
    admin = an_admin(app, scene.others)
    opened = admin.ask(f"/desk/laporan/{scene.references[NAMED.word]}/identitas", {})
    assert NAMED.typed["reporter_name"] in opened.text
    refused = admin.ask(f"/desk/laporan/{scene.references[HIDDEN.word]}/identitas", {})
    assert refused.status == 403
    assert not any(trace in refused.text for trace in HIDDEN.traces)
    counted = sa.text("SELECT count(*) FROM identity WHERE agency_id = :agency")
    assert superuser.scalar(counted, {"agency": scene.traceless.id}) == 0
    assert superuser.scalar(counted, {"agency": scene.others.id}) == 2


@pytest.mark.parametrize("who", [NAMED, HIDDEN, NOBODY], ids=lambda who: who.word)
def test_what_was_reported_is_in_the_case_and_nowhere_else(
    scene: Scene, superuser: sa.Connection, settings: Settings, who: Reporter
) -> None:
    """Not in letters, logs, Redis, cookies or the trail; a published one has words of its own."""
    story = [who.typed[name] for name in ("title", "description", "location")] + [who.reply]
    assert found(in_rows(superuser), story) == OF_A_CASE
    letters = ((place, text) for place, text in in_files(settings.data_dir / "mail"))
    assert found(letters, story) == set()
    assert found(beside(scene), story) == set()


def test_a_confidential_case_has_no_public_face(
    app: Flask, scene: Scene, superuser: sa.Connection
) -> None:
    public = set(superuser.scalars(sa.text("SELECT reference FROM public_case")))
    assert scene.references[NAMED.word] not in public
    assert {scene.references[NOBODY.word], scene.references[HIDDEN.word]} <= public


def times_of(superuser: sa.Connection, agency_id: int) -> Iterator[tuple[str, datetime]]:
    for table in Base.metadata.sorted_tables:
        if "agency_id" in table.columns and table.name not in OF_STAFF:
            rows = superuser.execute(sa.select(table).where(table.c.agency_id == agency_id))
            for row in rows:
                for column, value in row._mapping.items():
                    if isinstance(value, datetime):
                        yield f"{table.name}.{column}", value


def test_a_report_without_identity_leaves_no_time_but_the_hour(
    scene: Scene, superuser: sa.Connection, settings: Settings
) -> None:
    """In rows, in the folder of files, and in when its letters went out."""
    times = list(times_of(superuser, scene.traceless.id))
    assert len(times) > 20
    exact = {place for place, at in times if at.minute or at.second or at.microsecond}
    assert {place for place in exact if not place.endswith("due_at")} == set()
    stored = list((settings.data_dir / "files" / str(scene.traceless.id)).rglob("*"))
    assert len([path for path in stored if path.is_file()]) == 2
    assert all(path.stat().st_mtime % 3600 == 0 for path in stored if path.is_file())


def test_nothing_is_logged_of_a_report_that_would_tell_its_minute(
    scene: Scene, superuser: sa.Connection
) -> None:
    """Not of the visit; and the work that follows from it is owed for the next full hour."""
    ours = [line for line in scene.log if line.startswith("sp4n") and " DEBUG " not in line]
    told = [line for line in ours if "event=request" in line]
    assert told  # of staff
    assert [line for line in told if "endpoint=portal." in line] == []
    worked = [line for line in ours if f"agency_id={scene.traceless.id} " in line]
    assert len(worked) > 3
    owed = sa.text(
        "SELECT count(*) FROM outbox WHERE agency_id = :agency AND kind LIKE 'notice.staff%'"
        " AND due_at <> date_trunc('hour', due_at)"
    )
    assert superuser.scalar(owed, {"agency": scene.traceless.id}) == 0
