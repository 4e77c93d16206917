"""Many browsers at once that each press the button of a form, one after another.

One thread and bare sockets: what the clients cost is taken from the two cores that are measured.
"""

from __future__ import annotations

import selectors
import socket
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from time import perf_counter
from typing import Final

Post = bytes  # a whole request
CONNECTIONS: Final = 16
LENGTH: Final = b"content-length: "
CONFIRMED: Final = (b" 303 ", b"/lapor/selesai")


@dataclass
class Sent:
    """What came of it."""

    filed: int
    seconds: float
    refused: list[str] = field(default_factory=list)

    @property
    def per_second(self) -> float:
        return self.filed / self.seconds


def send_all(posts: Sequence[Post], port: int) -> Sent:
    """Each once, over CONNECTIONS that stay open."""
    sent, waiting = Sent(0, 0.0), iter(posts)
    begun = perf_counter()
    with selectors.DefaultSelector() as selector:
        for _number in range(CONNECTIONS):
            if (first := next(waiting, None)) is not None:
                selector.register(_connect(port, first), selectors.EVENT_READ, bytearray())
        while selector.get_map():
            for key, _events in selector.select():
                _read(selector, key, waiting, sent)
    sent.seconds = perf_counter() - begun
    return sent


def _connect(port: int, first: Post) -> socket.socket:
    connection = socket.create_connection(("127.0.0.1", port), timeout=30)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    connection.sendall(first)
    return connection


def _read(
    selector: selectors.BaseSelector,
    key: selectors.SelectorKey,
    waiting: Iterator[Post],
    sent: Sent,
) -> None:
    connection: socket.socket = key.fileobj  # type: ignore[assignment]
    answer: bytearray = key.data
    answer += connection.recv(65536)
    if not _is_whole(answer):
        return
    if all(mark in answer for mark in CONFIRMED):
        sent.filed += 1
    else:
        sent.refused.append(answer[:300].decode(errors="replace"))
    answer.clear()
    following = next(waiting, None)
    if following is None:
        selector.unregister(connection)
        connection.close()
    else:
        connection.sendall(following)


def _is_whole(answer: bytearray) -> bool:
    end = answer.find(b"\r\n\r\n")
    if end < 0:
        return False
    head = bytes(answer[:end]).lower()
    place = head.find(LENGTH)
    length = int(head[place + len(LENGTH) :].split(b"\r\n", 1)[0]) if place >= 0 else 0
    return len(answer) >= end + 4 + length
