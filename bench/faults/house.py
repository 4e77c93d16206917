"""The real house: `sp4n up` on embedded servers, behind proxies that can make bad weather.

The servers are held by this process, so that they can be hurt one by one; the house reaches them,
and its mail server, through proxies only.
"""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import IO, Final

import psutil
import sqlalchemy as sa

from bench.faults.mailbox import Mailbox
from bench.faults.proxy import Proxy
from bench.surroundings import becomes, environ, looked_after
from sp4n.config import load_settings
from sp4n.jobs.queues import QUEUES
from sp4n.runtime.embedded import EmbeddedServers, embedded_servers
from sp4n.runtime.leases import Places
from sp4n.runtime.postgres import SOCKET, PostgresServer
from sp4n.runtime.redis import RedisServer
from sp4n.runtime.supervisor import READY, ask_readyz

START_TIME: Final = 90.0
STOP_TIME: Final = 60.0
ROLES: Final = {"web", "jobs", "relay", "scheduler", *(f"worker {queue}" for queue in QUEUES)}


class Servers:
    """PostgreSQL, Redis and a mailbox, each with the proxy that stands before it."""

    def __init__(self, data_dir: Path) -> None:
        self.data_dir = data_dir
        self.direct: EmbeddedServers
        self.mailbox = Mailbox()
        self.postgres_proxy = Proxy(str(PostgresServer(data_dir).sockets / SOCKET))
        self._held = ExitStack()

    def __enter__(self) -> Servers:
        with ExitStack() as held:
            self.direct = held.enter_context(embedded_servers(self.data_dir))
            held.enter_context(self.mailbox)
            self.redis_proxy = Proxy(sa.make_url(self.direct.redis_url).port or 0)
            self.smtp_proxy = Proxy(self.mailbox.port)
            for proxy in (self.postgres_proxy, self.redis_proxy, self.smtp_proxy):
                held.enter_context(proxy)
            self._held = held.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """May be done twice."""
        self._held.close()

    def environ(self) -> dict[str, str]:
        """Where the house finds them: at the proxies."""
        direct = self.direct.environ()
        database = {n: self._by_proxy(u) for n, u in direct.items() if n.startswith("DATABASE_")}
        redis = sa.make_url(direct["REDIS_URL"]).set(port=self.redis_proxy.port)
        return {
            **database,
            "REDIS_URL": redis.render_as_string(hide_password=False),
            "SMTP_URL": f"smtp://127.0.0.1:{self.smtp_proxy.port}?from=noreply@sp4n.example",
        }

    def _by_proxy(self, url: str) -> str:
        plain = sa.make_url(url).set(query={}, host="127.0.0.1", port=self.postgres_proxy.port)
        return plain.render_as_string(hide_password=False)

    def superuser(self) -> sa.Engine:
        url = sa.make_url(self.direct.superuser_url).set(database="sp4n")
        return sa.create_engine(url, isolation_level="AUTOCOMMIT", pool_pre_ping=True)

    def process(self, name: str) -> psutil.Process:
        """`postgres` or `redis-server`: the server itself, not the children that it makes."""
        folder = str(self.data_dir / name.partition("-")[0])
        for process in psutil.process_iter():
            with suppress(psutil.Error):
                own = process.name() == name and process.cwd().startswith(folder)
                parent = process.parent()
                if own and (parent is None or parent.name() != name):
                    return process
        raise ProcessLookupError(f"{name} does not run")

    @contextmanager
    def away(self, name: str, how: signal.Signals) -> Iterator[None]:
        """Ended by `how` and kept away; its keeper, who would start it again, is held meanwhile."""
        keeper = self._keeper(name)
        keeper.suspend()
        try:
            self.hurt(name, how)
            yield
        finally:
            keeper.resume()

    def hurt(self, name: str, how: signal.Signals) -> None:
        victim = self.process(name)
        victim.send_signal(how)
        becomes(lambda: ended(victim), 20)

    def _keeper(self, name: str) -> psutil.Process:
        short = name.partition("-")[0]
        for process in psutil.process_iter():
            with suppress(psutil.Error):
                line = process.cmdline()
                if "sp4n.runtime.keeper" in line and line[-2:] == [short, str(self.data_dir)]:
                    return process
        raise ProcessLookupError(f"nobody keeps {name}")

    def is_back(self, name: str) -> bool:
        server = PostgresServer if name == "postgres" else RedisServer
        found = server(self.data_dir)
        return Places(found).state.exists() and found.answers()


class House:
    """`sp4n up`: started as itself, or as the same command with crashes (`crashing`)."""

    def __init__(self, servers: Servers, port: int, log: IO[bytes]) -> None:
        self.servers = servers
        self.port = port
        self.log = log
        self.origin = f"http://localhost:{port}"
        self.process: subprocess.Popen[bytes] | None = None

    def environ(self) -> dict[str, str]:
        return {
            **environ(self.servers.data_dir, SP4N_DEMO="0"),
            **self.servers.environ(),
            "PORT": str(self.port),
            "SP4N_AGENCY_ADDRESS": "path",
        }

    def start(self, module: str = "sp4n.cli") -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", module, "up", "--with-parent"],
            env=self.environ(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        threading.Thread(target=self._write_down, args=(self.process.stdout,), daemon=True).start()
        if not becomes(self.is_whole, START_TIME):
            raise TimeoutError("the house did not start; its log tells why")

    def stop(self) -> None:
        """As an operator would; returns when everything has ended."""
        if self.process is None:
            return
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(STOP_TIME)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise
        finally:
            self.process = None

    def kill(self) -> None:
        """Without a word, and everything that it looks after with it."""
        if self.process is None:
            return
        living = psutil.Process(self.process.pid).children(recursive=True)
        self.process.kill()
        self.process.wait()
        self.process = None
        becomes(lambda: all(ended(process) for process in living), STOP_TIME)

    def is_ready(self) -> bool:
        return ask_readyz(load_settings(self.environ())) == READY

    def is_whole(self) -> bool:
        return self.is_ready() and self.children().keys() >= ROLES

    def children(self) -> dict[str, psutil.Process]:
        """By name: the processes that `sp4n up` looks after."""
        assert self.process is not None
        return looked_after(psutil.Process(self.process.pid))

    def web_processes(self) -> list[psutil.Process]:
        """The web server and the workers that it makes."""
        web = self.children().get("web")
        if web is None:
            return []
        with suppress(psutil.Error):
            return [web, *web.children()]
        return []

    def _write_down(self, said: IO[bytes]) -> None:
        """Through a pipe: a limit on the size of files must not silence the house."""
        for line in said:
            self.log.write(line)
            self.log.flush()


def ended(process: psutil.Process) -> bool:
    try:
        return process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True
