"""`python -m bench.faults`: make the faults, show what was found, keep it; exit 1 where it is ill.

Mail that a killed worker had in hand comes when its lease has ended: that is waited for once, at
the end, for all faults together.
"""

from __future__ import annotations

import logging
import os
import signal
import sys
import time
from dataclasses import replace

from bench.faults.registry import Fault, chosen
from bench.faults.scene import Scene, scene, seconds_since
from bench.faults.verdict import mail_rows
from bench.scale import scale_of
from bench.table import OUT, Row, show, write

PORT = 8765


def main() -> int:
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)
    scale, faults = scale_of(os.environ), chosen(os.environ.get("ONLY", ""))
    logging.disable()  # what the house says is in its own log
    OUT.mkdir(parents=True, exist_ok=True)
    log = OUT / "faults.log"
    log.write_bytes(b"")
    print(f"SCALE={scale.name}; the house's own log: {log}", flush=True)
    port, rows = int(os.environ.get("PORT") or PORT), list[Row]()
    if together := [fault for fault in faults if not fault.alone]:
        with scene(scale, port, log) as stage:
            rows += [row for fault in together for row in suffered(fault, stage)]
            rows += told("mail", "after all of it", mail_rows(stage, stage.settle()), 0)
    for fault in faults:
        if fault.alone:
            with scene(scale, port, log) as stage:
                rows += suffered(fault, stage)
    write("faults", rows)
    missed = [row for row in rows if row.holds is False]
    for row in missed:
        print(f"MISSED: {row.what}: {row.value:g}, {row.goal}", file=sys.stderr)
    return 1 if missed else 0


def stop(_number: int, _frame: object) -> None:
    """What was begun is cleared away, whoever asks; asking again does not disturb that."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    raise KeyboardInterrupt


def suffered(fault: Fault, stage: Scene) -> list[Row]:
    print(f"{fault.name}: {fault.title}", flush=True)
    begun = time.monotonic()
    rows = fault.make(stage)
    return told(fault.name, "", rows, seconds_since(begun))


def told(name: str, title: str, rows: list[Row], seconds: float) -> list[Row]:
    """Shown, and named after their fault for the file."""
    if title:
        print(f"{name}: {title}", flush=True)
    show(rows)
    if seconds:
        print(f"  ({seconds:.0f} s)", flush=True)
    return [replace(row, what=f"{name}: {row.what}") for row in rows]


if __name__ == "__main__":
    sys.exit(main())
