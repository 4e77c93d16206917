"""Backing up a house on embedded servers, and bringing it back: by the real commands."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from sp4n.runtime.backup import NUMBERS_LEFT_OUT
from sp4n.runtime.leases import Lease
from sp4n.runtime.postgres import DATABASE, PostgresServer
from sp4n.runtime.roles import in_database, libpq_url
from tests.runtime import trees

pytestmark = pytest.mark.exhaustive

FILE = "1/ab/abcd"
ROLES = ("TENANT_", "NATIONAL_", "RELAY_")
OWE = """
    INSERT INTO national_outbox (queue, kind, state)
    VALUES ('mail', 'test', 'waiting'), ('mail', 'test', 'done') RETURNING id"""
NUMBERS = "SELECT array_agg(id ORDER BY id) FROM national_outbox"


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A DATA_DIR whose server runs, with one mail owed, one sent, and a file."""
    data_dir = tmp_path_factory.mktemp("house")
    with Lease(PostgresServer(data_dir)):
        assert trees.run(data_dir, "db", "upgrade").returncode == 0
        numbers(data_dir, OWE)
        path = data_dir / "files" / FILE
        path.parent.mkdir(parents=True)
        path.write_bytes(b"whole")
        path.with_name(".abcd.1234.part").write_bytes(b"wh")
        yield data_dir


@pytest.fixture(scope="module")
def backup(house: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("backups") / "monday"
    done = trees.run(house, "backup", str(folder))
    assert done.returncode == 0, done.stderr
    return folder


def numbers(data_dir: Path, query: str) -> Any:
    """The first column of the last row, as the superuser sees it."""
    server = PostgresServer(data_dir)
    with Lease(server):
        url = libpq_url(in_database(server.superuser_url, DATABASE))
        with psycopg.connect(url) as connection:
            return connection.execute(query.encode()).fetchall()[-1][0]


def test_a_backup_holds_cluster_files_and_secrets_for_its_owner_only(
    house: Path, backup: Path
) -> None:
    assert stat.S_IMODE(backup.stat().st_mode) == 0o700
    assert (backup / "files" / FILE).read_bytes() == b"whole"
    assert [path.name for path in (backup / "files").rglob("*.part")] == []
    for name in ("secret_key", "postgres_password"):
        assert (backup / "secrets" / name).read_text() == (house / name).read_text()
        assert stat.S_IMODE((backup / "secrets" / name).stat().st_mode) == 0o600
    assert [path.name for path in backup.parent.iterdir()] == [backup.name]


def test_what_is_brought_back_is_as_it_was(house: Path, backup: Path, tmp_path: Path) -> None:
    before = numbers(house, NUMBERS)
    numbers(house, OWE)  # after the backup
    empty = tmp_path / "new"
    done = trees.run(empty, "restore", str(backup))
    assert done.returncode == 0, done.stderr
    assert "\n1 mails were owed" in done.stdout
    assert numbers(empty, NUMBERS) == before
    assert (empty / "files" / FILE).read_bytes() == b"whole"
    assert (empty / "secret_key").read_text() == (house / "secret_key").read_text()
    assert stat.S_IMODE(empty.stat().st_mode) == 0o700
    assert not (empty / "restoring").exists()


def test_no_number_that_was_lost_is_given_again(house: Path, backup: Path, tmp_path: Path) -> None:
    lost = numbers(house, OWE)
    assert trees.run(tmp_path / "new", "restore", str(backup)).returncode == 0
    assert numbers(tmp_path / "new", OWE) > lost + NUMBERS_LEFT_OUT / 2


def test_a_folder_that_is_there_is_not_written_to(house: Path, tmp_path: Path) -> None:
    refused = trees.run(house, "backup", str(tmp_path))
    assert refused.returncode == 1
    assert refused.stderr == f"Error: {tmp_path} is there already; name a new folder.\n"


def test_where_no_house_is_none_is_made_to_be_backed_up(tmp_path: Path) -> None:
    refused = trees.run(tmp_path / "mistyped", "backup", str(tmp_path / "monday"))
    assert refused.returncode == 1
    assert refused.stderr == f"Error: DATA_DIR {tmp_path / 'mistyped'} holds no house.\n"
    assert not (tmp_path / "mistyped" / "postgres").exists()


def test_a_data_dir_that_holds_anything_is_not_touched(
    house: Path, backup: Path, tmp_path: Path
) -> None:
    (tmp_path / "secret_key").write_text("of another house")
    refused = trees.run(tmp_path, "restore", str(backup))
    assert refused.returncode == 1
    assert refused.stderr == (
        f"Error: DATA_DIR {tmp_path} is not empty; nothing in it was touched.\n"
    )
    assert [path.name for path in tmp_path.iterdir()] == ["secret_key"]


def test_a_backup_that_was_changed_is_not_brought_back(backup: Path, tmp_path: Path) -> None:
    changed = shutil.copytree(backup, tmp_path / "changed", symlinks=True)
    tables = [path for path in (changed / "cluster" / "base").rglob("*") if path.is_file()]
    with max(tables, key=lambda path: path.stat().st_size).open("r+b") as file:
        file.write(b"\0\1\2\3")
    refused = trees.run(tmp_path / "new", "restore", str(changed))
    assert refused.returncode == 1
    assert "checksum mismatch" in refused.stderr
    assert not (tmp_path / "new").exists()


def test_without_its_secrets_a_backup_is_not_brought_back(backup: Path, tmp_path: Path) -> None:
    kept = shutil.copytree(backup, tmp_path / "kept", symlinks=True)
    shutil.move(kept / "secrets" / "secret_key", tmp_path / "elsewhere")
    refused = trees.run(tmp_path / "new", "restore", str(kept))
    assert refused.stderr == (
        f"Error: {kept / 'secrets' / 'secret_key'} is missing; put it back there.\n"
    )
    given = trees.run(tmp_path / "new", "restore", str(kept), SECRET_KEY="x" * 32)
    assert given.returncode == 0, given.stderr


def test_a_backup_that_fails_leaves_nothing(house: Path, tmp_path: Path) -> None:
    pipe = house / "files" / "pipe"
    os.mkfifo(pipe)
    failed = trees.run(house, "backup", str(tmp_path / "tuesday"))
    pipe.unlink()
    assert failed.returncode == 1
    assert failed.stderr.startswith(f"Error: {pipe} was not copied: ")
    assert list(tmp_path.iterdir()) == []


def test_a_postgresql_of_ones_own_is_not_ours_to_back_up(tmp_path: Path) -> None:
    url = "postgresql+psycopg://role:word@db.example/sp4n"
    own = {f"DATABASE_{r}URL": url.replace("role", f"r{r}") for r in ("", *ROLES)}
    refused = trees.run(tmp_path, "backup", str(tmp_path / "monday"), **own)
    assert refused.returncode == 1
    assert "one of your own" in refused.stderr
