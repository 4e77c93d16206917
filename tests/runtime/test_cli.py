"""The `sp4n` command: quick to help, clear when it refuses."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.runtime import trees
from tests.test_config import PRODUCTION

pytestmark = pytest.mark.exhaustive


def test_help_names_every_command_and_loads_no_framework(tmp_path: Path) -> None:
    code = (
        "import sys\nfrom sp4n.cli import main\n"
        "try:\n    main(['--help'])\nexcept SystemExit:\n    pass\n"
        "print([m for m in ('flask', 'sqlalchemy', 'psycopg', 'granian') if m in sys.modules])"
    )
    told = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout
    servers = ("up", "web", "worker", "relay", "scheduler")
    for name in (*servers, "db", "agencies", "coordinators", "demo", "doctor", "backup", "restore"):
        assert f"\n  {name} " in told
    assert told.splitlines()[-1] == "[]"


@pytest.mark.parametrize("arguments", [("up",), ("web",), ("worker", "mail"), ("doctor",)])
def test_a_weak_production_setting_stops_every_start_with_one_line(
    tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    weak = {**PRODUCTION, "DATA_DIR": str(tmp_path), "SECRET_KEY": "short"}
    refused = trees.run(tmp_path, *arguments, **weak)
    assert refused.returncode == 1
    assert refused.stderr == (
        "Error: SECRET_KEY is too weak; production needs 32 random characters or more.\n"
    )
    assert refused.stdout == ""


def test_migrations_without_the_owners_url_are_refused(tmp_path: Path) -> None:
    production = {**PRODUCTION, "DATA_DIR": str(tmp_path), "DATABASE_URL": ""}
    refused = trees.run(tmp_path, "db", "upgrade", **production)
    assert refused.returncode == 1
    assert "DATABASE_URL is missing" in refused.stderr


def test_an_unknown_queue_is_refused_with_the_names_of_those_there_are(tmp_path: Path) -> None:
    refused = trees.run(tmp_path, "worker", "letters")
    assert refused.returncode == 2
    assert "mail, upkeep" in refused.stderr
    assert trees.names(tmp_path) == []


def test_a_rooms_commands_run_in_the_application_beside_the_servers(tmp_path: Path) -> None:
    assert trees.run(tmp_path, "db", "upgrade").returncode == 0
    agencies = tmp_path / "agencies.csv"
    agencies.write_text("no such column\n1\n")
    refused = trees.run(tmp_path, "agencies", "import", str(agencies))
    assert refused.returncode == 1
    assert refused.stderr.startswith("Error: ")
    assert trees.names(tmp_path) == []


def test_a_command_alone_starts_the_servers_and_stops_them_again(tmp_path: Path) -> None:
    upgraded = trees.run(tmp_path, "db", "upgrade")
    assert upgraded.returncode == 0, upgraded.stderr
    assert "0001" in upgraded.stderr
    assert trees.names(tmp_path) == []
    again = trees.run(tmp_path, "db", "upgrade")
    assert (again.returncode, again.stderr) == (0, "")


def test_a_new_house_is_made_whole_and_opened_by_two_commands(tmp_path: Path) -> None:
    before = trees.run(tmp_path, "doctor")
    assert before.returncode == 1
    assert "FAULT database" in before.stdout
    assert "sp4n db upgrade" in before.stdout
    assert trees.run(tmp_path, "db", "upgrade").returncode == 0
    after = trees.run(tmp_path, "doctor")
    assert after.returncode == 0, after.stdout + after.stderr
    assert all(line.startswith("ok ") for line in after.stdout.splitlines())
    assert "rules: Batas waktu SP4N-LAPOR!" in after.stdout
    first = ("coordinators", "invite-first", "ketua@menpan.go.id", "--name", "Ketua")
    invited = trees.run(tmp_path, *first)
    assert invited.stdout.startswith("A link is on its way to ketua@menpan.go.id")
    again = trees.run(tmp_path, *first)
    assert again.returncode == 1
    assert "There is a super-admin already" in again.stderr


def test_the_doctor_tells_when_redis_is_away(tmp_path: Path) -> None:
    assert trees.run(tmp_path, "db", "upgrade").returncode == 0
    found = trees.run(tmp_path, "doctor", REDIS_URL="redis://127.0.0.1:1/0")
    assert found.returncode == 1
    assert [line for line in found.stdout.splitlines() if line.startswith("FAULT queue")]
