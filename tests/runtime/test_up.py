"""`sp4n up`: one process tree that stands together, and falls together."""

from __future__ import annotations

import shlex
import signal
import socket
import subprocess
from pathlib import Path

import psutil
import pytest

from bench.surroundings import becomes, environ, free_port
from sp4n.jobs.queues import QUEUES
from tests.runtime import trees

pytestmark = pytest.mark.exhaustive


@pytest.fixture(scope="module")
def standing(tmp_path_factory: pytest.TempPathFactory):
    with trees.house(tmp_path_factory.mktemp("house")) as house:
        yield house


def test_it_says_that_it_is_ready_when_it_answers(standing: trees.House) -> None:
    assert f"http://localhost:{standing.port}/" in standing.log
    assert standing.is_ready()


def test_web_relay_scheduler_and_a_worker_for_each_queue_belong_to_it(
    standing: trees.House,
) -> None:
    for name in ("web", "jobs", "relay", "scheduler", *(f"worker {queue}" for queue in QUEUES)):
        assert becomes(lambda: standing.child(name), 10), name  # noqa: B023


def test_only_migrations_ever_hold_the_owners_url(standing: trees.House) -> None:
    children = psutil.Process(standing.process.pid).children(recursive=True)
    serving = [child for child in children if "DATABASE_TENANT_URL" in child.environ()]
    assert len(serving) >= 5
    assert not [child for child in serving if "DATABASE_URL" in child.environ()]


def test_a_second_command_joins_the_running_servers(standing: trees.House) -> None:
    before = {process.pid for process in trees.living(standing.data_dir)}
    doctor = trees.run(standing.data_dir, "doctor")
    assert doctor.returncode == 0, doctor.stdout + doctor.stderr
    assert "FAULT" not in doctor.stdout
    assert becomes(
        lambda: before <= {process.pid for process in trees.living(standing.data_dir)}, 5
    )
    assert standing.is_ready()


def test_a_second_up_with_the_same_data_is_refused_in_one_line(standing: trees.House) -> None:
    second = trees.run(standing.data_dir, "up", PORT=str(free_port()))
    assert second.returncode == 1
    assert "runs already" in second.stderr
    assert second.stderr.count("\n") == 1


def test_a_taken_port_is_refused_in_one_line(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        refused = trees.run(tmp_path, "up", PORT=str(taken.getsockname()[1]))
    assert refused.returncode == 1
    assert "PORT" in refused.stderr
    assert refused.stderr.count("\n") == 1
    assert trees.names(tmp_path) == []


@pytest.mark.parametrize("name", ["web", "jobs", "worker mail", "relay", "scheduler"])
def test_what_dies_is_started_again(standing: trees.House, name: str) -> None:
    assert becomes(lambda: standing.child(name), 10)
    victim = standing.child(name)
    assert victim
    victim.kill()

    def replaced() -> bool:
        return standing.child(name) not in (None, victim)

    assert becomes(replaced, 10), standing.log
    assert becomes(standing.is_ready, 20), standing.log


@pytest.mark.parametrize("name", ["web", "jobs"])
def test_what_was_made_out_of_a_killed_process_does_not_outlive_it(
    standing: trees.House, name: str
) -> None:
    assert becomes(lambda: standing.child(name) and standing.child(name).children(), 10)
    parent = standing.child(name)
    assert parent
    workers = parent.children()
    parent.kill()
    assert becomes(lambda: not any(alive(worker) for worker in workers), 5)
    assert becomes(standing.is_ready, 20), standing.log


@pytest.mark.parametrize("name", ["postgres", "redis-server"])
def test_a_killed_server_comes_back_and_so_does_the_house(standing: trees.House, name: str) -> None:
    for server in trees.servers(standing.data_dir, name):
        server.kill()
        assert becomes(lambda: not alive(server), 10)  # noqa: B023
    assert becomes(lambda: trees.run(standing.data_dir, "doctor").returncode == 0, 30)
    assert becomes(standing.is_ready, 20), standing.log


def test_killed_keepers_are_replaced(standing: trees.House) -> None:
    trees.kill(trees.keepers(standing.data_dir))
    assert becomes(lambda: standing.log.count("keeper of an embedded server is gone"), 10)
    assert becomes(standing.is_ready, 30), standing.log
    assert trees.run(standing.data_dir, "doctor").returncode == 0


@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGINT])
def test_told_to_stop_it_leaves_nothing_behind(tmp_path: Path, sign: signal.Signals) -> None:
    with trees.house(tmp_path) as house:
        house.process.send_signal(sign)
        assert house.process.wait(30) == 0
        assert trees.names(tmp_path) == []


def test_killed_outright_it_leaves_nothing_behind(tmp_path: Path) -> None:
    with trees.house(tmp_path) as house:
        house.process.kill()
        house.process.wait(10)
        assert becomes(lambda: not trees.living(tmp_path), 10), trees.names(tmp_path)


def test_after_a_crash_of_everything_it_starts_again(tmp_path: Path) -> None:
    with trees.house(tmp_path):
        trees.kill(trees.living(tmp_path))
    with trees.house(tmp_path) as house:
        assert house.is_ready()


def test_started_by_make_it_stops_when_make_is_killed(tmp_path: Path) -> None:
    script = f"{shlex.join(trees.command('up', '--with-parent'))} & echo $!; wait"
    port = str(free_port())
    make = subprocess.Popen(
        ["sh", "-c", script],
        env=environ(tmp_path, **trees.NO_DEMO, PORT=port),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    assert becomes(lambda: trees.servers(tmp_path, "redis-server"), 30)
    make.kill()
    make.wait()
    assert becomes(lambda: not trees.living(tmp_path), 20), trees.names(tmp_path)


def alive(process: psutil.Process) -> bool:
    try:
        return process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
