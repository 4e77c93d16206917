"""Rules that hold over the whole house; each message says how to mend what it found."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCES = sorted((ROOT / "sp4n").rglob("*.py"))
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))

# The edges: a request's, a job's and a command's. Nobody else ends a transaction.
COMMITTING = {"sp4n/web/transaction.py", "sp4n/tenants/edge.py", "sp4n/jobs/run.py"}
# Their own connections, with no session and no agency: leases of the outbox.
COMMITTING_CONNECTIONS = {"sp4n/jobs/relay.py", "sp4n/jobs/scheduler.py"}
VAGUE = {"utils", "helpers", "constants", "common", "misc", "base"}


def relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def calls(path: Path) -> Iterator[tuple[str, int]]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            yield node.func.attr, node.lineno


def test_the_edge_commits_and_nobody_else() -> None:
    found = [
        f"{relative(path)}:{line}"
        for path in SOURCES
        if relative(path) not in COMMITTING | COMMITTING_CONNECTIONS
        and not relative(path).startswith("sp4n/runtime/")
        for name, line in calls(path)
        if name == "commit"
    ]
    assert not found, f"flush at most, and let the edge commit: {found}"


def test_only_the_scope_tells_the_database_which_agency_it_is_about() -> None:
    found = [
        relative(path)
        for path in SOURCES
        if "app.agency_id" in path.read_text() and relative(path) != "sp4n/tenants/scope.py"
    ]
    assert not found, f"open a scope (sp4n.tenants.scope), never set it by hand: {found}"


def test_no_file_grows_over_four_hundred_lines() -> None:
    every = [*SOURCES, *(ROOT / "tests").rglob("*.py"), *TEMPLATES]
    every += (ROOT / "sp4n" / "static").glob("*.[cj]s*")
    long = {relative(p): n for p in every if (n := len(p.read_text().splitlines())) > 400}
    assert not long, f"split by what they are about: {long}"


def test_no_function_grows_over_fifty_lines() -> None:
    long = [
        f"{relative(path)}:{node.lineno} {node.name}"
        for path in SOURCES
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef) and (node.end_lineno or 0) - node.lineno >= 50
    ]
    assert not long, f"give the parts names of their own: {long}"


def test_names_say_what_lives_there() -> None:
    vague = [relative(path) for path in SOURCES if path.stem in VAGUE]
    assert not vague, f"name the thing, not the drawer: {vague}"


def test_every_module_says_what_lives_there() -> None:
    silent = [
        relative(path) for path in SOURCES if not ast.get_docstring(ast.parse(path.read_text()))
    ]
    assert not silent, f"one sentence at the top: {silent}"


def test_flask_admin_is_met_only_in_the_doors_admin_files() -> None:
    found = [
        relative(path)
        for path in SOURCES
        if re.search(r"^\s*(from|import) flask_admin", path.read_text(), re.M)
        and "admin" not in path.stem
    ]
    assert not found, f"keep Flask-Admin in <door>/admin.py: {found}"


INLINE = re.compile(r"<script(?![^>]*\bsrc=)|<style\b|\son\w+=|\sstyle=|javascript:", re.I)


def test_no_template_holds_inline_scripts_styles_or_handlers() -> None:
    found = [
        f"{relative(path)}:{number}"
        for path in TEMPLATES
        if "notices/" not in relative(path)
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if INLINE.search(line)
    ]
    assert not found, f"the policy blocks them; use a class or app.js: {found}"


@pytest.mark.parametrize("word", ["TODO", "FIXME", "XXX"])
def test_nothing_is_left_for_later_in_a_comment(word: str) -> None:
    found = [relative(path) for path in SOURCES if re.search(rf"#.*\b{word}\b", path.read_text())]
    assert not found, f"do it, or write it in the issue: {found}"


def test_no_time_is_read_but_from_the_clock() -> None:
    allowed = {"sp4n/clock.py"}
    found = [
        f"{relative(path)}:{line}"
        for path in SOURCES
        if relative(path) not in allowed and not relative(path).startswith("sp4n/runtime/")
        for name, line in calls(path)
        if name in ("utcnow", "today") and relative(path) != "sp4n/clock.py"
    ]
    text = [
        relative(path)
        for path in SOURCES
        if "datetime.now(" in path.read_text() and relative(path) not in allowed
    ]
    assert not text, f"use sp4n.clock: {text}"
    assert not [place for place in found if "clock.today" not in line_of(place)], found


def line_of(place: str) -> str:
    name, _, number = place.rpartition(":")
    return (ROOT / name).read_text().splitlines()[int(number) - 1]
