"""A DNS server and a web server of these tests: what a domain says is set here."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import dns.flags
import dns.message
import dns.rcode
import dns.rrset
import pytest
from flask import Flask

from sp4n.addresses.jobs import PROBE
from sp4n.addresses.probing import Probe


@dataclass
class World:
    """name -> texts or addresses; host, or host and path -> (status, headers,
    body)."""

    texts: dict[str, list[str]] = field(default_factory=dict)
    addresses: dict[str, list[str]] = field(default_factory=dict)
    files: dict[str, tuple[int, dict[str, str], bytes]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    silent: bool = False
    dns_port: int = 0
    http_port: int = 0

    def probe(self, private: bool = True) -> Probe:
        return Probe(private, ("127.0.0.1", self.dns_port), {"http": self.http_port})

    def answer(self, wire: bytes) -> bytes:
        query = dns.message.from_wire(wire)
        (question,) = query.question
        name = question.name.to_text(omit_final_dot=True)
        kind = question.rdtype.name
        response = dns.message.make_response(query)
        response.flags |= dns.flags.RA
        found = {
            "TXT": [f'"{text}"' for text in self.texts.get(name, [])],
            "A": [one for one in self.addresses.get(name, []) if ":" not in one],
            "AAAA": [one for one in self.addresses.get(name, []) if ":" in one],
        }.get(kind, [])
        if found:
            response.answer.append(dns.rrset.from_text(question.name, 60, "IN", kind, *found))
        elif name not in self.texts and name not in self.addresses:
            response.set_rcode(dns.rcode.NXDOMAIN)
        return response.to_wire()


@pytest.fixture
def world(app: Flask) -> Iterator[World]:
    world = World()

    class Names(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            wire, channel = self.request
            if not world.silent:
                channel.sendto(world.answer(wire), self.client_address)

    class Files(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            host = (self.headers["Host"] or "").partition(":")[0]
            world.asked.append(f"{host}{self.path}")
            plain = world.files.get(host, (404, {}, b""))
            status, headers, body = world.files.get(f"{host}{self.path}", plain)
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: Any) -> None:
            """Nothing."""

    servers: list[Any] = [
        socketserver.ThreadingUDPServer(("127.0.0.1", 0), Names),
        ThreadingHTTPServer(("127.0.0.1", 0), Files),
    ]
    world.dns_port, world.http_port = (server.server_address[1] for server in servers)
    for server in servers:
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    before, app.extensions[PROBE] = app.extensions[PROBE], world.probe()
    yield world
    app.extensions[PROBE] = before
    for server in servers:
        server.shutdown()
        server.server_close()
