"""A crowd that asks for the same few pages as fast as they come.

The client runs on the cores that are measured, so it must cost next to nothing: requests go out a
batch at a time over connections that stay open, and what comes back is only counted, by its length
(the same for each answer to one request) and its status lines. `Asked.cpu` says what it cost.
"""

from __future__ import annotations

import selectors
import socket
from collections.abc import Sequence
from dataclasses import dataclass
from time import perf_counter, process_time
from typing import Final

CONNECTIONS: Final = 16
BATCH: Final = 8
PATIENCE: Final = 20.0
WELL: Final = b"HTTP/1.1 200 OK\r\n"
LENGTH: Final = b"content-length: "


@dataclass(frozen=True)
class Asked:
    """`cpu`: seconds that the client itself worked, of `seconds`."""

    answers: int
    seconds: float
    cpu: float

    @property
    def per_second(self) -> float:
        return self.answers / self.seconds


def request_for(host: str, path: str = "/", **headers: str) -> bytes:
    lines = [f"GET {path} HTTP/1.1", f"Host: {host}", "Accept: text/html"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode()


class Asker:
    """One connection and its batch: the requests, and the room for their answers."""

    def __init__(self, port: int, requests: Sequence[bytes]) -> None:
        self.socket = connect(port)
        self.batch = b"".join(requests)
        self.answers = len(requests)
        lengths = {one: len(ask(self.socket, one)) for one in set(requests)}
        self.room = bytearray(sum(lengths[one] for one in requests))
        self.filled = 0

    def ask(self) -> None:
        self.filled = 0
        self.socket.sendall(self.batch)

    def read(self) -> bool:
        """Whether all answers are there."""
        got = self.socket.recv_into(memoryview(self.room)[self.filled :])
        if not got:
            raise ConnectionError("the server hung up")
        self.filled += got
        if self.filled < len(self.room):
            return False
        if self.room.count(WELL) != self.answers:
            raise ConnectionError(f"not each answer is 200: {bytes(self.room[:200])!r}")
        return True


def ask_for(port: int, requests: Sequence[bytes], seconds: float) -> Asked:
    """`requests` in turn, by CONNECTIONS at once, until time is over."""
    askers = [Asker(port, batch_of(requests, number)) for number in range(CONNECTIONS)]
    answers, began, worked = 0, perf_counter(), process_time()
    with selectors.DefaultSelector() as selector:
        for one in askers:
            selector.register(one.socket, selectors.EVENT_READ, one)
            one.ask()
        while selector.get_map():
            ready = selector.select(PATIENCE)
            if not ready:
                raise TimeoutError(f"no answer within {PATIENCE} s")
            for key, _events in ready:
                answers += gone_on(selector, key.data, perf_counter() - began < seconds)
    return Asked(answers, perf_counter() - began, process_time() - worked)


def gone_on(selector: selectors.BaseSelector, asker: Asker, more: bool) -> int:
    """The answers of a batch that is now whole."""
    if not asker.read():
        return 0
    if more:
        asker.ask()
    else:
        selector.unregister(asker.socket)
        asker.socket.close()
    return asker.answers


def batch_of(requests: Sequence[bytes], number: int) -> list[bytes]:
    """Each connection begins somewhere else."""
    first = number * BATCH
    return [requests[(first + place) % len(requests)] for place in range(BATCH)]


def times_of(port: int, requests: Sequence[bytes], number: int) -> list[float]:
    """Seconds that each of `number` answers took, asked one after another."""
    with connect(port) as connection:
        times = []
        for place in range(number):
            began = perf_counter()
            ask(connection, requests[place % len(requests)])
            times.append(perf_counter() - began)
    return times


def connect(port: int) -> socket.socket:
    connection = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connection


def ask(connection: socket.socket, request: bytes) -> bytes:
    """One answer, whole."""
    connection.sendall(request)
    answer = b""
    while not is_whole(answer):
        got = connection.recv(1 << 18)
        if not got:
            raise ConnectionError("the server hung up")
        answer += got
    if not answer.startswith(WELL):
        raise ConnectionError(f"not 200: {answer[:200]!r}")
    return answer


def is_whole(answer: bytes) -> bool:
    head, end, body = answer.partition(b"\r\n\r\n")
    if not end:
        return False
    place = head.lower().index(LENGTH) + len(LENGTH)
    return len(body) >= int(head[place:].split(b"\r\n", 1)[0])
