"""Rows of what the checker found: numbers that must be 0; the terminal says what they are of."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Final

from bench.faults.scene import Scene
from bench.faults.traffic import Traffic
from bench.table import Row

SHOWN: Final = 5


def none_of(what: str, found: Sequence[str]) -> Row:
    """A row whose goal is that nothing was found."""
    for one in found[:SHOWN]:
        print(f"    {what}: {one}", file=sys.stderr)
    return Row.of(what, len(found), "", "<= 0")


def case_rows(scene: Scene, traffic: Traffic | None = None) -> list[Row]:
    """What must hold of reports and answers at any moment at which nobody files."""
    filings, answers = list(scene.ledger.filings), list(scene.ledger.answers)
    with scene.checker() as checker:
        rows = [
            none_of("confirmed reports lost", checker.lost(filings)),
            none_of("reports doubled", checker.doubled()),
            none_of("cases with a part missing or double", checker.incomplete()),
            none_of("figures that differ from a direct count", checker.figures_off()),
            none_of("acknowledged answers lost", checker.answers_lost(answers)),
            none_of("answers doubled", checker.answers_doubled()),
        ]
    if traffic is not None:
        rows.append(none_of("clients that met what no fault explains", traffic.wrong))
    return rows


def mail_rows(scene: Scene, settled_after: float) -> list[Row]:
    """What must hold of the mail once nothing is owed any more."""
    arrivals, upheavals = scene.servers.mailbox.arrivals(), scene.ledger.upheavals
    with scene.checker() as checker:
        twice = [name for name, times in arrivals.items() if len(times) > 1]
        return [
            Row.of("seconds until nothing was owed any more", settled_after, "s"),
            Row.of("mails that arrived", len(arrivals), ""),
            none_of("mails still owed", checker.still_owed()),
            none_of("mails that never arrived", checker.unsent(arrivals)),
            Row.of("mails that arrived twice, in flight at a kill", len(twice), ""),
            none_of("mails that arrived twice otherwise", checker.sent_twice(arrivals, upheavals)),
        ]
