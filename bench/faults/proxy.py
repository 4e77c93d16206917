"""A TCP proxy that makes bad weather between the house and a server: late, cut off, or silent."""

from __future__ import annotations

import asyncio
import socket
import struct
import threading
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any, Final

CHUNK: Final = 65_536
LINGER_NOT: Final = struct.pack("ii", 1, 0)  # close by a reset, not by a farewell
Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@dataclass(frozen=True)
class Weather:
    """`latency`: seconds before each piece is passed on. `silent`: nothing is, until it clears.
    `reset`: every connection is cut off, new ones at once. `cut_after`: bytes from the client,
    after which its connection is cut off."""

    latency: float = 0.0
    silent: bool = False
    reset: bool = False
    cut_after: int | None = None


FAIR: Final = Weather()


class Proxy:
    """127.0.0.1:`port` -> `upstream`, which is a port of this machine or the path of a socket."""

    def __init__(self, upstream: int | str) -> None:
        self.upstream = upstream
        self.port = 0
        self._weather = FAIR
        self._changed = asyncio.Event()
        self._clients: set[asyncio.StreamWriter] = set()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    def __enter__(self) -> Proxy:
        self._thread.start()
        self._server = self._do(asyncio.start_server(self._serve, "127.0.0.1", 0, backlog=512))
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    def __exit__(self, *_: object) -> None:
        self._do(self._close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)

    @contextmanager
    def weather(self, weather: Weather) -> Iterator[None]:
        self._do(self._change(weather))
        try:
            yield
        finally:
            self._do(self._change(FAIR))

    def _do(self, work: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(10)

    async def _change(self, weather: Weather) -> None:
        self._weather = weather
        self._changed.set()
        self._changed = asyncio.Event()
        if weather.reset:
            self._cut(*self._clients)

    async def _close(self) -> None:
        self._server.close()
        self._cut(*self._clients)
        await asyncio.sleep(0.05)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._clients.add(writer)
        try:
            if self._weather.reset:
                return self._cut(writer)
            server_reader, server_writer = await self._to_server()
            ways = (
                asyncio.ensure_future(self._pass_on(reader, server_writer, writer)),
                asyncio.ensure_future(self._pass_on(server_reader, writer)),
            )
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
            for way in ways:
                way.cancel()
            server_writer.close()
            writer.close()
        except OSError:  # the server is away
            self._cut(writer)
        finally:
            self._clients.discard(writer)

    async def _to_server(self) -> Streams:
        if isinstance(self.upstream, str):
            return await asyncio.open_unix_connection(self.upstream)
        return await asyncio.open_connection("127.0.0.1", self.upstream)

    async def _pass_on(
        self,
        source: asyncio.StreamReader,
        sink: asyncio.StreamWriter,
        client: asyncio.StreamWriter | None = None,
    ) -> None:
        """`client`: set on the way to the server, where bytes are counted."""
        passed = 0
        with suppress(OSError):
            while piece := await source.read(CHUNK):
                while self._weather.silent:
                    await self._changed.wait()
                if self._weather.latency:
                    await asyncio.sleep(self._weather.latency)
                passed += len(piece)
                most = self._weather.cut_after
                if client is not None and most is not None and passed > most:
                    return self._cut(client)
                sink.write(piece)
                await sink.drain()
        return None

    def _cut(self, *clients: asyncio.StreamWriter) -> None:
        for client in clients:
            with suppress(OSError):
                client.get_extra_info("socket").setsockopt(
                    socket.SOL_SOCKET, socket.SO_LINGER, LINGER_NOT
                )
            client.transport.abort()
