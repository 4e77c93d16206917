"""The process that reads one XLS and ends: `rows` and `columns` at most, in so much memory and
time. Imports little, as it is waited for; what it says are JSON and names of `refusals.Refusal`.
"""

from __future__ import annotations

import json
import resource
import sys
from datetime import date, datetime, timedelta
from io import BytesIO
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetVisibleEnum


def main(memory: int, seconds: int, rows: int, columns: int) -> int:
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        said: Any = _read(sys.stdin.buffer.read(), rows, columns)
    except MemoryError:
        said = "too_much"
    sys.stdout.write(json.dumps(said))
    return 0


def _read(content: bytes, rows: int, columns: int) -> Any:
    try:
        book = CalamineWorkbook.from_filelike(BytesIO(content))
        found = []
        for about in book.sheets_metadata:
            sheet = book.get_sheet_by_name(about.name)
            kept = []
            # `iter_rows` begins at the first cell, wherever it is.
            top, left = sheet.start or (0, 0)
            for number, cells in enumerate(sheet.iter_rows(), top + 1):
                said = [one for one in _cells(cells, left) if one[0] < columns]
                if said:
                    kept.append((number, said))
                if len(kept) > rows:
                    return "too_many_rows"
            found.append(
                {
                    "name": about.name,
                    "hidden": about.visible != SheetVisibleEnum.Visible,
                    "rows": kept,
                    "merges": sheet.merged_cell_ranges or [],
                }
            )
    except PasswordError:
        return "password"
    except (CalamineError, OSError, ValueError) as error:
        return "password" if "password" in str(error).lower() else "broken"
    return found


def _cells(cells: list[Any], left: int) -> list[tuple[int, str, Any]]:
    found: list[tuple[int, str, Any]] = []
    for column, value in enumerate(cells, left):
        if isinstance(value, str):
            if value.strip():
                found.append((column, "error" if value.startswith("#") else "", value))
        elif isinstance(value, (datetime, date)):
            found.append((column, "date", value.isoformat()[:10]))
        elif isinstance(value, (bool, int, float)):
            found.append((column, "", value))
        elif isinstance(value, timedelta) or value is not None:
            found.append((column, "", str(value)))
    return found


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:5])))
