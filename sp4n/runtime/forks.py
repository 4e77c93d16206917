"""`sp4n jobs`: processes made out of one that has loaded the program, and that looks after them.

Each of them executed by itself had 95 MB of its own and two seconds of loading before it; forked,
they share what is loaded (docs/decisions/0006). Whoever forks has one thread and no connection.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from multiprocessing import get_context

from sp4n.runtime.children import TICK, Child, stop_together
from sp4n.runtime.processes import die_with_parent, name_process


@dataclass(frozen=True)
class Task:
    """What a fork does until SIGTERM, and how many seconds it may take to stop."""

    run: Callable[[], None]
    patience: float


class Fork:
    """A process that does `run`, ends with this one, and is seen under `name`; like a Popen."""

    def __init__(self, name: str, run: Callable[[], None]) -> None:
        self._process = get_context("fork").Process(target=_inside, args=(os.getpid(), name, run))
        self._process.start()

    @property
    def returncode(self) -> int | None:
        return self._process.exitcode

    def poll(self) -> int | None:
        return self.returncode

    def send_signal(self, sig: int) -> None:
        assert self._process.pid is not None
        if self.poll() is None:
            os.kill(self._process.pid, sig)

    def kill(self) -> None:
        self._process.kill()

    def wait(self, timeout: float | None = None) -> int:
        self._process.join(timeout)
        return self.returncode or 0


def _inside(parent: int, name: str, run: Callable[[], None]) -> None:
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_DFL)
    die_with_parent(parent)
    name_process(name)
    run()


def keep(tasks: Mapping[str, Task]) -> None:
    """A fork for each task, until SIGTERM or SIGINT; a second one stops the waiting."""
    signals: list[int] = []
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda number, _frame: signals.append(number))
    children = [Child(name, _start(name, task.run), task.patience) for name, task in tasks.items()]
    while not signals:
        for child in children:
            child.tend()
        time.sleep(TICK)
    stop_together(children, lambda: len(signals) > 1)


def _start(name: str, run: Callable[[], None]) -> Callable[[], Fork]:
    return lambda: Fork(name, run)
