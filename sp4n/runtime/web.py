"""The web server: Granian, a few worker processes, each with a few threads.

How many was measured for 2 cores: docs/decisions/0006-one-tree-of-processes.md.
"""

from __future__ import annotations

import gc
import os
from collections.abc import Callable
from typing import Any

from granian.constants import Interfaces, Loops
from granian.log import LogLevels
from granian.server import Server

from sp4n.config import Settings, settings_to_environ
from sp4n.runtime.processes import die_with_parent

# Whoever uploads photos over a slow line holds a thread meanwhile; idle ones cost nothing.
# The database pools (app.py) are as large.
THREADS = 16
BACKLOG = 1024
STOP_TIME = 10


def serve(settings: Settings, load: Callable[[], Callable[..., Any]]) -> None:
    """Until SIGTERM or SIGINT. `load` runs in each worker process and returns the WSGI app."""
    master = os.getpid()

    def load_in_worker() -> Callable[..., Any]:
        die_with_parent(master)
        application = load()
        gc.freeze()
        # Granian copies the environment into every request's: no place for secrets.
        for name in settings_to_environ(settings, owner=True):
            os.environ.pop(name, None)
        return application

    # The collector leaves alone what is loaded once and stays: looking through it, each worker
    # would write on all of it, and share none of it any more.
    gc.freeze()
    gc.enable()
    Server(
        "sp4n",
        address=settings.listen,
        port=settings.port,
        interface=Interfaces.WSGI,
        loop=Loops.asyncio,
        workers=settings.web_workers,
        blocking_threads=THREADS,
        backlog=BACKLOG,
        websockets=False,
        respawn_failed_workers=True,
        workers_kill_timeout=STOP_TIME,
        log_level=LogLevels.error,
    ).serve(target_loader=load_in_worker, wrap_loader=False)
