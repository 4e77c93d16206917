"""The figures that `python -m bench` measures, in this order."""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from typing import cast

from bench.scale import Scale
from bench.table import Row


@dataclass(frozen=True)
class Figures:
    """One module of figures; imported when it is measured, so that none weighs on another."""

    name: str
    title: str

    def measure(self, scale: Scale) -> list[Row]:
        module = importlib.import_module(f"bench.{self.name}")
        return cast(list[Row], module.measure(scale))


FIGURES = (
    Figures("pages", "front page cached/uncached"),
    Figures("filing", "filing against pgbench"),
    Figures("growth", "a hundred times the cases, a hundred times the agencies"),
    Figures("keeping", "an admin's settings and lists"),
    Figures("recounting", "days off of the country change: due dates of all agencies"),
    Figures("search", "public search over all agencies"),
    Figures("workbench", "acts on many cases, saved views"),
    Figures("alike", "cases about the same event"),
    Figures("policies", "rules of rewards and sanctions over a quarter"),
    Figures("trail", "the trail of an agency, its file, and the export of everything"),
    Figures("plans", "an action plan of 2,000 rows"),
    Figures("statements", "statements for each page"),
    Figures("processes", "memory and start of processes"),
)


def chosen(only: str) -> tuple[Figures, ...]:
    """All of them, or the one that ONLY names."""
    found = tuple(figures for figures in FIGURES if only in ("", figures.name))
    if not found:
        names = ", ".join(figures.name for figures in FIGURES)
        raise SystemExit(f"ONLY is {only}; it can be one of {names}.")
    return found
