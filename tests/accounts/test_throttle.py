"""Limits delay, double, forgive and never lock for good; with Redis, without it, and with a Redis
that says nothing."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator

import pytest
from flask import Flask

from sp4n.accounts.throttle import LADDERS, PATIENCE, Limit, Throttle, network_of, place
from sp4n.errors import TooMany
from sp4n.runtime.embedded import EmbeddedServers
from sp4n.tenants.edge import agency_edge, edge
from sp4n.tenants.everyone import NATIONAL
from sp4n.tenants.resolver import AgencyFacts
from sp4n.tenants.scope import ScopeError

SECRET = "a secret of these tests, long enough to be one"
HOME, ELSEWHERE = "192.0.2.1", "198.51.100.7"
PAIR = LADDERS["sign_in"].pair


@pytest.fixture
def within(app: Flask, agency: AgencyFacts) -> Iterator[None]:
    with app.app_context(), agency_edge(agency.id):
        yield


@pytest.fixture
def redis_url(database: EmbeddedServers) -> str:
    return database.redis_url


@pytest.fixture(params=["memory", "redis"])
def throttle(request: pytest.FixtureRequest) -> Throttle:
    url = request.getfixturevalue("redis_url") if request.param == "redis" else None
    return Throttle(SECRET, url)


def fail(throttle: Throttle, account: str = "a@x.id", address: str = HOME) -> None:
    throttle.attempt("sign_in", account=account, address=address)


def test_the_wait_doubles_up_to_its_longest() -> None:
    limit = Limit(free=5, longest=900)
    waits = [limit.wait_after(failures) for failures in range(4, 18)]
    assert waits == [0, 0, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900]
    assert limit.wait_after(10_000) == 900


@pytest.mark.usefixtures("within")
def test_after_a_few_failures_one_waits_and_then_may_try_again(throttle: Throttle) -> None:
    for _ in range(PAIR.free + 1):
        fail(throttle)
    with pytest.raises(TooMany) as refusal:
        fail(throttle)
    assert 1 <= refusal.value.retry_after <= 2
    assert "detik" in refusal.value.message
    time.sleep(2.1)
    fail(throttle)
    with pytest.raises(TooMany) as refusal:
        fail(throttle)
    assert 3 <= refusal.value.retry_after <= 4


@pytest.mark.usefixtures("within")
def test_a_success_is_forgiven(throttle: Throttle) -> None:
    for _ in range(4 * PAIR.free):
        throttle.attempt("sign_in", account="b@x.id", address=HOME).succeeded()
    for _ in range(PAIR.free):
        fail(throttle, "b@x.id")
    throttle.attempt("sign_in", account="b@x.id", address=HOME).succeeded()
    assert not any(try_to_fail(throttle, "b@x.id", HOME) for _ in range(PAIR.free))


@pytest.mark.usefixtures("within")
def test_one_address_that_fails_on_one_account_keeps_nobody_else_out() -> None:
    throttle = Throttle(SECRET, None)
    for _ in range(60):
        try_to_fail(throttle, "a@x.id", HOME)
    assert not try_to_fail(throttle, "a@x.id", ELSEWHERE)
    assert not try_to_fail(throttle, "b@x.id", HOME)


@pytest.mark.usefixtures("within")
def test_one_address_that_tries_many_accounts_is_held_back() -> None:
    throttle = Throttle(SECRET, None)
    held = sum(try_to_fail(throttle, f"orang{n}@x.id", HOME) for n in range(60))
    assert held >= 60 - LADDERS["sign_in"].address.free - 2


@pytest.mark.usefixtures("within")
def test_where_nobody_has_said_whose_account_it_is_the_address_alone_counts() -> None:
    throttle, free = Throttle(SECRET, None), LADDERS["sign_in"].address.free
    for _ in range(free):
        throttle.attempt("sign_in", account=None, address=HOME)
    throttle.attempt("sign_in", account=None, address=ELSEWHERE).withdrawn()
    throttle.attempt("sign_in", account=None, address=HOME)
    with pytest.raises(TooMany):
        throttle.attempt("sign_in", account=None, address=HOME)


@pytest.mark.usefixtures("within")
def test_what_is_withdrawn_was_no_failure() -> None:
    throttle = Throttle(SECRET, None)
    for _ in range(4 * PAIR.free):
        throttle.attempt("sign_in", account="b@x.id", address=HOME).withdrawn()
    assert not any(try_to_fail(throttle, "b@x.id", HOME) for _ in range(PAIR.free))


@pytest.mark.usefixtures("within")
def test_many_addresses_that_try_one_account_are_held_back() -> None:
    throttle = Throttle(SECRET, None)
    held = sum(try_to_fail(throttle, "a@x.id", f"192.0.2.{n}") for n in range(60))
    assert held >= 60 - LADDERS["sign_in"].account.free - 2


@pytest.mark.usefixtures("within")
def test_an_agency_under_attack_still_lets_in_who_has_not_failed() -> None:
    throttle = Throttle(SECRET, None)
    for n in range(LADDERS["sign_in"].agency.free + 20):
        try_to_fail(throttle, f"orang{n}@x.id", f"10.0.{n // 200}.{n % 200}")
    with pytest.raises(TooMany):
        fail(throttle, "lain@x.id", "10.0.0.1")
    throttle.attempt("sign_in", account="petugas@x.id", address=ELSEWHERE).succeeded()


def test_agencies_and_the_national_site_count_apart(
    app: Flask, agency: AgencyFacts, other_agency: AgencyFacts
) -> None:
    throttle = Throttle(SECRET, None)
    with app.app_context(), agency_edge(agency.id):
        for _ in range(PAIR.free + 1):
            fail(throttle)
        with pytest.raises(TooMany):
            fail(throttle)
    for scope in (agency_edge(other_agency.id), edge(NATIONAL)):
        with app.app_context(), scope:
            fail(throttle)


def test_without_a_scope_nothing_is_counted(app: Flask) -> None:
    with app.app_context(), pytest.raises(ScopeError):
        place()


@pytest.mark.usefixtures("within")
def test_a_redis_that_is_down_is_replaced_by_memory() -> None:
    throttle = Throttle(SECRET, "redis://127.0.0.1:1/0")
    for _ in range(PAIR.free + 1):
        fail(throttle)
    with pytest.raises(TooMany):
        fail(throttle)


@pytest.mark.usefixtures("within")
def test_a_redis_that_says_nothing_is_not_waited_for() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        throttle, start = Throttle(SECRET, f"redis://127.0.0.1:{port}/0"), time.monotonic()
        for _ in range(PAIR.free):
            fail(throttle)
        assert time.monotonic() - start < PATIENCE * 3


@pytest.mark.usefixtures("within")
def test_redis_learns_no_address_of_a_person(redis_url: str) -> None:
    throttle = Throttle(SECRET, redis_url)
    fail(throttle, "made.rahasia@contoh.go.id", "203.0.113.99")
    storage = throttle.counters.redis
    assert storage is not None
    keys = " ".join(key.decode() for key in storage.storage.keys("*"))  # type: ignore[attr-defined]
    assert "sp4n:limits" in keys
    assert "made.rahasia" not in keys
    assert "203.0.113" not in keys


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("", ""),
        (None, ""),
        ("unix:", ""),
    ],
)
def test_an_address_stands_for_one_subscriber(address: str | None, network: str) -> None:
    assert network_of(address) == network


def try_to_fail(throttle: Throttle, account: str, address: str) -> bool:
    """Whether the attempt was held back."""
    try:
        fail(throttle, account, address)
    except TooMany:
        return True
    return False
