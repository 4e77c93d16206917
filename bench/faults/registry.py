"""The faults that `python -m bench.faults` makes, in this order."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bench.faults import crashes, delivery, disk, restore, servers, web
from bench.faults.scene import Scene
from bench.table import Row


@dataclass(frozen=True)
class Fault:
    """`alone`: in a house of its own, of which it leaves nothing to others."""

    name: str
    title: str
    make: Callable[[Scene], list[Row]]
    alone: bool = False


# What leaves mail in the hands of the dead comes first: its leases end while the others go on.
FAULTS = (
    Fault("worker-kill", "kill -9 of workers and relay every 3 s", delivery.worker_kill),
    Fault("crash-points", "a crash at every step of filing and delivery", crashes.crash_points),
    Fault("smtp", "the mail server slow, refusing, hanging up", delivery.smtp),
    Fault("web-kill", "kill -9 of web processes every 2 to 5 s", web.web_kill),
    Fault("database-restart", "PostgreSQL stopped, cut off, silent", servers.database_restart),
    Fault("redis-loss", "Redis stopped, emptied, killed, silent", servers.redis_loss),
    Fault("same-form", "one form sent 2 to 50 times at once", web.same_form_in_parallel),
    Fault("noisy-agency", "one agency owes 20,000 notices", delivery.noisy_agency),
    Fault("sigterm", "SIGTERM under load", web.sigterm_under_load),
    Fault("disk-full", "no room for uploads", disk.uploads_disk_full),
    Fault("restore", "the house wrecked, and brought back", restore.restore, alone=True),
)


def chosen(only: str) -> tuple[Fault, ...]:
    """All of them, or those that ONLY names, with commas between."""
    names = {fault.name: fault for fault in FAULTS}
    wanted = [name for name in only.split(",") if name]
    if unknown := [name for name in wanted if name not in names]:
        raise SystemExit(f"ONLY is {unknown[0]}; it can be {', '.join(names)}.")
    return tuple(names[name] for name in wanted) or FAULTS
