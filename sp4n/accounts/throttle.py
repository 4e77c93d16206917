"""Limits that delay before they lock, and never lock for good: per account from one address, per
account, per address, and per agency.

Counted in Redis, so that all processes share it; in this process's memory while Redis is away.
"""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from ipaddress import ip_address, ip_network
from typing import TypeVar

from flask import Flask, current_app
from limits.storage import MemoryStorage, RedisStorage, Storage
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from sp4n.accounts.words import slow_down
from sp4n.errors import TooMany
from sp4n.sealing import keyed_hash
from sp4n.tenants.scope import current_agency_id, current_scope

log = logging.getLogger(__name__)
Result = TypeVar("Result")

MEMORY = 3600  # seconds, after which failures are forgotten
PATIENCE = 0.25  # seconds that a silent Redis is waited for …
LEFT_ALONE = 15  # … and seconds that it is not asked again after that


@dataclass(frozen=True)
class Limit:
    """Failures beyond the `free` ones of an hour make one wait: 2 s, 4 s, 8 s … `longest`."""

    free: int
    longest: int

    def wait_after(self, failures: int) -> int:
        over = failures - self.free
        return 0 if over <= 0 else min(2 ** min(over, 20), self.longest)


@dataclass(frozen=True)
class Ladder:
    """From the narrowest limit to the widest: who is held back by one does not count in the next,
    so that one address alone cannot keep the owner of an account out."""

    pair: Limit
    account: Limit
    address: Limit
    agency: Limit


NONE = Limit(0, 0)
LADDERS = {
    "sign_in": Ladder(Limit(5, 900), Limit(20, 60), Limit(40, 300), Limit(300, 30)),
    "second_step": Ladder(Limit(5, 900), Limit(10, 900), Limit(40, 300), Limit(300, 30)),
    "track": Ladder(Limit(5, 900), Limit(20, 60), Limit(40, 300), Limit(2000, 5)),
    "proof": Ladder(Limit(5, 900), Limit(20, 60), Limit(40, 300), Limit(2000, 5)),
    "support": Ladder(NONE, NONE, Limit(30, 300), Limit(3000, 5)),
    "follow": Ladder(NONE, NONE, Limit(20, 900), Limit(600, 30)),
    "sms_code": Ladder(Limit(5, 900), Limit(10, 900), Limit(40, 300), Limit(2000, 5)),
    "own_reports": Ladder(NONE, NONE, Limit(20, 900), Limit(600, 30)),
    "provider": Ladder(NONE, NONE, Limit(120, 60), Limit(3000, 5)),
    "reset": Ladder(Limit(2, 1800), Limit(4, 900), Limit(10, 900), Limit(60, 60)),
}


class Counters:
    """Redis while it answers, else memory; a Redis that is away is left alone for a while."""

    def __init__(self, redis_url: str | None) -> None:
        self.memory = MemoryStorage()
        self.redis = _redis(redis_url) if redis_url else None
        self._ask_again_at = 0.0

    def count(self, key: str, seconds: int, amount: int = 1) -> int:
        return self._do(lambda storage: storage.incr(key, seconds, amount))

    def get(self, key: str) -> int:
        return self._do(lambda storage: storage.get(key))

    def seconds_left(self, key: str) -> int:
        """0 where there is no such key."""
        return self._do(lambda storage: _left(storage, key))

    def clear(self, key: str) -> None:
        self._do(lambda storage: storage.clear(key))

    def _do(self, work: Callable[[Storage], Result]) -> Result:
        if self.redis is not None and time.monotonic() >= self._ask_again_at:
            try:
                return work(self.redis)
            except RedisError as error:
                self._ask_again_at = time.monotonic() + LEFT_ALONE
                log.warning("limits are counted in memory: Redis gave %s", type(error).__name__)
        return work(self.memory)


@dataclass(frozen=True)
class Attempt:
    """Counted as a failure when it began: many at once gain nothing."""

    counters: Counters
    own: tuple[str, ...]
    shared: tuple[str, ...]

    def succeeded(self) -> None:
        """What is the account's own is forgotten; what others share loses this one attempt."""
        for key in self.own:
            self.counters.clear(f"failed:{key}")
            self.counters.clear(f"waits:{key}")
        for key in self.shared:
            self.counters.count(f"failed:{key}", MEMORY, -1)

    def withdrawn(self) -> None:
        """Not the fault of who tried: as if it had not been."""
        for key in (*self.own, *self.shared):
            self.counters.count(f"failed:{key}", MEMORY, -1)


class Throttle:
    def __init__(self, secret_key: str, redis_url: str | None) -> None:
        self.secret_key = secret_key
        self.counters = Counters(redis_url)

    def attempt(self, act: str, *, account: str | None, address: str | None) -> Attempt:
        """Of `act`, a name in LADDERS, in the current scope. Raises TooMany. `account`: None where
        nobody has said yet whose it is; many people may share one address."""
        keys = dict(self._keys(act, account, network_of(address)))
        newcomer = self.counters.get(f"failed:{keys['address']}") <= 0
        for name, key in keys.items():
            # What others do to an agency does not hold back who has not failed here yet.
            if not (newcomer and name == "agency"):
                _hold_back(self.counters.seconds_left(f"waits:{key}"))
        for name, key in keys.items():
            self._count(getattr(LADDERS[act], name), key, newcomer and name == "agency")
        own = tuple(keys[name] for name in ("pair", "account") if name in keys)
        return Attempt(self.counters, own, (keys["address"], keys["agency"]))

    def _count(self, limit: Limit, key: str, free_pass: bool) -> None:
        wait = limit.wait_after(self.counters.count(f"failed:{key}", MEMORY))
        if wait and self.counters.count(f"waits:{key}", wait) > 1 and not free_pass:
            _hold_back(wait)  # another attempt of the same moment took the turn

    def _keys(self, act: str, account: str | None, network: str) -> Iterator[tuple[str, str]]:
        """Hashed: whoever reads Redis learns no address of a person."""
        at = f"{place()}:{act}"
        of_account = {"pair": f"{account} {network}", "account": account}
        known = of_account if account is not None else {}
        for name, who in {**known, "address": network, "agency": ""}.items():
            digest = keyed_hash(self.secret_key, f"{name}:{who}", purpose="throttle").hex()[:32]
            yield name, f"{at}:{name}:{digest}"


def place() -> str:
    """Whose counters: the agency of the scope, or "nasional". Raises without a scope."""
    scope = current_scope()
    if scope is not None and scope.role == "national":
        return "nasional"
    return str(current_agency_id())


def network_of(address: str | None) -> str:
    """One subscriber: of IPv6 the /64 that a household has, of IPv4 the address."""
    try:
        ip = ip_address(address or "")
    except ValueError:
        return ""
    return str(ip_network((ip, 64), strict=False)) if ip.version == 6 else str(ip)


def throttle() -> Throttle:
    found: Throttle = current_app.extensions["sp4n.throttle"]
    return found


def init_app(app: Flask, redis_url: str | None) -> None:
    app.extensions["sp4n.throttle"] = Throttle(app.config["SECRET_KEY"], redis_url)


def _redis(url: str) -> Storage:
    once = Retry(NoBackoff(), 0)
    return RedisStorage(
        url,
        key_prefix="sp4n:limits",
        socket_connect_timeout=PATIENCE,
        socket_timeout=PATIENCE,
        retry=once,  # type: ignore[arg-type]
    )


def _left(storage: Storage, key: str) -> int:
    if not storage.get(key):
        return 0
    return max(1, math.ceil(storage.get_expiry(key) - time.time()))


def _hold_back(seconds: int) -> None:
    if seconds:
        raise TooMany(slow_down(seconds), retry_after=seconds)
