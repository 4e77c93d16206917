"""Whether a domain says that it is an agency's: asked of the DNS, or fetched as a file.

What a domain names is anybody's choice, so nothing of ours is asked: every address that it has must
be public, the connection goes to the one that was looked at, no redirect is followed, and both size
and time are bounded.
"""

from __future__ import annotations

import http.client
from contextlib import suppress
from dataclasses import dataclass, field
from enum import StrEnum
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import TYPE_CHECKING, Final

from sp4n.sealing import keyed_hash
from sp4n.web.reaching import fetching, is_public

# dnspython is loaded by who asks: few requests do, and it delays the start of a server.
if TYPE_CHECKING:
    from dns.resolver import Resolver

LABEL: Final = "_sp4n"
PATH: Final = "/.well-known/sp4n-verification.txt"
ARRIVAL: Final = "/.well-known/sp4n-here.txt"
PATIENCE: Final = 4.0  # seconds, for each question to the DNS and each step of a fetch
DEADLINE: Final = 8.0  # seconds, for one fetch in all
MOST_BYTES: Final = 512
MOST_RECORDS: Final = 50


class Fault(StrEnum):
    MISSING = "missing"
    OTHER = "other"
    UNREACHABLE = "unreachable"
    PRIVATE = "private"
    REDIRECT = "redirect"
    TAKEN = "taken"  # by another agency, which has shown that it is its own


@dataclass(frozen=True)
class Proof:
    """`method`: "dns", "file", or "" with the fault of both, in this order. `arrives`: whether who
    opens the domain comes out at this house."""

    method: str = ""
    faults: tuple[Fault, ...] = ()
    arrives: bool = False


def expected(token: str) -> str:
    return f"sp4n-verification={token}"


def told_here(secret: str, domain: str) -> str:
    """What only this house can say at this domain."""
    return "sp4n-here=" + keyed_hash(secret, domain, purpose="domain-arrival").hex()


@dataclass
class Probe:
    """`private`: whether addresses of this very network may be asked; ports are for tests alone."""

    private: bool = False
    nameserver: tuple[str, int] | None = None
    ports: dict[str, int] = field(default_factory=lambda: {"https": 443, "http": 80})

    def prove(self, domain: str, token: str) -> Proof:
        in_dns = self.in_dns(domain, token) if token else Fault.MISSING
        if in_dns is None:
            return Proof("dns")
        in_file = self.in_file(domain, token) if token else Fault.MISSING
        return Proof("file") if in_file is None else Proof("", (in_dns, in_file))

    def in_dns(self, domain: str, token: str) -> Fault | None:
        """None where one of the texts beside the domain is the expected one."""
        from dns.exception import DNSException
        from dns.rdatatype import TXT
        from dns.resolver import NXDOMAIN, NoAnswer

        try:
            found = self._resolver().resolve(f"{LABEL}.{domain}.", TXT, search=False)
        except (NXDOMAIN, NoAnswer):
            return Fault.MISSING
        except (DNSException, OSError):
            return Fault.UNREACHABLE
        texts = [b"".join(record.strings) for record in list(found)[:MOST_RECORDS]]
        return None if expected(token).encode() in texts else Fault.OTHER

    def in_file(self, domain: str, token: str) -> Fault | None:
        return self._says(domain, PATH, expected(token))

    def arrives(self, domain: str, told: str) -> bool:
        """`told`: by `told_here`."""
        return self._says(domain, ARRIVAL, told) is None

    def _says(self, domain: str, path: str, words: str) -> Fault | None:
        address = self._address(domain)
        if isinstance(address, Fault):
            return address
        for scheme, port in self.ports.items():
            with suppress(OSError, http.client.HTTPException):
                return self._fetched(domain, str(address), scheme, port, path, words)
        return Fault.UNREACHABLE

    def _address(self, domain: str) -> IPv4Address | IPv6Address | Fault:
        """The first one, where all that the domain has are public."""
        from dns.exception import DNSException

        try:
            found = self._resolver().resolve_name(f"{domain}.")
            addresses = [ip_address(text) for text in found.addresses()]
        except (DNSException, OSError, ValueError):
            return Fault.UNREACHABLE
        if not self.private and not all(is_public(one) for one in addresses):
            return Fault.PRIVATE
        return next(iter(addresses), Fault.UNREACHABLE)

    def _fetched(
        self, domain: str, address: str, scheme: str, port: int, path: str, words: str
    ) -> Fault | None:
        with fetching(domain, address, scheme, port, path=path, deadline=DEADLINE) as answer:
            if 300 <= answer.status < 400:
                return Fault.REDIRECT
            if answer.status != 200:
                return Fault.MISSING
            text = answer.read(MOST_BYTES)
        return None if text.strip() == words.encode() else Fault.OTHER

    def _resolver(self) -> Resolver:
        from dns.resolver import Resolver

        resolver = Resolver(configure=self.nameserver is None)
        if self.nameserver is not None:
            resolver.nameservers, resolver.port = [self.nameserver[0]], self.nameserver[1]
        resolver.timeout, resolver.lifetime = PATIENCE / 2, PATIENCE
        return resolver
