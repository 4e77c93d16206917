"""What the processes of a house weigh at rest, and how soon they answer."""

from __future__ import annotations

import http.client
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

import psutil

from bench.scale import Scale
from bench.surroundings import environ, free_port
from bench.table import OUT, Row

PATIENCE = 120.0
AT_REST = 8.0
MEGABYTE = 1024 * 1024
AN_AGENCY = "badungkab"  # of the demo


def measure(scale: Scale) -> list[Row]:
    """With the demo's data, as `make run` leaves it."""
    data_dir = Path(os.environ.get("DATA_DIR") or OUT / "data") / "house"
    shutil.rmtree(data_dir, ignore_errors=True)
    with standing(data_dir):
        pass
    again = []
    for _round in range(scale.pick(2, 4)):
        with standing(data_dir) as (_house, _port, seconds):
            again.append(seconds)
    with standing(data_dir) as (house, port, seconds):
        visit(port)
        time.sleep(AT_REST)
        tree, workers = weighed(house)
        starts = [web_start(data_dir) for _round in range(scale.pick(3, 7))]
    return [
        Row.of("one web worker at rest: PSS", max(workers), "MB", "<= 100"),
        Row.of("start of a web server until it answers", median(starts), "s", "<= 1.5"),
        Row.of("everything that `sp4n up` runs, at rest: PSS", tree, "MB", "<= 700"),
        Row.of("second `sp4n up` until ready", median([*again, seconds]), "s", "<= 10"),
    ]


@contextmanager
def standing(data_dir: Path) -> Iterator[tuple[psutil.Process, int, float]]:
    """`sp4n up`, ready: its process, its port, and the seconds that it took."""
    with running(data_dir, "up") as (process, port, seconds):
        yield psutil.Process(process.pid), port, seconds


def web_start(data_dir: Path) -> float:
    """Beside servers that run already."""
    with running(data_dir, "web", SP4N_WEB_WORKERS="1") as (_process, _port, seconds):
        return seconds


@contextmanager
def running(
    data_dir: Path, command: str, **settings: str
) -> Iterator[tuple[subprocess.Popen[bytes], int, float]]:
    port, start = free_port(), time.perf_counter()
    with subprocess.Popen(
        [sys.executable, "-m", "sp4n.cli", command],
        env=environ(data_dir, PORT=str(port), **settings),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        try:
            wait_until_ready(process, port)
            yield process, port, time.perf_counter() - start
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(PATIENCE)


def wait_until_ready(process: subprocess.Popen[bytes], port: int) -> None:
    end = time.perf_counter() + PATIENCE
    while not answers(port, "/readyz"):
        if process.poll() is not None or time.perf_counter() > end:
            raise RuntimeError(f"{process.args!r} does not get ready")
        time.sleep(0.02)


def visit(port: int) -> None:
    """Every kind of page that needs nobody signed in, often enough for each worker to have made
    it: what a process reads and compiles at the first visit stays in its memory."""
    agency = f"{AN_AGENCY}.localhost:{port}"
    pages = [("", path) for path in ("/", "/?q=bali", "/masuk")]
    pages += [(agency, path) for path in ("/", "/laporan", "/lapor/jenis", "/lacak", "/masuk")]
    for host, path in 20 * pages:
        if not answers(port, path, host):
            raise RuntimeError(f"{host}{path} does not answer")


def answers(port: int, path: str, host: str = "") -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", path, headers={"Host": host or f"localhost:{port}"})
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def weighed(house: psutil.Process) -> tuple[float, list[float]]:
    """Megabytes of the whole tree, and of each process that serves pages.

    The servers hang beside the tree, not in it: they live as long as anybody needs them.
    """
    data_dir = house.environ()["DATA_DIR"]
    mine = {house.pid: house} | {one.pid: one for one in house.children(recursive=True)}
    mine |= {one.pid: one for one in psutil.process_iter() if belongs(one, data_dir)}
    web = [one for one in mine.values() if one.cmdline()[-1:] == ["web"]]
    workers = [worker for one in web for worker in one.children()]
    return sum(map(pss, mine.values())), [pss(worker) for worker in workers]


def belongs(process: psutil.Process, data_dir: str) -> bool:
    try:
        if process.pid == os.getpid():
            return False
        known = process.environ().get("DATA_DIR") == data_dir
        return known or process.cwd().startswith(data_dir)
    except (psutil.NoSuchProcess, psutil.AccessDenied):
        return False


def pss(process: psutil.Process) -> float:
    return float(process.memory_full_info().pss) / MEGABYTE
