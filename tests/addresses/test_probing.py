"""What a domain says is asked for safely: nothing of this network, no redirect, little."""

from __future__ import annotations

import socketserver
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from ipaddress import ip_address

import pytest

from sp4n.addresses import probing
from sp4n.addresses.probing import Fault, is_public
from tests.addresses.conftest import World
from tests.factories import counter


def a_domain() -> str:
    return f"periksa{next(counter)}.uji.go.id"


@pytest.mark.parametrize(
    ("answer", "fault"),
    [
        ((404, {}, b""), Fault.MISSING),
        ((500, {}, b""), Fault.MISSING),
        ((301, {"Location": "http://127.0.0.1/"}, b""), Fault.REDIRECT),
        ((200, {}, b"sp4n-verification=lain"), Fault.OTHER),
        ((200, {}, b"x" * 5_000_000), Fault.OTHER),
    ],
)
def test_a_file_that_is_not_it_shows_nothing(
    world: World, answer: tuple[int, dict[str, str], bytes], fault: Fault
) -> None:
    domain = a_domain()
    world.addresses[domain], world.files[domain] = ["127.0.0.1"], answer
    assert world.probe().in_file(domain, "t" * 32) == fault
    assert len(world.asked) == 1


@pytest.mark.parametrize(
    "addresses",
    [
        ["127.0.0.1"],
        ["10.1.2.3"],
        ["169.254.169.254"],
        ["8.8.8.8", "192.168.1.1"],
        ["::1"],
        ["fd00::1"],
        ["::ffff:127.0.0.1"],
        ["64:ff9b::a00:1"],
        ["2002:7f00:1::1"],
        ["100.64.0.1"],
        ["224.0.0.1"],
        ["0.0.0.0"],
        ["fec0::1"],
        ["192.0.0.9"],
        ["::ffff:192.0.0.10"],
    ],
)
def test_nothing_of_this_network_is_asked(world: World, addresses: list[str]) -> None:
    domain = a_domain()
    world.addresses[domain] = addresses
    assert world.probe(private=False).in_file(domain, "t" * 32) == Fault.PRIVATE
    assert world.asked == []


def test_public_addresses_are_public() -> None:
    assert is_public(ip_address("8.8.8.8"))
    assert is_public(ip_address("2001:4860:4860::8888"))


def test_a_dns_server_that_says_nothing_is_given_up(world: World) -> None:
    world.silent = True
    began = time.monotonic()
    proof = world.probe().prove(a_domain(), "t" * 32)
    assert proof.faults == (Fault.UNREACHABLE, Fault.UNREACHABLE)
    assert time.monotonic() - began < 12


@contextmanager
def dripping(greeting: bytes) -> Iterator[int]:
    """The port of a server that goes on byte by byte after `greeting`, for ten seconds."""
    over = threading.Event()

    class Drops(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            self.request.recv(4096)
            self.request.sendall(greeting)
            for _ in range(100):
                if over.wait(0.1):
                    return
                try:
                    self.request.sendall(b"x")
                except OSError:
                    return

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Drops) as server:
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        yield server.server_address[1]
        over.set()
        server.shutdown()


@pytest.mark.parametrize(
    ("scheme", "greeting"),
    [
        ("http", b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n"),
        ("http", b"HTTP/1.1 200 OK\r\nX-Long: "),
        ("https", b"\x16\x03\x03\x40\x00"),  # a handshake that does not come to its end
    ],
)
def test_who_answers_drop_by_drop_is_hung_up_on(
    world: World, monkeypatch: pytest.MonkeyPatch, scheme: str, greeting: bytes
) -> None:
    monkeypatch.setattr(probing, "DEADLINE", 0.5)
    domain = a_domain()
    world.addresses[domain] = ["127.0.0.1"]
    with dripping(greeting) as port:
        began = time.monotonic()
        probe = replace(world.probe(), ports={scheme: port})
        assert probe.in_file(domain, "t" * 32) in (Fault.OTHER, Fault.UNREACHABLE)
        assert time.monotonic() - began < 5
