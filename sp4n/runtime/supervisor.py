"""`sp4n up`: the embedded servers, then web, and the jobs (relay, scheduler, a worker a queue).

One loop, one thread. What dies is started again, later each time; a stop goes web first, so that
what people have just sent still finds its workers, and the servers last. No child outlives the
supervisor: each asks the kernel for that (`processes.die_with_parent`).
"""

from __future__ import annotations

import http.client
import logging
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace

from sp4n.config import ConfigurationError, Settings, settings_to_environ
from sp4n.runtime.children import TICK, Child, Process, stop_together
from sp4n.runtime.embedded import database_urls
from sp4n.runtime.leases import Lease, Lock
from sp4n.runtime.postgres import PostgresServer
from sp4n.runtime.redis import RedisServer
from sp4n.runtime.servers import private_directory

log = logging.getLogger(__name__)

PARENT_VARIABLE = "SP4N_SUPERVISOR"
OWNER_VARIABLE = "DATABASE_URL"
COMMAND: tuple[str, ...] = (sys.executable, "-m", "sp4n.cli")
TRIES_BEFORE_READY = 4
PATIENCE_BEFORE_WORDS = 15.0
READY = "ready"


@dataclass(frozen=True)
class Role:
    """One kind of child: `sp4n <name>`, and how many seconds it may take to stop."""

    name: str
    patience: float


# Web is the first to be started, and the first to be stopped.
ROLES = (Role("web", 15), Role("jobs", 35))


class Supervisor:
    """`announce` gets the words that `prepare` printed, once /readyz answers."""

    def __init__(
        self,
        settings: Settings,
        *,
        announce: Callable[[str], None],
        parent: int | None = None,
    ) -> None:
        self.settings = settings
        self.announce = announce
        self.parent = parent
        self.children = [Child(role.name, self._starting(role), role.patience) for role in ROLES]
        self.leases: list[Lease] = []
        self._signals = 0
        self._preparation: subprocess.Popen[bytes] | None = None

    def run(self) -> int:
        """Until told to stop; the exit code."""
        private_directory(self.settings.data_dir / "run")
        with ExitStack() as held:
            self._refuse_a_second(held)
            refuse_taken_port(self.settings)
            self._listen_for_signals()
            held.callback(self._stop_servers)
            self._start_servers()
            words = None if self._told_to_stop() else self._prepare()
            if words is None:
                return 0 if self._signals else 1
            held.callback(self._stop_children)
            return self._watch(words)

    def _watch(self, words: str) -> int:
        """Web alone at first: on a small machine all at once would keep people waiting longer."""
        readiness = Readiness()
        while not self._told_to_stop():
            for child in self.children if readiness.reached else self.children[:1]:
                child.tend()
            if not readiness.reached and readiness.check(self.settings):
                self.announce(words)
            if not readiness.reached and self.children[0].failures >= TRIES_BEFORE_READY:
                log.error("web does not start; the reason stands above")
                return 1
            self._keep_servers()
            time.sleep(TICK)
        return 0

    def _starting(self, role: Role) -> Callable[[], Process]:
        return lambda: start_command((role.name,), child_environ(self.settings))

    def _listen_for_signals(self) -> None:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._on_signal)
        if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:  # which is what `nohup` does
            signal.signal(signal.SIGHUP, self._on_signal)

    def _on_signal(self, _number: int, _frame: object) -> None:
        self._signals += 1
        if self._preparation is not None:
            self._preparation.terminate()

    def _told_to_stop(self) -> bool:
        return self._signals > 0 or (self.parent is not None and os.getppid() != self.parent)

    def _refuse_a_second(self, held: ExitStack) -> None:
        lock = held.enter_context(Lock(self.settings.data_dir / "run" / "up"))
        if not lock.try_exclusive():
            raise ConfigurationError(
                f"`sp4n up` runs already with DATA_DIR {self.settings.data_dir}."
            )

    def _start_servers(self) -> None:
        """PostgreSQL first, so that Redis, the first to stop, is the last in the list."""
        if self.settings.embedded_database:
            self.leases.append(Lease(PostgresServer(self.settings.data_dir)))
        if self.settings.embedded_redis:
            self.leases.append(Lease(RedisServer(self.settings.data_dir)))
        for lease in self.leases:
            lease.take()
        self.settings = self._with_urls(self.settings)

    def _with_urls(self, settings: Settings) -> Settings:
        for server in (lease.server for lease in self.leases):
            if isinstance(server, PostgresServer):
                settings = replace(settings, **database_urls(server))  # type: ignore[arg-type]
            elif isinstance(server, RedisServer):
                settings = replace(settings, redis_url=server.url())
        return settings

    def _keep_servers(self) -> None:
        """A keeper restarts its server; should a keeper itself be killed, here is another one."""
        if all(lease.is_kept() for lease in self.leases):
            return
        log.warning("the keeper of an embedded server is gone; another one is started")
        for lease in self.leases:
            lease.ensure_running()
        settings = self._with_urls(self.settings)
        if settings != self.settings:
            log.warning("an embedded server has moved; everything is started again")
            self.settings = settings
            self._stop_children()

    def _prepare(self) -> str | None:
        """Migrations and demo data, in a process that alone holds the owner's URL."""
        environ = child_environ(self.settings, owner=True)
        self._preparation = start_command(("prepare",), environ, stdout=subprocess.PIPE)
        words = self._preparation.communicate()[0].decode()
        succeeded = self._preparation.returncode == 0
        self._preparation = None
        return words if succeeded and not self._signals else None

    def _stop_children(self) -> None:
        """One after the other; a second signal stops the waiting."""
        for child in self.children:
            stop_together([child], lambda: self._signals > 1)

    def _stop_servers(self) -> None:
        for lease in reversed(self.leases):
            lease.close()


def start_command(
    arguments: Sequence[str], environ: dict[str, str], stdout: int | None = None
) -> subprocess.Popen[bytes]:
    """`sp4n <arguments>` in a process group of its own: Ctrl-C is for the supervisor to pass on."""
    return subprocess.Popen(
        [*COMMAND, *arguments],
        env=environ,
        stdin=subprocess.DEVNULL,
        stdout=stdout,
        start_new_session=True,
    )


def child_environ(settings: Settings, *, owner: bool = False) -> dict[str, str]:
    environ = {name: value for name, value in os.environ.items() if name != OWNER_VARIABLE}
    environ |= settings_to_environ(settings, owner=owner)
    environ[PARENT_VARIABLE] = str(os.getpid())
    return environ


def refuse_taken_port(settings: Settings) -> None:
    family = socket.AF_INET6 if ":" in settings.listen else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.listen, settings.port))
        except OSError as error:
            raise ConfigurationError(
                f"PORT {settings.port} cannot be used on {settings.listen}: {error.strerror};"
                " choose another one."
            ) from None


class Readiness:
    """Whether /readyz has answered 200 yet; says now and then what it waits for."""

    def __init__(self) -> None:
        self.reached = False
        self._next_word = time.monotonic() + PATIENCE_BEFORE_WORDS

    def check(self, settings: Settings) -> bool:
        answer = ask_readyz(settings)
        self.reached = answer == READY
        if not self.reached and time.monotonic() > self._next_word:
            log.warning("not ready yet: %s", answer)
            self._next_word = time.monotonic() + PATIENCE_BEFORE_WORDS
        return self.reached


def ask_readyz(settings: Settings) -> str:
    """READY, or what stands in the way."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(settings.listen, settings.listen)  # noqa: S104
    connection = http.client.HTTPConnection(host, settings.port, timeout=5)
    try:
        connection.request("GET", "/readyz", headers={"Host": settings.base_domain})
        response = connection.getresponse()
        words = response.read(500).decode(errors="replace")
        return READY if response.status == 200 else f"/readyz says {response.status} {words}"
    except (OSError, http.client.HTTPException) as error:
        return f"/readyz does not answer ({error})"
    finally:
        connection.close()
