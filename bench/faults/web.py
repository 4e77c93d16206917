"""Faults of the web: its processes killed, told to stop under load, one form sent many times."""

from __future__ import annotations

import random
import threading
import time
from collections import Counter
from typing import Final

from bench.faults.clients import Reporter
from bench.faults.scene import Scene
from bench.faults.traffic import Traffic
from bench.faults.verdict import case_rows, none_of
from bench.table import Row

KILL_EVERY: Final = (2.0, 5.0)
MOST_AT_ONCE: Final = 50


def web_kill(scene: Scene) -> list[Row]:
    """The web server or one of its workers, at random, while people file and answer."""
    wanted, stop, kills = scene.scale.pick(200, 30_000), threading.Event(), Counter[str]()

    def kill_now_and_then() -> None:
        while not stop.wait(random.uniform(*KILL_EVERY)):
            if processes := scene.house.web_processes():
                victim = random.choice(processes)
                kills["server" if victim is processes[0] else "worker"] += 1
                victim.kill()

    killer = threading.Thread(target=kill_now_and_then)
    killer.start()
    try:
        with Traffic(scene) as traffic:
            traffic.wait_for(wanted, within=scene.scale.pick(200, 4 * 3_600))
            stop.set()
    finally:
        stop.set()
        killer.join()
    return [
        Row.of("kills of the web server / of its workers", kills["server"] + kills["worker"], ""),
        Row.of("reports filed meanwhile", traffic.filed, "", f">= {wanted}"),
        *case_rows(scene, traffic),
    ]


def sigterm_under_load(scene: Scene) -> list[Row]:
    """`sp4n up` told to stop and started again, as at every release."""
    seen, stops, slowest = scene.ledger.seen, scene.scale.pick(4, 20), 0.0
    before = Counter(seen)
    with Traffic(scene) as traffic:
        for _ in range(stops):
            time.sleep(random.uniform(2, 4))
            begun = time.monotonic()
            scene.house.stop()
            slowest = max(slowest, time.monotonic() - begun)
            scene.house.start()
    answers = seen - before
    faults = sum(n for status, n in answers.items() if status.startswith("5"))
    return [
        Row.of("stops under load", stops, ""),
        Row.of("reports filed meanwhile", traffic.filed, ""),
        Row.of("answers of 500 and more", faults, "", "<= 0"),
        Row.of("requests cut off without an answer", answers["cut off"], "", "<= 0"),
        Row.of("the same, on a kept connection", answers["cut off, kept connection"], ""),
        Row.of("slowest stop", slowest, "s", "<= 30"),
        *case_rows(scene, traffic),
    ]


def same_form_in_parallel(scene: Scene) -> list[Row]:
    """One form, filled in once, sent 2 to 50 times at the same moment."""
    forms, refused, shown = scene.scale.pick(40, 500), Counter[str](), 0
    for _ in range(forms):
        reporter = scene.reporter()
        reporter.begin()
        answers = send_together(reporter, random.randint(2, MOST_AT_ONCE))
        refused.update(answer for answer in answers if answer != "303")
        reporter.read_confirmation()
        shown += bool(reporter.filing.reference)
    return [
        Row.of("forms sent 2 to 50 times at once", forms, ""),
        Row.of("forms that led to one confirmation", shown, "", f">= {forms}"),
        Row.of("answers other than that confirmation", refused.total(), "", "<= 0"),
        none_of("kinds of other answers", [f"{n} x {kind}" for kind, n in refused.items()]),
        *case_rows(scene),
    ]


def send_together(reporter: Reporter, times: int) -> list[str]:
    """What each of them was answered: a status, or that there was no answer."""
    answers: list[str] = []
    start = threading.Barrier(times, timeout=60)

    def send() -> None:
        start.wait()
        answer = reporter.twin().once("POST", "/lapor/periksa", data=reporter.hidden)
        answers.append(str(answer.status_code) if answer is not None else "none")

    threads = [threading.Thread(target=send) for _ in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers
