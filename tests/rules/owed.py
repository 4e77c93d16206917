"""What operations owe to the outbox, read out of the code: each kind, and where it is owed."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
OWING = {"owe", "owing", "owe_national", "owe_reporter"}
# They pass on the kind that they were given: their callers are looked at instead.
PASSING_ON = {"sp4n/notices/jobs.py", "sp4n/cases/operations/deeds.py"}


def owed_kinds(root: Path = ROOT) -> dict[str, str]:
    """Kind -> the first place that owes it; a kind that cannot be read has the key ""."""
    found: dict[str, str] = {}
    for path in sorted((root / "sp4n").rglob("*.py")):
        name = path.relative_to(root).as_posix()
        for kind, line in kinds_in(path.read_text()):
            if kind or name not in PASSING_ON:
                found.setdefault(kind, f"{name}:{line}")
    return found


def kinds_in(source: str) -> Iterator[tuple[str, int]]:
    tree = ast.parse(source)
    named = {
        target.id: node.value.value
        for node in tree.body
        if isinstance(node, (ast.Assign, ast.AnnAssign)) and isinstance(node.value, ast.Constant)
        for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
        if isinstance(target, ast.Name) and isinstance(node.value.value, str)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and called(node) in OWING:
            said = next((k.value for k in node.keywords if k.arg == "kind"), None)
            said = said or (node.args[0] if called(node) == "owe_reporter" else None)
            if isinstance(said, ast.Constant):
                yield str(said.value), node.lineno
            else:
                yield named.get(getattr(said, "id", ""), ""), node.lineno


def called(call: ast.Call) -> str:
    return str(getattr(call.func, "attr", None) or getattr(call.func, "id", ""))
