"""Leases on embedded servers: whoever holds one may rely on the server running."""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType

from sp4n.runtime.servers import EmbeddedServer, ServerFailed, private_directory

START_TIME = 90.0
STOP_TIME = 40.0
TICK = 0.02


class Places:
    """Where the keeper of a server and its users meet; all in DATA_DIR/run."""

    def __init__(self, server: EmbeddedServer) -> None:
        directory = server.data_dir / "run"
        self.leases = directory / f"{server.name}.leases"
        self.starting = directory / f"{server.name}.starting"
        self.keeper = directory / f"{server.name}.keeper"
        # Its presence says "ready"; it holds the server's process id.
        self.state = directory / f"{server.name}.ready"


class Lock:
    """A lock on a file, let go by `release` or by the end of the process."""

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)

    def shared(self) -> Lock:
        fcntl.flock(self._file, fcntl.LOCK_SH)
        return self

    def exclusive(self) -> Lock:
        fcntl.flock(self._file, fcntl.LOCK_EX)
        return self

    def try_exclusive(self) -> bool:
        return self._try(fcntl.LOCK_EX)

    def try_shared(self) -> bool:
        return self._try(fcntl.LOCK_SH)

    def _try(self, kind: int) -> bool:
        try:
            fcntl.flock(self._file, kind | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def release(self) -> None:
        if self._file >= 0:
            os.close(self._file)
            self._file = -1

    def __enter__(self) -> Lock:
        return self

    def __exit__(self, *_: object) -> None:
        self.release()


class Lease:
    """The server runs from `take` to `close`; the last to close waits until it has stopped."""

    def __init__(self, server: EmbeddedServer) -> None:
        self.server = server
        self._places = Places(server)
        self._lock: Lock | None = None
        self._keeper: subprocess.Popen[bytes] | None = None

    def take(self) -> None:
        """Join the running server, or start it; returns when it answers."""
        for path in (self._places.leases, self.server.log_path):
            private_directory(path.parent)
        # Waits while a keeper that found itself alone is still stopping the server.
        self._lock = Lock(self._places.leases).shared()
        self.ensure_running()

    def ensure_running(self) -> None:
        """Returns when the server answers; starts a keeper, or another one when it was killed.

        Neither alone is enough: a keeper that has just been killed still holds its lock, and its
        server still answers while it stops.
        """
        with Lock(self._places.starting).exclusive():
            self._keeper = None
            give_up = time.monotonic() + START_TIME
            while not self._is_up():
                if not self.is_kept() and self._keeper is None:
                    self._places.state.unlink(missing_ok=True)
                    self._keeper = self._start_keeper()
                if self._keeper is not None and self._keeper.poll() is not None:
                    raise ServerFailed(self._why())
                if time.monotonic() > give_up:
                    raise ServerFailed(self._why())
                time.sleep(TICK)

    def _is_up(self) -> bool:
        return self._places.state.exists() and self.server.answers() and self.is_kept()

    def is_kept(self) -> bool:
        """Whether a keeper lives; it restarts the server by itself."""
        with Lock(self._places.keeper) as lock:
            return not lock.try_shared()

    def close(self) -> None:
        if self._lock is None:
            return
        self._lock.release()
        self._lock = None
        give_up = time.monotonic() + STOP_TIME
        while self.is_kept() and not self._others_hold_it() and time.monotonic() < give_up:
            time.sleep(TICK)
        if self._keeper is not None:
            self._keeper.poll()

    def _others_hold_it(self) -> bool:
        """A keeper that is stopping holds the lock alone, but has taken its state away first."""
        with Lock(self._places.leases) as lock:
            return not lock.try_exclusive() and self._places.state.exists()

    def _start_keeper(self) -> subprocess.Popen[bytes]:
        """Apart from our terminal and group: a Ctrl-C meant for us must not reach it."""
        command = [sys.executable, "-m", "sp4n.runtime.keeper"]
        return subprocess.Popen(
            [*command, self.server.name, str(self.server.data_dir)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    def _why(self) -> str:
        """The keeper's last line where it had one to say, which is the server's own."""
        words = self.server.last_words().removeprefix("sp4n: ")
        return f"the embedded {self.server.name} did not start: {words} ({self.server.log_path})"

    def __enter__(self) -> Lease:
        self.take()
        return self

    def __exit__(
        self,
        _type: type[BaseException] | None,
        _error: BaseException | None,
        _traceback: TracebackType | None,
    ) -> None:
        self.close()
