"""A provider that is slow or away holds up nobody else, and is nobody's own failure."""

from __future__ import annotations

import threading
import time

import pytest
import sqlalchemy as sa
from flask import Flask

from sp4n.accounts import openid
from sp4n.accounts.models import IdentityProvider
from sp4n.accounts.openid import DISCOVERY, OpenID
from sp4n.accounts.throttle import LADDERS, throttle
from sp4n.audit.actors import Actor
from sp4n.errors import Invalid
from sp4n.web.reaching import Reach
from tests.accounts.issuer import Issuer, running_issuer
from tests.accounts.test_provider import (
    agreed,
    come_back,
    head,
    issuer,
    sent_away,
    through,
    turn_on,
)
from tests.accounts.test_second_factor import email_of
from tests.factories import make_agency
from tests.scenes import Scene

__all__ = ["head", "issuer"]  # fixtures
ADDRESS = LADDERS["sign_in"].address


def test_a_slow_provider_holds_one_thread_and_no_other_provider(app: Flask, issuer: Issuer) -> None:
    asking, issuer.broken = OpenID(Reach(loopback=True)), "slow"

    def ask() -> None:
        with app.test_request_context(), pytest.raises(Invalid):
            asking.described(issuer.url)

    first = threading.Thread(target=ask)
    first.start()
    while not issuer.asked:
        time.sleep(0.01)
    began = time.monotonic()
    ask()
    with running_issuer() as other, app.test_request_context():
        assert asking.described(other.url)["issuer"] == other.url
    assert time.monotonic() - began < 1
    issuer.let_go.set()
    first.join()
    ask()
    assert issuer.asked == [DISCOVERY]


def test_at_most_a_few_providers_are_waited_for_and_nobody_waits_for_a_turn(
    app: Flask, issuer: Issuer
) -> None:
    asking, issuer.broken = OpenID(Reach(loopback=True)), "slow"

    def ask(path: str) -> None:
        with app.test_request_context(), pytest.raises(Invalid):
            asking.described(issuer.url + path)

    waiting = [threading.Thread(target=ask, args=(f"/{number}",)) for number in range(4)]
    for one in waiting:
        one.start()
    while len(issuer.asked) < len(waiting):
        time.sleep(0.01)
    began = time.monotonic()
    ask("/lain")
    assert time.monotonic() - began < 1
    issuer.let_go.set()
    for one in waiting:
        one.join()
    assert len(issuer.asked) == len(waiting)


@pytest.mark.parametrize("broken", ["down", "nonsense"])
def test_who_gives_no_answer_of_use_is_left_alone_for_a_while(
    app: Flask, scene: Scene, issuer: Issuer, broken: str
) -> None:
    turn_on(scene, issuer)
    app.extensions["sp4n.openid"].forget()
    issuer.asked.clear()
    issuer.broken = broken
    assert {scene.browser().open("/masuk/penyedia").status for _number in range(3)} == {422}
    assert issuer.asked == [DISCOVERY]


def test_a_refused_code_does_not_shut_out_the_next_one(
    scene: Scene, head: Actor, issuer: Issuer
) -> None:
    turn_on(scene, issuer)
    issuer.claims, issuer.broken = {"email": email_of(scene, head)}, "takes no codes"
    assert through(scene, issuer).status == 422
    issuer.broken = ""
    assert through(scene, issuer).path == "/desk/"


def test_who_is_slow_with_codes_is_left_alone(
    scene: Scene, issuer: Issuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(openid, "QUICK", 0.0)
    turn_on(scene, issuer)
    issuer.broken = "takes no codes"
    assert {through(scene, issuer).status for _number in range(3)} == {422}
    assert issuer.asked.count("/token") == 1


def test_being_sent_to_the_provider_is_limited_by_address(scene: Scene, issuer: Issuer) -> None:
    turn_on(scene, issuer)
    browser, free = scene.browser(), LADDERS["provider"].address.free
    with scene.inside():
        for _number in range(free - 1):
            throttle().attempt("provider", account=None, address="127.0.0.1")
    sent_away(browser)
    sent_away(browser)
    refused = browser.client.get("/masuk/penyedia")
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "2")
    elsewhere = scene.browser()
    elsewhere.client.environ_base["REMOTE_ADDR"] = "192.0.2.77"
    sent_away(elsewhere)


def test_who_signs_in_gives_the_start_back(scene: Scene, head: Actor, issuer: Issuer) -> None:
    turn_on(scene, issuer)
    issuer.claims = {"email": email_of(scene, head)}
    with scene.inside():
        for _number in range(LADDERS["provider"].address.free - 2):
            throttle().attempt("provider", account=None, address="127.0.0.1")
    assert [through(scene, issuer).path for _number in range(4)] == ["/desk/"] * 4


def test_colleagues_of_one_office_do_not_lock_each_other_out(
    scene: Scene, head: Actor, issuer: Issuer
) -> None:
    turn_on(scene, issuer)
    issuer.claims = {"email": "tidak.ada@contoh.go.id"}
    assert {through(scene, issuer).status for _number in range(8)} == {422}
    issuer.claims = {"email": email_of(scene, head)}
    assert through(scene, issuer).path == "/desk/"


def test_a_provider_that_is_away_is_no_failure_and_the_way_back_stays_good(
    scene: Scene, head: Actor, issuer: Issuer
) -> None:
    turn_on(scene, issuer)
    issuer.claims, issuer.broken = {"email": email_of(scene, head)}, "takes no codes"
    with scene.inside():
        for _number in range(ADDRESS.free - 1):
            throttle().attempt("sign_in", account=None, address="127.0.0.1")
    browser = scene.browser()
    asked = sent_away(browser)
    back = {"code": agreed(issuer, asked), "state": asked["state"]}
    assert {come_back(browser, **back).status for _number in range(4)} == {422}
    issuer.broken = ""
    assert come_back(browser, **back).path == "/desk/"


def test_a_demo_whose_accounts_are_shared_takes_no_provider(app: Flask, issuer: Issuer) -> None:
    demo = Scene(app, make_agency(app, demo=True))
    refused = turn_on(demo, issuer)
    assert refused.status == 409
    assert "Akun demo dipakai bersama" in refused.words
    assert refused.form("penyedia/").values["mail_domains"] == "contoh.go.id"
    assert issuer.asked == []
    with demo.inside() as session:
        assert session.scalar(sa.select(IdentityProvider)) is None
