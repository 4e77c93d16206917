"""A crash at every named step of a filing and of a delivery, one after the other."""

from __future__ import annotations

import os
import threading
from collections.abc import Sequence
from typing import Final

from bench.faults.clients import GaveUp, Unexpected
from bench.faults.crashing import DELIVERY, FILING, ORDER_VARIABLE
from bench.faults.scene import Scene
from bench.faults.verdict import case_rows, none_of
from bench.surroundings import becomes
from bench.table import Row

OBEYED_WITHIN: Final = 30.0


def crash_points(scene: Scene) -> list[Row]:
    """The house is started anew as one whose processes can be told where to die."""
    order = scene.servers.data_dir / "crash.order"
    os.environ[ORDER_VARIABLE] = str(order)
    scene.house.stop()
    scene.house.start("bench.faults.crashing")
    try:
        times, wrong = scene.scale.pick(1, 20), list[str]()
        filing = [crash(scene, step, wrong) for step in FILING for _ in range(times)]
        delivery = [crash(scene, step, wrong) for step in DELIVERY for _ in range(times)]
    finally:
        order.unlink(missing_ok=True)
        del os.environ[ORDER_VARIABLE]
        scene.house.stop()
        scene.house.start()
    return [
        *reached("filing", FILING, filing),
        *reached("delivery", DELIVERY, delivery),
        none_of("clients that met what no fault explains", wrong),
        *case_rows(scene),
    ]


def reached(what: str, steps: Sequence[str], crashes: Sequence[bool]) -> list[Row]:
    return [
        Row.of(f"named steps of a {what}", len(steps), ""),
        Row.of(f"crashes at a step of a {what}", sum(crashes), "", f">= {len(crashes)}"),
    ]


def crash(scene: Scene, step: str, wrong: list[str]) -> bool:
    """Whether a process died at the step while a report was filed, or its mail delivered."""
    order = scene.servers.data_dir / "crash.order"
    order.write_text(step)
    filing = threading.Thread(target=file_one, args=(scene, wrong))
    filing.start()
    obeyed = becomes(lambda: not order.exists(), OBEYED_WITHIN)
    scene.ledger.killed()
    if not obeyed:
        wrong.append(f"no process came to the step {step!r}")
        order.unlink(missing_ok=True)
    filing.join()
    return obeyed


def file_one(scene: Scene, wrong: list[str]) -> None:
    reporter = scene.reporter()
    try:
        reporter.file()
    except (GaveUp, Unexpected) as error:
        wrong.append(f"{reporter.filing.title}: {error}")
