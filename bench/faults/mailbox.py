"""Where the house's mail arrives: a real SMTP server that remembers which message came when."""

from __future__ import annotations

import threading
import time
from collections import defaultdict
from email.parser import BytesParser
from typing import Any

from aiosmtpd.controller import Controller

from bench.surroundings import free_port


class Mailbox:
    """`refusal`: the answer to every recipient while it is set, say "451 come back later"."""

    def __init__(self) -> None:
        self.refusal = ""
        self.refused = 0
        self._arrived: dict[str, list[float]] = defaultdict(list)
        self._to: dict[str, list[float]] = defaultdict(list)
        self._lock = threading.Lock()
        self._controller = Controller(self, hostname="127.0.0.1", port=0)

    def __enter__(self) -> Mailbox:
        # aiosmtpd greets itself on the port that it was given, so it must know one
        self._controller.port = free_port()
        self._controller.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._controller.stop()

    @property
    def port(self) -> int:
        return int(self._controller.port)

    def arrivals(self) -> dict[str, list[float]]:
        """When each message came, by the part of its Message-ID that names what was owed."""
        with self._lock:
            return {name: list(times) for name, times in self._arrived.items()}

    def first_to(self, address: str) -> float | None:
        with self._lock:
            return min(self._to.get(address, ()), default=None)

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: Any, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        if self.refusal:
            self.refused += 1
            return self.refusal
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        name = str(BytesParser().parsebytes(envelope.content)["Message-ID"])
        with self._lock:
            self._arrived[name.strip("<>").partition("@")[0]].append(time.time())
            for address in envelope.rcpt_tos:
                self._to[address].append(time.time())
        return "250 OK"
