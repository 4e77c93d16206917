"""Migrations are numbered, go down as well as up, and are safe on a busy PostgreSQL 15.

`python -m tests.rules.migration_lint` prints what it finds; `make check` calls it.
"""

from __future__ import annotations

import ast
import io
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from alembic import command
from alembic.config import Config

ROOT = Path(__file__).resolve().parents[2]
DIRECTORY = ROOT / "migrations"
OLDEST_SERVER = "15.0"

# Rules of squawk that do not hold for us anywhere, and why.
EXCLUDED = {
    "require-lock-timeout": "migrations/env.py sets lock_timeout before any migration",
    "require-statement-timeout": "migrations/env.py sets statement_timeout, too",
}
# Rules that one migration may break, and why.
EXCLUDED_IN = {
    "0001": {
        "prefer-bigint-over-smallint": "the bucket of a histogram: there are some forty of them",
    },
    "0007": {
        "ban-drop-constraint": "several may claim a domain; an index lets one have shown it",
    },
    "0012": {
        "ban-drop-constraint": "one more status of an agency; the wider one takes its place",
        "constraint-missing-not-valid": "some 700 agencies are checked in no time",
    },
    "0019": {
        "ban-drop-constraint": "more states of a case; the wider one takes its place",
    },
    "0051": {
        "ban-drop-constraint": "one more state of a hand-off; the wider one takes its place",
        "constraint-missing-not-valid": "hand-offs are few and checked in no time",
    },
    "0033": {
        "ban-drop-constraint": "one more class of cases; the wider one takes its place",
    },
}
# What came after PostgreSQL 15, which is the oldest server that we run on.
YOUNGER = re.compile(
    r"\b(any_value|array_shuffle|array_sample|is\s+json|json_table|json_value|json_query|"
    r"json_exists|json_array|system_user|random_normal|uuidv7|uuidv4|virtual|"
    r"without\s+overlaps|merge_action|transaction_timeout)\b|\bstorage\s+default\b",
    re.I,
)


@dataclass(frozen=True)
class Migration:
    """A file of migrations/versions; `before` is the revision that it follows."""

    path: Path
    revision: str
    before: str | None

    @property
    def name(self) -> str:
        return self.path.name


def migrations(directory: Path = DIRECTORY) -> list[Migration]:
    return [read(path) for path in sorted((directory / "versions").glob("*.py"))]


def read(path: Path) -> Migration:
    said = {
        target.id: ast.literal_eval(node.value)
        for node in ast.parse(path.read_text()).body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name) and target.id in ("revision", "down_revision")
    }
    return Migration(path, said.get("revision", ""), said.get("down_revision"))


def breaches(directory: Path = DIRECTORY) -> list[str]:
    found = migrations(directory)
    wrong = [*misnumbered(found), *one_way(found)]
    return wrong or [fault for one in found for fault in unsafe(one, directory)]


def misnumbered(found: list[Migration]) -> Iterator[str]:
    """0001, 0002 … each after the one before it, and the file is named after its number."""
    before: str | None = None
    for number, one in enumerate(found, 1):
        wanted = f"{number:04d}"
        if one.revision != wanted or not re.fullmatch(rf"{wanted}_[a-z0-9_]+\.py", one.path.name):
            yield f"{one.name}: its number should be {wanted}, in its name and as its revision"
        if one.before != before:
            yield f"{one.name}: should come after {before}, comes after {one.before}"
        before = one.revision


def one_way(found: list[Migration]) -> Iterator[str]:
    for one in found:
        functions = {
            node.name: node
            for node in ast.parse(one.path.read_text()).body
            if isinstance(node, ast.FunctionDef)
        }
        down = functions.get("downgrade")
        if down is None or all(isinstance(line, ast.Pass | ast.Raise) for line in down.body):
            yield f"{one.name}: does not go down again"


def unsafe(one: Migration, directory: Path = DIRECTORY) -> Iterator[str]:
    sql = sql_of(one, directory)
    for match in YOUNGER.finditer(sql):
        yield f"{one.name}: {match[0]!r} is younger than PostgreSQL {OLDEST_SERVER}"
    yield from (f"{one.name}: {fault}" for fault in lint(sql, EXCLUDED_IN.get(one.revision, {})))


def sql_of(one: Migration, directory: Path = DIRECTORY) -> str:
    """What `upgrade` would send, without Alembic's own table."""
    written = io.StringIO()
    config = Config(directory / "alembic.ini", output_buffer=written)
    command.upgrade(config, f"{one.before or 'base'}:{one.revision}", sql=True)
    return re.sub(r"CREATE TABLE alembic_version \(.*?\);", "", written.getvalue(), flags=re.S)


def lint(sql: str, also_excluded: dict[str, str]) -> list[str]:
    """What squawk says of it."""
    program = Path(sys.executable).with_name("squawk")
    options = ["--pg-version", OLDEST_SERVER, "--reporter", "json"]
    for rule in (*EXCLUDED, *also_excluded):
        options += ["--exclude", rule]
    done = subprocess.run([program, *options], input=sql, capture_output=True, text=True)
    if not done.stdout.strip():
        raise RuntimeError(f"squawk does not run: {done.stderr}")
    return [
        f"line {found['line'] + 1} of its SQL: {found['rule_name']}: {found['message']}"
        for found in json.loads(done.stdout)
    ]


def main() -> int:
    found = breaches()
    print("\n".join(found) or f"{len(migrations())} migration(s) are in order")  # noqa: T201
    return 1 if found else 0


if __name__ == "__main__":
    raise SystemExit(main())
