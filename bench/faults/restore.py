"""The drill: a backup while people file and answer, the house wrecked, and brought back from it.

What is compared: every row of every table, hashed at the end of the base backup and again after the
restore. To have one such moment, PostgreSQL's copy is held in the middle, people go on under it,
then the house is cut off from its database (the proxy is silent) until the copy has ended. Nothing
of it is told to the backup, which is the `sp4n backup` of the handbook.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

import psutil
import sqlalchemy as sa

from bench.faults import disk
from bench.faults.clients import Reporter, expect_303, field_of
from bench.faults.delivery import MAILER, NOT_IN_TIME, mail_arrives
from bench.faults.house import House, Servers, ended
from bench.faults.ledger import Answer, Filing, Ledger
from bench.faults.proxy import Weather
from bench.faults.rows import Hashes, differences, how_many, row_hashes
from bench.faults.scene import Scene, seconds_since
from bench.faults.traffic import Traffic
from bench.faults.verdict import case_rows, none_of
from bench.surroundings import becomes, environ
from bench.table import Row

PATIENCE: Final = 120.0  # seconds for each of backup and restore
TRACKED: Final = 9  # reports that are looked up with reference and access code

STREAMED: Final = """
    SELECT backup_streamed FROM pg_stat_progress_basebackup
    WHERE phase = 'streaming database files'"""
AT_WORK: Final = """
    SELECT count(*) FROM pg_stat_activity WHERE usename LIKE 'sp4n%' AND state = 'active'"""
MAILS: Final = "SELECT agency_id, id, state FROM outbox WHERE queue = 'mail'"
NEWEST: Final = "SELECT max(id) FROM case_record"
FILED_LATER: Final = "SELECT id FROM case_record WHERE title = :title"


@dataclass
class Kept:
    """What there was at the end of the base backup. `mails`: their states, by their names."""

    hashes: Hashes
    filings: list[Filing]
    answers: list[Answer]
    mails: dict[str, str]
    changed: list[str] = field(default_factory=list)
    meanwhile: int = 0
    seconds: float = 0.0


def restore(scene: Scene) -> list[Row]:
    with tempfile.TemporaryDirectory(prefix="sp4n-faults-") as folder:
        backup = Path(folder) / "backup"
        with Traffic(scene, filers=2) as traffic:
            for number in range(3):
                file_with_photo(scene, number)
            kept = backed_up(scene, traffic, backup)
            traffic.wait_for(traffic.filed + 5, within=60)
        becomes(lambda: sent_since(scene, kept), 30)
        arrived, newest = scene.servers.mailbox.arrivals(), number_of(scene, NEWEST)
        confirmed = sum(1 for one in scene.ledger.filings if one.reference)
        wreck(scene)
        return [
            Row.of("reports filed while the base backup was made", kept.meanwhile, "", ">= 1"),
            Row.of(
                "confirmed after it, and gone with the house", confirmed - len(kept.filings), ""
            ),
            Row.of("seconds for the backup, but for the hold", kept.seconds, "s"),
            none_of("tables that changed under the comparison", kept.changed),
            *brought_back(scene, kept, Path(folder), arrived, newest),
            none_of("clients that met what no fault explains", traffic.wrong),
        ]


def file_with_photo(scene: Scene, number: int) -> None:
    reporter = scene.reporter()
    disk.attach(reporter, disk.begin(reporter), disk.picture(number))


def backed_up(scene: Scene, traffic: Traffic, folder: Path) -> Kept:
    """The worker of mail stands still meanwhile, so that letters are owed at this moment."""
    worker, begun = scene.house.children()[MAILER], time.monotonic()
    worker.suspend()
    command = subprocess.Popen(
        sp4n("backup", folder), env=environ(scene.servers.data_dir, SP4N_DEMO="0")
    )
    try:
        copy, filed = held_in_the_middle(scene, command), traffic.filed
        held = time.monotonic()
        traffic.wait_for(filed + 5, within=60)
        file_with_photo(scene, 3)
        meanwhile = traffic.filed - filed
        with scene.servers.postgres_proxy.weather(Weather(silent=True)):
            becomes(lambda: number_of(scene, AT_WORK) == 0, 30)
            kept = look(scene)
            begun += seconds_since(held)
            copy.resume()
            becomes(lambda: ended(copy), PATIENCE)
            kept.changed = differences(kept.hashes, row_hashes(scene.engine))
        kept.meanwhile = meanwhile
        if command.wait(PATIENCE):
            raise RuntimeError("`sp4n backup` failed; it said why above")
    finally:
        end(command)
        worker.resume()
    kept.seconds = seconds_since(begun)
    return kept


def end(command: subprocess.Popen[bytes]) -> None:
    """And what it holds, stopped or not, where it has not ended by itself."""
    with suppress(psutil.Error):
        for process in psutil.Process(command.pid).children(recursive=True):
            process.kill()
    command.kill()
    command.wait()


def sp4n(command: str, folder: Path) -> list[str]:
    return [sys.executable, "-m", "sp4n.cli", command, str(folder)]


def held_in_the_middle(scene: Scene, command: subprocess.Popen[bytes]) -> psutil.Process:
    """pg_basebackup, stopped when it has got some of the files, but not all."""
    give_up = time.monotonic() + PATIENCE
    while command.poll() is None and time.monotonic() < give_up:
        for child in psutil.Process(command.pid).children():
            if child.name() == "pg_basebackup":
                child.suspend()
                if number_of(scene, STREAMED):
                    return child
                child.resume()
        time.sleep(0.005)
    raise RuntimeError("pg_basebackup was not seen at work")


def look(scene: Scene) -> Kept:
    """While nobody writes."""
    return Kept(
        row_hashes(scene.engine),
        [one for one in scene.ledger.filings if one.reference],
        [replace(one) for one in scene.ledger.answers if one.acknowledged],
        mails(scene),
    )


def mails(scene: Scene) -> dict[str, str]:
    with scene.engine.connect() as connection:
        rows = connection.execute(sa.text(MAILS))
        return {f"outbox-{agency}-{row}": state for agency, row, state in rows}


def number_of(scene: Scene, query: str, **values: str) -> int:
    with scene.engine.connect() as connection:
        return int(connection.scalar(sa.text(query), values) or 0)


def sent_since(scene: Scene, kept: Kept) -> set[str]:
    """Letters that were owed at the backup and have gone out since."""
    arrived = scene.servers.mailbox.arrivals().keys()
    return {name for name, state in kept.mails.items() if state != "done"} & arrived


def wreck(scene: Scene) -> None:
    scene.house.kill()
    scene.engine.dispose()
    scene.servers.close()
    shutil.rmtree(scene.servers.data_dir)


def brought_back(
    scene: Scene, kept: Kept, folder: Path, arrived: dict[str, list[float]], newest: int
) -> list[Row]:
    """By the handbook's command, into another DATA_DIR; then a house on it, looked at all over."""
    data_dir, begun = folder / "house", time.monotonic()
    subprocess.run(
        sp4n("restore", folder / "backup"),
        env=environ(data_dir, SP4N_DEMO="0"),
        check=True,
        timeout=PATIENCE,
    )
    restored = seconds_since(begun)
    with Servers(data_dir) as servers:
        engine = servers.superuser()
        found = row_hashes(engine)
        engine.dispose()
        house, begun = House(servers, scene.house.port, scene.house.log), time.monotonic()
        try:
            house.start()
            rows = [
                Row.of("seconds for the restore", restored, "s"),
                Row.of("seconds from `sp4n up` until all is at work", seconds_since(begun), "s"),
                Row.of("rows compared", how_many(kept.hashes), "", ">= 1"),
                none_of("tables that are not as they were", differences(kept.hashes, found)),
            ]
            ledger = Ledger(kept.filings, kept.answers, numbers=scene.ledger.numbers)
            again = Scene(house, servers, scene.scale, ledger, scene.places)
            return [*rows, *lived_in(again, newest), *delivered(again, kept, arrived)]
        finally:
            house.stop()


def lived_in(scene: Scene, newest: int) -> list[Row]:
    """People come back, and a new one comes."""
    filings = [one for one in scene.ledger.filings if one.access_code][-TRACKED:]
    for place in scene.places:
        scene.officer(place).sign_in()
    mailed = mail_arrives(scene, 60)
    title = scene.ledger.filings[-1].title
    anew = number_of(scene, FILED_LATER, title=title)
    return [
        Row.of("admins that signed in", len(scene.places), ""),
        Row.of("reports found by reference and access code", len(filings), "", ">= 1"),
        none_of("of these, not found", [one.title for one in filings if not tracked(scene, one)]),
        Row.of("files", len(files(scene)), "", ">= 4"),
        none_of("of these, missing or not as their digest says", broken_files(scene)),
        Row.of("a new report is mailed", mailed or NOT_IN_TIME, "s", "<= 30"),
        none_of("of new reports, numbered as one was before", [title] if anew <= newest else []),
        *case_rows(scene),
    ]


def tracked(scene: Scene, filing: Filing) -> bool:
    """Opened with its own code, and with no other."""
    place = next(place for place in scene.places if place.id == filing.agency_id)
    browser = scene.browser(place)
    token = {"csrf_token": field_of(browser.get("/lacak").text, "csrf_token")}
    pair = {"reference": filing.reference, "access_code": filing.access_code}
    wrong = {**pair, "access_code": filing.access_code[::-1]}
    refused = browser.post("/lacak", {**token, **wrong}).status_code == 422
    address = expect_303(browser.post("/lacak", {**token, **pair})).headers["Location"]
    return refused and filing.title in browser.get("/lacak" + address.rpartition("/lacak")[2]).text


def files(scene: Scene) -> list[tuple[str, bytes]]:
    with scene.engine.connect() as connection:
        rows = connection.execute(sa.text("SELECT storage_key, sha256 FROM attachment"))
        return [(key, bytes(digest)) for key, digest in rows]


def broken_files(scene: Scene) -> list[str]:
    there = dict(disk.stored(scene))
    return [
        key
        for key, digest in files(scene)
        if key not in there or hashlib.sha256(there[key].read_bytes()).digest() != digest
    ]


def delivered(scene: Scene, kept: Kept, before: dict[str, list[float]]) -> list[Row]:
    """What was owed at the backup comes; what was noted as sent does not come again."""
    waited, mailbox = scene.settle(), scene.servers.mailbox
    now = mailbox.arrivals()
    twice = before.keys() & now.keys()
    done = {name for name, state in kept.mails.items() if state == "done"}
    addresses = [Reporter(scene.browser(scene.places[0]), one).email for one in kept.filings]
    with scene.checker() as checker:
        return [
            Row.of("seconds until nothing was owed any more", waited, "s"),
            Row.of("mails owed at the backup", len(kept.mails) - len(done), "", ">= 1"),
            none_of("mails that came neither before nor after", checker.unsent({**before, **now})),
            Row.of("mails sent after the backup, and once more", len(twice), "", ">= 1"),
            none_of("of these, not owed at the backup", sorted(twice - kept.mails.keys())),
            none_of("mails noted as sent, and sent again", sorted(done & now.keys())),
            Row.of(
                "reporters reached at an address that was sealed before",
                sum(1 for address in addresses if mailbox.first_to(address)),
                "",
                ">= 1",
            ),
        ]
