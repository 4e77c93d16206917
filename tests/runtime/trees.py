"""Real commands in real processes, and a look at what is left of them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil

from bench.surroundings import becomes, environ, free_port, looked_after
from sp4n.config import load_settings
from sp4n.runtime.supervisor import READY, ask_readyz

NO_DEMO = {"SP4N_DEMO": "0"}


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "sp4n.cli", *arguments]


def run(data_dir: Path, *arguments: str, **over: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command(*arguments),
        env=environ(data_dir, **NO_DEMO, **over),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def living(data_dir: Path) -> list[psutil.Process]:
    """Every process that works for this DATA_DIR, wherever it hangs in the process tree."""
    return [process for process in psutil.process_iter() if _belongs(process, str(data_dir))]


def _belongs(process: psutil.Process, data_dir: str) -> bool:
    try:
        if process.pid == os.getpid() or process.status() == psutil.STATUS_ZOMBIE:
            return False
        return (
            process.environ().get("DATA_DIR") == data_dir
            or data_dir in process.cmdline()
            or process.cwd().startswith(data_dir)
        )
    except (psutil.NoSuchProcess, psutil.AccessDenied):
        return False


def servers(data_dir: Path, name: str) -> list[psutil.Process]:
    """The living processes of `postgres` or `redis-server`; not the children they make."""
    found = []
    for process in living(data_dir):
        with suppress(psutil.NoSuchProcess):
            parent = process.parent()
            if process.name() == name and (parent is None or parent.name() != name):
                found.append(process)
    return found


def keepers(data_dir: Path) -> list[psutil.Process]:
    return [p for p in living(data_dir) if "sp4n.runtime.keeper" in command_line(p)]


def kill(processes: list[psutil.Process]) -> None:
    for process in processes:
        with suppress(psutil.NoSuchProcess):  # one's death is another's
            process.kill()


def command_line(process: psutil.Process) -> list[str]:
    try:
        return process.cmdline()
    except psutil.NoSuchProcess:
        return []


def names(data_dir: Path) -> list[str]:
    """What the living are doing, for an assertion that tells."""
    return [" ".join(command_line(process)[-3:]) for process in living(data_dir)]


class House:
    """A running `sp4n up`."""

    def __init__(self, data_dir: Path) -> None:
        self.data_dir = data_dir
        self.port = free_port()
        self.log_path = data_dir / "up.log"
        self.environ = environ(data_dir, **NO_DEMO, PORT=str(self.port))
        with self.log_path.open("wb") as log:
            self.process = subprocess.Popen(
                command("up"), env=self.environ, stdout=log, stderr=log, start_new_session=True
            )

    @property
    def log(self) -> str:
        return self.log_path.read_text()

    def is_ready(self) -> bool:
        return ask_readyz(load_settings(self.environ)) == READY

    def announced(self) -> bool:
        return "SP4N is ready" in self.log

    def child(self, name: str) -> psutil.Process | None:
        return looked_after(psutil.Process(self.process.pid)).get(name)


@contextmanager
def house(data_dir: Path) -> Iterator[House]:
    running = House(data_dir)
    try:
        assert becomes(running.announced, 60), running.log
        yield running
    finally:
        if running.process.poll() is None:
            running.process.send_signal(signal.SIGTERM)
        running.process.wait(60)
        kill(living(data_dir))
