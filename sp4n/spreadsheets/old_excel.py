"""XLS, Excel's old kind, read by calamine in a process of its own: it fills memory for a table as
large as its last cell says, so that the process has little, and not for long."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
from datetime import date
from typing import Any, Final

from sp4n.spreadsheets.limits import Limits, Watch
from sp4n.spreadsheets.refusals import Refusal, refused
from sp4n.spreadsheets.tables import Book, Merge, Sheet, Trouble, Value

WAITED: Final = 60  # seconds, on a busy machine; of work it has fewer
ENCRYPTED: Final = "EncryptedPackage".encode("utf-16-le")  # XLSX with a password

# An XLS with one: the record that says so stands right after the first.
LOCKED: Final = re.compile(rb"\x09\x08\x10\x00\x00\x06\x05\x00.{12}\x2f\x00", re.S)


def read_xls(content: bytes, limits: Limits, watch: Watch) -> Book:
    if ENCRYPTED in content or LOCKED.search(content):
        raise refused(Refusal.PASSWORD)
    command = [sys.executable, "-m", "sp4n.spreadsheets.calamine_process"]
    try:
        done = subprocess.run(
            [
                *command,
                *map(str, (limits.memory, int(limits.seconds), limits.rows, limits.columns)),
            ],
            input=content,
            capture_output=True,
            timeout=WAITED,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise refused(Refusal.TOO_SLOW) from None
    if done.returncode == -signal.SIGXCPU:
        raise refused(Refusal.TOO_SLOW)
    try:
        found = json.loads(done.stdout)
    except ValueError:  # it was killed: by its limit, most likely
        raise refused(Refusal.TOO_MUCH) from None
    if isinstance(found, str):
        raise refused(Refusal(found), most=limits.rows)
    return Book([_sheet(one, limits, watch) for one in found])


def _sheet(found: dict[str, Any], limits: Limits, watch: Watch) -> Sheet:
    sheet = Sheet(found["name"], hidden=found["hidden"])
    for row, cells in found["rows"]:
        watch.row()
        sheet.rows[row] = {column: _value(kind, said) for column, kind, said in cells}
        for value in sheet.rows[row].values():
            watch.cell(value if isinstance(value, str) else "")
    sheet.merges = [
        Merge((a + 1, b), (c + 1, d)) for (a, b), (c, d) in found["merges"][: limits.rows]
    ]
    sheet.fill_down(limits.filled)
    return sheet


def _value(kind: str, said: Any) -> Value:
    if kind == "date":
        return date.fromisoformat(said)
    return Trouble("error", said) if kind == "error" else said
