"""`python -m bench`: measure, show, keep; exit 1 when a goal is missed."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable

from bench.registry import Figures, chosen
from bench.scale import Scale, scale_of
from bench.table import Row, show, write


def main() -> int:
    scale = scale_of(os.environ)
    print(f"SCALE={scale.name}", flush=True)
    missed = missed_in(run(chosen(os.environ.get("ONLY", "")), scale))
    for row in missed:
        print(f"MISSED: {row.what}: {row.goal}", file=sys.stderr)
    return 1 if missed else 0


def run(figures: Iterable[Figures], scale: Scale) -> list[Row]:
    measured: list[Row] = []
    for one in figures:
        print(f"{one.name}: {one.title}", flush=True)
        rows = one.measure(scale)
        show(rows)
        write(one.name, rows)
        measured += rows
    return measured


def missed_in(rows: Iterable[Row]) -> list[Row]:
    return [row for row in rows if row.holds is False]


if __name__ == "__main__":
    sys.exit(main())
