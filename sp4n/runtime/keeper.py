"""Keeps one embedded server alive while anybody holds a lease on it, then stops it.

    python -m sp4n.runtime.keeper NAME DATA_DIR

A lease is a shared lock on a file, which the kernel lets go of when its holder ends, however it
ends. So nobody counts, a killed command leaves no server behind, and the command that started a
server may leave while another still works with it.
"""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

from sp4n.runtime.leases import Lock, Places
from sp4n.runtime.postgres import PostgresServer
from sp4n.runtime.processes import stop
from sp4n.runtime.redis import RedisServer
from sp4n.runtime.servers import EmbeddedServer, ServerFailed

SERVERS: dict[str, type[EmbeddedServer]] = {
    server.name: server for server in (PostgresServer, RedisServer)
}
TICK = 0.1
START_TIME = 60.0
STOP_TIME = 30.0
SLOWEST_RESTART = 30.0


class Keeper:
    def __init__(self, server: EmbeddedServer) -> None:
        self.server = server
        self.places = Places(server)
        self.process: subprocess.Popen[bytes] | None = None
        self.told_to_stop = False

    def keep(self) -> None:
        """Until the last lease is gone; the caller holds the keeper's lock."""
        signal.signal(signal.SIGTERM, self._on_signal)
        signal.signal(signal.SIGINT, self._on_signal)
        leases = Lock(self.places.leases)
        try:
            self._start()
            while not self.told_to_stop and not leases.try_exclusive():
                self._restart_if_dead()
                time.sleep(TICK)
        finally:
            self.places.state.unlink(missing_ok=True)
            if self.process is not None:
                stop(self.process, self.server.farewell, STOP_TIME)

    def _on_signal(self, _signal: int, _frame: object) -> None:
        self.told_to_stop = True

    def _start(self) -> None:
        self.places.state.unlink(missing_ok=True)
        self.server.prepare()
        self.process = self.server.start()
        if not self._becomes_ready() and self.server.recover():
            self.process = self.server.start()
            self._becomes_ready()
        if self.process.poll() is not None:
            raise ServerFailed(self.server.last_words())
        self.server.settle()
        self.places.state.write_text(str(self.process.pid))

    def _becomes_ready(self) -> bool:
        assert self.process is not None
        give_up = time.monotonic() + START_TIME
        while self.process.poll() is None:
            if self.server.ready():
                return True
            if time.monotonic() > give_up:
                raise ServerFailed(f"{self.server.name} was not ready after {START_TIME:.0f} s")
            time.sleep(0.02)
        return False

    def _restart_if_dead(self) -> None:
        pause = 0.0
        while self.process is None or self.process.poll() is not None:
            self.server.log.write(f"sp4n: {self.server.name} died and is started again\n".encode())
            time.sleep(pause)
            pause = min(max(1.0, pause * 2), SLOWEST_RESTART)
            try:
                self._start()
            except ServerFailed as failure:
                self.server.log.write(f"sp4n: {failure}\n".encode())
                if self.told_to_stop:
                    return


def _becomes_keeper(lock: Lock) -> bool:
    """Commands that look whether there is a keeper hold the lock for a moment: hence the tries."""
    for _ in range(50):
        if lock.try_exclusive():
            return True
        time.sleep(0.02)
    return False


def main(name: str, data_dir: str) -> int:
    server = SERVERS[name](Path(data_dir))
    lock = Lock(Places(server).keeper)
    if not _becomes_keeper(lock):
        return 1
    with server.log_path.open("wb", buffering=0) as server.log:
        try:
            Keeper(server).keep()
        except (ServerFailed, OSError, ValueError) as failure:
            # The command that waits for us shows the last line of this log.
            server.log.write(f"sp4n: {failure}\n".encode())
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
