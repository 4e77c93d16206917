"""pgbench, sending what the application sends for one filing: the same statements in a transaction,
each time with another form, reference and case."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any, Final

import psycopg
import sqlalchemy as sa
from psycopg import sql

from bench.filing_house import Filled, House, Place, waiting_forms_of, wsgi_answer
from sp4n import clock
from sp4n.cases.drafts import form_key_hash
from sp4n.db import RoleSession
from sp4n.runtime.postgres import binaries
from sp4n.runtime.roles import libpq_url

CLIENTS: Final = 8
# A form's key and a reference as random as the application's, of a number that is used once.
KEY: Final = "sha256(int8send(:number))"
REFERENCE: Final = "encode(substr(sha256(int8send(:number)), 1, 6), 'hex')"
MOST_PER_SECOND: Final = 1500
DRAFTS: Final = """
    INSERT INTO filing_draft (agency_id, key_hash, sealed, expires_at)
    SELECT %s, sha256(int8send(%s::bigint + client * 1000000 + n)), %s, %s
    FROM generate_series(0, %s::int) client, generate_series(1, %s::int) n
"""
# As `begin_with` opens it: both on one trip, which a prepared statement can't be.
OPENING: Final = {
    "simple": "BEGIN \\; SET LOCAL app.agency_id = '{}';",
    "prepared": "BEGIN;\nSET LOCAL app.agency_id = '{}';",
}
NUMBERS: Final = ("\\set n :n + 1", "\\set number :base + :client_id * 1000000 + :n")
PROCESSED: Final = re.compile(r"actually processed: (\d+)")
RATE: Final = re.compile(r"^tps = ([\d.]+)", re.M)


@dataclass
class Bench:
    """pgbench over the scripts of all places; each round uses numbers of its own."""

    house: House
    filled: dict[int, Filled]
    folder: Path
    seconds: int
    scripts: dict[str, list[tuple[Path, int]]] = field(default_factory=dict)
    rounds: Iterator[int] = field(default_factory=count)

    def __post_init__(self) -> None:
        for place in self.house.places:
            statements = sent_for(self.house, place, self.filled[place.id])
            for mode, opening in OPENING.items():
                path = self.folder / f"{place.slug}.{mode}.sql"
                lines = [*NUMBERS, opening.format(place.id), *statements, "COMMIT;", ""]
                path.write_text("\n".join(lines))
                self.scripts.setdefault(mode, []).append((path, place.weight))

    def filings_per_second(self, mode: str) -> float:
        """`-M mode -c 8 -j 1`; raises where it made fewer cases than it says."""
        base = (next(self.rounds) + 1) * 10_000_000
        self._make_drafts(base)
        before = self.house.filings()
        said = self._run(mode, base)
        processed = PROCESSED.search(said)
        rate = RATE.search(said)
        if processed is None or rate is None:
            raise RuntimeError(said)
        if self.house.filings() - before != int(processed[1]):
            raise RuntimeError("pgbench did not file as many as it says")
        return float(rate[1])

    def _run(self, mode: str, base: int) -> str:
        url = libpq_url(self.house.settings.database_tenant_url or "")
        files = [f"--file={path}@{weight}" for path, weight in self.scripts[mode]]
        command = [str(binaries() / "pgbench"), "-n", "-M", mode, "-c", str(CLIENTS), "-j", "1"]
        command += ["-T", str(self.seconds), "-D", f"base={base}", "-D", "n=0", *files, url]
        ran = subprocess.run(command, capture_output=True, text=True, check=False)
        if ran.returncode or "ERROR" in ran.stderr:
            raise RuntimeError(ran.stderr[-2000:])
        return ran.stdout

    def _make_drafts(self, base: int) -> None:
        """For more forms than will be sent: filing one that has none costs the same."""
        ends = clock.rounded_to_hour(clock.now()) + timedelta(hours=25)
        sealer = self.house.app.extensions["sp4n.sealer"]
        number = MOST_PER_SECOND * self.seconds // CLIENTS
        with self.house.superuser() as connection:
            for place in self.house.places:
                sealed = sealer.seal(self.filled[place.id].answers)
                connection.execute(DRAFTS, [place.id, base, sealed, ends, CLIENTS - 1, number])


def sent_for(house: House, place: Place, filled: Filled) -> list[str]:
    """For one agency's filing, after the transaction was begun in its scope (OPENING)."""
    form = next(waiting_forms_of(house, place, filled, 1))
    with captured() as (sent, begun):
        assert wsgi_answer(house.app, form.post).startswith("303")
    assert len(begun) == 1, "one transaction, all of it in the agency's scope"
    with house.superuser() as connection:
        return [
            literal(connection, statement, values, form_key_hash(form.key))
            for statement, values in sent[begun[0] :]
        ]


@contextmanager
def captured() -> Iterator[tuple[list[tuple[str, dict[str, Any]]], list[int]]]:
    """What is sent, as psycopg is given it, and before which of them a session began."""
    sent: list[tuple[str, dict[str, Any]]] = []
    begun: list[int] = []

    def note(_conn: Any, _cursor: Any, statement: str, values: Any, *_rest: Any) -> None:
        sent.append((statement, dict(values or {})))

    def note_begin(_session: Any, transaction: Any, _connection: Any) -> None:
        if not transaction.nested:
            begun.append(len(sent))

    sa.event.listen(sa.Engine, "before_cursor_execute", note)
    sa.event.listen(RoleSession, "after_begin", note_begin)
    try:
        yield sent, begun
    finally:
        sa.event.remove(sa.Engine, "before_cursor_execute", note)
        sa.event.remove(RoleSession, "after_begin", note_begin)


def literal(
    connection: psycopg.Connection[Any], statement: str, values: dict[str, Any], key_hash: bytes
) -> str:
    """With its values in it: of another form each time, all else as it was sent."""

    def quoted(value: Any) -> str:
        return sql.Literal(value).as_string(connection)

    changing = {quoted(key_hash): KEY}
    texts = {name: changing.get(quoted(value), quoted(value)) for name, value in values.items()}
    if "reference" in texts:
        texts["reference"] = REFERENCE
    return f"{statement % texts};"
