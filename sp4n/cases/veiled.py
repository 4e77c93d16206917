"""A case for who may look at it, but not at what is hidden in it: the national console."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final, cast

from sp4n.cases.masking import masked
from sp4n.cases.models import CaseRecord
from sp4n.cases.timeline import Entry

_TEXTS: Final = frozenset({"title", "description", "location"})


class _Veiled:
    def __init__(self, case: CaseRecord) -> None:
        self._case = case

    def __getattr__(self, name: str) -> Any:
        value = getattr(self._case, name)
        return masked(value, self._case.hidden) if name in _TEXTS else value


def veiled(case: CaseRecord) -> CaseRecord:
    """For reading only; the case itself where nothing is hidden."""
    return cast(CaseRecord, _Veiled(case)) if case.hidden else case


def veiled_entries(entries: Sequence[Entry], case: CaseRecord) -> list[Entry]:
    return [replace(one, body=masked(one.body, case.hidden)) for one in entries]
