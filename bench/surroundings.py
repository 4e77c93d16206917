"""What real commands in real processes need around them: an environment, a port, patience."""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import psutil

SETTINGS = ("DATABASE_", "REDIS_", "SMTP_", "STORAGE_", "SECRET_", "SP4N_", "PORT", "DATA_DIR")


def environ(data_dir: Path, **over: str) -> dict[str, str]:
    """The machine's environment, without any setting of ours but these."""
    plain = {name: value for name, value in os.environ.items() if not name.startswith(SETTINGS)}
    return {**plain, "DATA_DIR": str(data_dir), **over}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def becomes(true: Callable[[], object], within: float) -> bool:
    give_up = time.monotonic() + within
    while not true():
        if time.monotonic() > give_up:
            return False
        time.sleep(0.05)
    return True


def looked_after(house: psutil.Process) -> dict[str, psutil.Process]:
    """By name, what `sp4n up` starts again when it dies: web, jobs, and the forks of jobs."""
    found: dict[str, psutil.Process] = {}
    with suppress(psutil.Error):
        for child in house.children():
            with suppress(psutil.Error):
                role = " ".join(child.cmdline()[-1:])  # empty between fork and exec
                found[role] = child
                if role == "jobs":
                    found |= {fork.name(): fork for fork in child.children()}
    return found


def resident(pid: int | None = None) -> float:
    """MB that a process holds now."""
    return psutil.Process(pid).memory_info().rss / 2**20


def high_water(pid: int | None = None) -> float:
    """MB that a process held at most, of Linux only; since `lowered`, if that was called."""
    text = Path(f"/proc/{pid or 'self'}/status").read_text()
    line = next(line for line in text.splitlines() if line.startswith("VmHWM:"))
    return int(line.split()[1]) / 1024


def lowered() -> None:
    """From now on this process's high water counts from what it holds now."""
    Path("/proc/self/clear_refs").write_text("5")
