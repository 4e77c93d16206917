"""Filing a report, durably, against pgbench running the same statements in one transaction."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import psycopg

from bench.filing_clients import send_all
from bench.filing_house import Filled, House, house, waiting_forms, walk
from bench.filing_pgbench import Bench
from bench.interleaved import Interleaved, interleaved
from bench.scale import Scale
from bench.table import Row
from sp4n.runtime.roles import libpq_url

PORT: Final = 8140
FILING, SIMPLE, PREPARED = "filing", "simple", "prepared"


def measure(scale: Scale) -> list[Row]:
    """Granian with two workers, PostgreSQL with fsync and synchronous_commit; the final POST of
    forms that are filled in. Every one that was confirmed must be there afterwards."""
    agencies, cases = scale.pick((60, 20_000), (690, 200_000))
    with house(PORT, agencies=agencies, cases=cases) as built, TemporaryDirectory() as folder:
        check_durable(built)
        filled = {place.id: walk(built, place) for place in built.places}
        pgbench = Bench(built, filled, Path(folder), seconds=scale.pick(4, 10))
        number = scale.pick(1500, 5000)
        with built.web():
            found = interleaved(
                {
                    FILING: lambda: filings_per_second(built, filled, number),
                    SIMPLE: lambda: pgbench.filings_per_second(SIMPLE),
                    PREPARED: lambda: pgbench.filings_per_second(PREPARED),
                },
                scale.rounds,
            )
    return rows(found)


def check_durable(house: House) -> None:
    """For both sides: they use one server, as the same role."""
    url = libpq_url(house.settings.database_tenant_url or "")
    with psycopg.connect(url) as connection:
        for name in ("fsync", "synchronous_commit", "full_page_writes"):
            found = connection.execute(f"SHOW {name}").fetchone()
            if found != ("on",):
                raise RuntimeError(f"{name} is {found}: what is confirmed could be lost")


def filings_per_second(house: House, filled: dict[int, Filled], number: int) -> float:
    posts = waiting_forms(house, filled, number)
    before = house.filings()
    sent = send_all(posts, house.settings.port)
    if sent.refused or house.filings() - before != len(posts):
        raise RuntimeError(f"{len(sent.refused)} were refused or lost: {sent.refused[:1]}")
    return sent.per_second


def rows(found: Interleaved) -> list[Row]:
    return [
        Row.of("filings a second", found.median(FILING), "/s"),
        Row.of("the same statements by pgbench -M simple -c 8 -j 1", found.median(SIMPLE), "/s"),
        Row.of("filing / pgbench -M simple", found.ratio(FILING, SIMPLE), "", ">= 0.4"),
        Row.of("filing / pgbench -M prepared", found.ratio(FILING, PREPARED), ""),
    ]
