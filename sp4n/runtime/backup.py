"""A house on embedded servers put aside while it runs, and brought back into an empty DATA_DIR.

A backup is one folder: `cluster` (PostgreSQL's own base backup), `files`, `secrets`. The files come
after the database: a row without its file is a loss, a file without its row is swept away. A file
that is removed in between belongs to no case.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Collection
from pathlib import Path
from typing import Final

from sp4n.runtime.leases import Lease
from sp4n.runtime.postgres import DATABASE, SUPERUSER, PostgresServer, binaries
from sp4n.runtime.processes import Account
from sp4n.runtime.roles import in_database, libpq_url
from sp4n.runtime.servers import private_directory

CLUSTER, FILES, SECRETS = "cluster", "files", "secrets"
SECRET_NAMES: Final = ("secret_key", "postgres_password")
# What the lost time has numbered lives on in cookies (the cases that a browser may look at), in
# Message-IDs and in logs: nothing new may be given such a number.
NUMBERS_LEFT_OUT: Final = 1_000_000

LEAVE_OUT: Final = """
    SELECT setval(oid::regclass, nextval(oid::regclass) + %(left_out)s) FROM pg_class
    WHERE relkind = 'S' AND relnamespace = 'public'::regnamespace"""
OWED: Final = """
    SELECT (SELECT count(*) FROM outbox WHERE queue = 'mail' AND state NOT IN ('done', 'dead'))
    + (SELECT count(*) FROM national_outbox WHERE queue = 'mail' AND state NOT IN ('done', 'dead'))
    """


class BackupFailed(Exception):
    """One line that says why nothing was backed up or restored."""


def back_up(data_dir: Path, folder: Path) -> None:
    """Joins the servers that run. `folder` is whole when it appears; its parent must be there."""
    server = PostgresServer(data_dir)
    if not server.cluster.is_dir():
        raise BackupFailed(f"DATA_DIR {data_dir} holds no house.")
    if folder.exists():
        raise BackupFailed(f"{folder} is there already; name a new folder.")
    if not folder.absolute().parent.is_dir():
        raise BackupFailed(f"{folder.parent} is not there; make it first.")
    part = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
    try:
        with Lease(server):
            _copy_cluster(server, part / CLUSTER)
        _copy_files(data_dir / FILES, part / FILES)
        _copy_secrets(data_dir, private_directory(part / SECRETS), SECRET_NAMES)
        os.sync()
        part.rename(folder)
    except BaseException:
        shutil.rmtree(part, ignore_errors=True)
        raise


def bring_back(folder: Path, data_dir: Path, *, secrets: Collection[str] = SECRET_NAMES) -> int:
    """The number of mails that were owed at the time of the backup: they go out at the next start.

    `secrets`: the names of those that must be in the backup.
    """
    _refuse(folder, data_dir, secrets)
    _run("pg_verifybackup", "--quiet", str(folder / CLUSTER))
    part = private_directory(private_directory(data_dir) / "restoring")
    try:
        _lay_out(folder, part)
        os.sync()
        for made in part.iterdir():
            made.rename(data_dir / made.name)
    finally:
        shutil.rmtree(part)
    return _wake(data_dir)


def _refuse(folder: Path, data_dir: Path, secrets: Collection[str]) -> None:
    if not (folder / CLUSTER / "PG_VERSION").is_file():
        raise BackupFailed(f"{folder} is no backup: it holds no {CLUSTER}.")
    if missing := [name for name in secrets if not (folder / SECRETS / name).is_file()]:
        raise BackupFailed(f"{folder / SECRETS / missing[0]} is missing; put it back there.")
    if data_dir.exists() and any(data_dir.iterdir()):
        raise BackupFailed(f"DATA_DIR {data_dir} is not empty; nothing in it was touched.")


def _lay_out(folder: Path, part: Path) -> None:
    _copy_secrets(folder / SECRETS, part, SECRET_NAMES)
    _copy_files(folder / FILES, part / FILES)
    cluster = private_directory(part / "postgres") / CLUSTER
    shutil.copytree(folder / CLUSTER, cluster, symlinks=True)
    if account := Account.for_directory(cluster):
        for path in (cluster, *cluster.rglob("*")):
            account.own(path)


def _wake(data_dir: Path) -> int:
    """Started once without anybody else, which shows that cluster and secrets fit together."""
    import psycopg

    server = PostgresServer(data_dir)
    with Lease(server):
        url = libpq_url(in_database(server.superuser_url, DATABASE))
        with psycopg.connect(url, connect_timeout=10) as connection:
            connection.execute(LEAVE_OUT, {"left_out": NUMBERS_LEFT_OUT})
            owed = connection.execute(OWED).fetchone()
    return int(owed[0]) if owed else 0


def _copy_cluster(server: PostgresServer, target: Path) -> None:
    where = ["--host", str(server.sockets), "--username", SUPERUSER, "--no-password"]
    how = ["--checkpoint=fast", "--wal-method=stream", "--pgdata", str(target)]
    _run("pg_basebackup", *where, *how, PGPASSWORD=server.password(SUPERUSER))
    _run("pg_verifybackup", "--quiet", str(target))


def _copy_files(source: Path, target: Path) -> None:
    """Without those that are being written: what is not whole yet, no row names."""
    if not source.is_dir():
        return
    try:
        shutil.copytree(source, target, ignore=shutil.ignore_patterns(".*"))
    except shutil.Error as error:
        failed = [(path, why) for path, _to, why in error.args[0] if Path(path).exists()]
        if failed:
            raise BackupFailed(f"{failed[0][0]} was not copied: {failed[0][1]}") from None


def _copy_secrets(source: Path, target: Path, names: Collection[str]) -> None:
    """Those that there are: one that the environment gives lies nowhere."""
    for name in names:
        if (source / name).is_file():
            shutil.copy2(source / name, target / name)


def _run(program: str, *arguments: str, **environ: str) -> None:
    """One of PostgreSQL's own; no password among its arguments, which everybody here may read."""
    told = subprocess.run(
        [str(binaries() / program), *arguments],
        env={**os.environ, "LC_ALL": "C", **environ},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if told.returncode:
        words = told.stderr.strip().splitlines() or [f"{program} ended with {told.returncode}"]
        raise BackupFailed(words[0])
