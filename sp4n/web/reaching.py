"""Asking other people's servers: what an address names is anybody's choice, so nothing of ours is
asked. Every address that a name has must be public, the connection goes to the one that was looked
at, no redirect is followed, and both size and time are bounded.
"""

from __future__ import annotations

import http.client
import socket
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from threading import Timer
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

# dnspython is loaded by who asks: few requests do, and it delays the start of a server.
if TYPE_CHECKING:
    from dns.resolver import Resolver

PATIENCE: Final = 4.0  # seconds, for each question to the DNS and each step of a fetch
DEADLINE: Final = 8.0  # seconds, for one fetch in all
MOST_BYTES: Final = 256 * 1024
LOOPBACK: Final = ("127.0.0.1", "localhost", "::1")
NAT64: Final = IPv6Network("64:ff9b::/96")
IETF: Final = IPv4Network("192.0.0.0/24")  # RFC 6890; some of it counts as global in newer tables


class Unreachable(Exception):
    """No answer that may be used: in words for a log, not for people."""


@dataclass(frozen=True)
class Answer:
    status: int
    body: bytes


@dataclass
class Reach:
    """`loopback`: whether this very machine may be asked, without TLS: while developing."""

    loopback: bool = False
    resolver: Resolver | None = None
    most: int = MOST_BYTES
    deadline: float = DEADLINE
    headers: Mapping[str, str] = field(default_factory=lambda: {"Accept": "application/json"})

    def may_ask(self, url: str) -> bool:
        """By its form alone: whom the name means is looked at when it is asked."""
        try:
            parts, port = urlsplit(url), urlsplit(url).port
        except ValueError:
            return False
        plain = url.isascii() and url.isprintable() and " " not in url and "#" not in url
        if not plain or not parts.hostname or "@" in parts.netloc or port == 0:
            return False
        return parts.scheme == "https" or (parts.scheme == "http" and self._here(parts.hostname))

    def ask(
        self,
        url: str,
        *,
        method: str = "GET",
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        if not self.may_ask(url):
            raise Unreachable("not an address to ask")
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        sent = {**self.headers, **(headers or {})}
        try:
            with fetching(
                host,
                self._address(host),
                parts.scheme,
                port,
                path=path,
                method=method,
                body=body,
                headers=sent,
                deadline=self.deadline,
            ) as answer:
                read = answer.read(self.most + 1)
        except (OSError, http.client.HTTPException, UnicodeError, ValueError) as fault:
            raise Unreachable(type(fault).__name__) from fault
        if len(read) > self.most or 300 <= answer.status < 400:
            raise Unreachable("too long" if len(read) > self.most else "a redirect")
        return Answer(answer.status, read)

    def _here(self, host: str) -> bool:
        return self.loopback and host in LOOPBACK

    def _address(self, host: str) -> str:
        if self._here(host):
            return "127.0.0.1" if host == "localhost" else host
        try:
            addresses = [ip_address(host)]
        except ValueError:
            addresses = self._looked_up(host)
        if not addresses or not all(is_public(one) for one in addresses):
            raise Unreachable("not a public address")
        return str(addresses[0])

    def _looked_up(self, host: str) -> list[IPv4Address | IPv6Address]:
        from dns.exception import DNSException
        from dns.resolver import Resolver

        resolver = self.resolver or Resolver()
        resolver.timeout, resolver.lifetime = PATIENCE / 2, PATIENCE
        try:
            return [ip_address(text) for text in resolver.resolve_name(f"{host}.").addresses()]
        except (DNSException, OSError, ValueError) as fault:
            raise Unreachable(type(fault).__name__) from fault


def is_public(address: IPv4Address | IPv6Address) -> bool:
    if isinstance(address, IPv6Address):
        inside = address.ipv4_mapped or address.sixtofour
        if inside is not None:
            return is_public(inside)
        if address.teredo is not None or address in NAT64 or address.is_site_local:
            return False
    elif address in IETF:
        return False
    return address.is_global and not (address.is_multicast or address.is_reserved)


@contextmanager
def fetching(
    domain: str,
    address: str,
    scheme: str,
    port: int,
    *,
    path: str,
    method: str = "GET",
    body: bytes | None = None,
    headers: Mapping[str, str] | None = None,
    deadline: float = DEADLINE,
) -> Iterator[http.client.HTTPResponse]:
    """From the very `address`, whatever the name means by now."""
    if scheme == "https":
        tls = ssl.create_default_context()
        caller: http.client.HTTPConnection = http.client.HTTPSConnection(
            domain, port, timeout=PATIENCE, context=tls
        )
    else:
        caller = http.client.HTTPConnection(domain, port, timeout=PATIENCE)
    line = socket.create_connection((address, port), PATIENCE)
    # Both the TLS layer and an answer that closes take the caller's socket away from it; what is
    # shut down at a second handle of the connection is shut for all of them.
    handle = line.dup()
    # What both call to connect; there is no other way to say where to.
    caller._create_connection = lambda *_args: line  # type: ignore[attr-defined]
    over = Timer(deadline, lambda: hang_up(handle))
    over.daemon = True
    over.start()
    try:
        host = f"[{domain}]" if ":" in domain else domain
        sent = {"Host": host if port in (80, 443) else f"{host}:{port}", "User-Agent": "SP4N"}
        if body is not None:
            sent["Content-Length"] = str(len(body))
        caller.putrequest(method, path, skip_host=True, skip_accept_encoding=body is not None)
        for name, value in {**sent, **(headers or {}), "Connection": "close"}.items():
            caller.putheader(name, value)
        caller.endheaders(body)
        yield caller.getresponse()
    finally:
        over.cancel()
        caller.close()
        handle.close()
        line.close()


def hang_up(line: socket.socket) -> None:
    """Whoever answers byte by byte is not listened to any longer."""
    with suppress(OSError):
        line.shutdown(socket.SHUT_RDWR)
