"""The proxy of the faults: passes on, is late, is silent, cuts off; and is well again."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator

import pytest

from bench.faults.proxy import Proxy, Weather


@pytest.fixture
def upstream() -> Iterator[int]:
    """A server that says everything back."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            while True:
                try:
                    connection, _address = server.accept()
                except OSError:
                    return
                threading.Thread(target=echo, args=(connection,), daemon=True).start()

        threading.Thread(target=serve, daemon=True).start()
        yield server.getsockname()[1]
        server.shutdown(socket.SHUT_RDWR)


def echo(connection: socket.socket) -> None:
    with connection:
        while piece := connection.recv(65_536):
            connection.sendall(piece)


@pytest.fixture
def proxy(upstream: int) -> Iterator[Proxy]:
    with Proxy(upstream) as proxy:
        yield proxy


@pytest.fixture
def client(proxy: Proxy) -> Iterator[socket.socket]:
    with connected(proxy) as client:
        yield client


def connected(proxy: Proxy) -> socket.socket:
    return socket.create_connection(("127.0.0.1", proxy.port), timeout=5)


def said_back(client: socket.socket, words: bytes = b"halo") -> bytes:
    client.sendall(words)
    back = b""
    while len(back) < len(words) and (piece := client.recv(65_536)):
        back += piece
    return back


def test_it_passes_everything_on_both_ways(client: socket.socket) -> None:
    words = b"x" * 3_000_000
    threading.Thread(target=client.sendall, args=(words,), daemon=True).start()
    back = 0
    while back < len(words):
        back += len(client.recv(65_536))
    assert back == len(words)


def test_it_is_late(proxy: Proxy, client: socket.socket) -> None:
    with proxy.weather(Weather(latency=0.2)):
        begun = time.monotonic()
        assert said_back(client) == b"halo"
        assert time.monotonic() - begun >= 0.4


def test_it_is_silent_and_then_loses_nothing(proxy: Proxy, client: socket.socket) -> None:
    client.settimeout(0.3)
    with proxy.weather(Weather(silent=True)), pytest.raises(TimeoutError):
        said_back(client)
    client.settimeout(5)
    assert client.recv(10) == b"halo"


def test_it_cuts_off_who_is_there_and_who_comes(proxy: Proxy, client: socket.socket) -> None:
    assert said_back(client) == b"halo"
    with proxy.weather(Weather(reset=True)):
        with pytest.raises(ConnectionError):
            assert said_back(client) == b"halo", "closed in good order"
        with pytest.raises((ConnectionError, AssertionError)), connected(proxy) as late:
            assert said_back(late) == b"halo"
    with connected(proxy) as after:
        assert said_back(after) == b"halo"


def test_it_cuts_off_in_the_middle(proxy: Proxy, client: socket.socket) -> None:
    with proxy.weather(Weather(cut_after=6)):
        assert said_back(client) == b"halo"
        with pytest.raises(ConnectionError):
            assert said_back(client) == b"halo", "closed in good order"


def test_a_server_that_is_away_is_a_connection_cut_off() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        nobody = server.getsockname()[1]
    with (
        Proxy(nobody) as proxy,
        pytest.raises((ConnectionError, AssertionError)),
        connected(proxy) as client,
    ):
        assert said_back(client) == b"halo"
