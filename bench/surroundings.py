"""What real commands in real processes need around them: an environment, a port, patience."""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Callable
from pathlib import Path

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
