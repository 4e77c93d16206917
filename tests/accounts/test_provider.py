"""Signing in at an agency's own OpenID Connect provider: a real one on the loopback, which is down,
wrong, or lies."""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
import sqlalchemy as sa
from flask import Flask

from sp4n.accounts import operations, queries
from sp4n.accounts.models import IdentityProvider, ProviderSubject
from sp4n.accounts.openid import Question
from sp4n.audit.actors import Actor
from sp4n.audit.models import AuditEntry
from sp4n.web.reaching import Reach, Unreachable
from tests.accounts.issuer import SECRET, Issuer, running_issuer
from tests.accounts.people import PASSWORD
from tests.accounts.test_second_factor import code_of, email_of, later, set_up
from tests.factories import make_agency
from tests.pages import Browser, Page
from tests.scenes import Scene

PAGE = "/kelola/penyedia/"


@pytest.fixture
def issuer(app: Flask) -> Iterator[Issuer]:
    app.extensions["sp4n.openid"].forget()
    with running_issuer() as found:
        yield found


@pytest.fixture
def head(scene: Scene) -> Actor:
    return scene.person("head", "Putu Pimpinan")


def settings_of(at: Issuer, **over: Any) -> dict[str, Any]:
    return {
        "name": "SSO Uji",
        "issuer": at.url,
        "client_id": "sp4n",
        "client_secret": SECRET,
        "mail_domains": "contoh.go.id",
        "enabled": True,
        "current": PASSWORD,
        **over,
    }


def turn_on(scene: Scene, at: Issuer, **over: Any) -> Page:
    admin = scene.desk()
    page = admin.open(PAGE)
    return admin.send(page.form("penyedia/"), **settings_of(at, **over))


def sent_away(browser: Browser, next_path: str = "") -> dict[str, str]:
    """To the provider, with what it is asked."""
    query = f"?next={next_path}" if next_path else ""
    answer = browser.client.get(f"/masuk/penyedia{query}")
    assert answer.status_code == 303, answer.get_data(as_text=True)
    asked = parse_qs(urlsplit(answer.headers["Location"]).query)
    return {name: values[0] for name, values in asked.items()}


def agreed(issuer: Issuer, asked: dict[str, str]) -> str:
    code = secrets.token_urlsafe(16)
    issuer.codes[code] = asked
    return code


def come_back(browser: Browser, **query: str) -> Page:
    return browser.open(f"/masuk/penyedia/kembali?{urlencode(query)}")


def through(scene: Scene, issuer: Issuer, next_path: str = "") -> Page:
    browser = scene.browser()
    asked = sent_away(browser, next_path)
    return come_back(browser, code=agreed(issuer, asked), state=asked["state"])


def test_an_account_that_is_there_is_bound_by_verified_mail_and_signs_in(
    scene: Scene, head: Actor, issuer: Issuer
) -> None:
    assert "Tersimpan." in turn_on(scene, issuer).text
    email = email_of(scene, head)
    issuer.claims = {"email": email.upper()}
    browser = scene.browser()
    page = browser.open("/masuk?next=/desk/%3Fq%3Dlampu")
    assert "SSO Uji" in page.words
    asked = sent_away(browser, "/desk/?q=lampu")
    assert (asked["scope"], asked["response_type"]) == ("openid email", "code")
    assert asked["code_challenge_method"] == "S256"
    back = f"http://{scene.agency.slug}.localhost:8000/masuk/penyedia/kembali"
    assert asked["redirect_uri"] == back
    page = come_back(browser, code=agreed(issuer, asked), state=asked["state"])
    assert page.url.endswith("/desk/?q=lampu")
    issuer.claims = {"email": "sudah.ganti@lain.test", "email_verified": False}
    assert through(scene, issuer).path == "/desk/"
    with scene.inside() as session:
        acts = list(session.scalars(sa.select(AuditEntry.act)))
        assert acts.count("account.provider_bound") == 1
        assert "provider.changed" in acts


LIES: dict[str, dict[str, Any]] = {
    "another issuer": {"iss": "http://lain.test"},
    "another audience": {"aud": "lain"},
    "several audiences, meant for another": {"aud": ["sp4n", "lain"], "azp": "lain"},
    "another nonce": {"nonce": "lain"},
    "no nonce": {"nonce": None},
    "over": {"exp": int(time.time()) - 3600},
    "without an end": {"exp": None},
    "without a subject": {"sub": None},
    "a subject that is a list": {"sub": ["subjek-1"]},
    "an empty subject": {"sub": ""},
    "mail that is not verified": {"email_verified": False},
    "mail that is verified in words": {"email_verified": "true"},
    "mail without a word of it": {"email_verified": None},
    "no mail": {"email": None},
    "mail of another domain": {"email": "orang@lain.test"},
    "mail of a domain below": {"email": "orang@jahat.contoh.go.id"},
    "mail of nobody": {"email": "tidak.ada@contoh.go.id"},
}


@pytest.mark.parametrize("lie", LIES)
def test_a_lie_signs_nobody_in(scene: Scene, head: Actor, issuer: Issuer, lie: str) -> None:
    turn_on(scene, issuer)
    issuer.claims = {"email": email_of(scene, head), **LIES[lie]}
    refused = through(scene, issuer)
    assert (refused.status, len(refused.errors)) == (422, 1)
    with scene.inside() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(ProviderSubject)) == 0


@pytest.mark.parametrize(
    "broken",
    ["none", "shared secret", "public key as secret", "another's key", "no token", "hangs up"],
)
def test_what_is_not_signed_by_the_provider_is_nothing(
    scene: Scene, head: Actor, issuer: Issuer, broken: str
) -> None:
    turn_on(scene, issuer)
    issuer.claims, issuer.broken = {"email": email_of(scene, head)}, broken
    refused = through(scene, issuer)
    assert (refused.status, len(refused.errors)) == (422, 1)
    issuer.broken = ""


@pytest.mark.parametrize("broken", ["down", "redirect", "endless", "nonsense", "issuer", "inside"])
def test_a_provider_that_is_down_or_odd_is_said_and_not_turned_on(
    app: Flask, scene: Scene, issuer: Issuer, broken: str
) -> None:
    issuer.broken = broken
    refused = turn_on(scene, issuer)
    assert (refused.status, len(refused.errors)) == (422, 1)
    assert refused.form("penyedia/").values["mail_domains"] == "contoh.go.id"
    assert SECRET not in refused.text
    issuer.broken = ""
    app.extensions["sp4n.openid"].forget()
    turn_on(scene, issuer)
    issuer.broken = broken
    app.extensions["sp4n.openid"].forget()
    page = scene.browser().open("/masuk/penyedia")
    assert (page.status, len(page.errors)) == (422, 1)
    assert page.has_form("masuk")


def test_the_state_is_this_browsers_and_counts_once(
    scene: Scene, head: Actor, issuer: Issuer
) -> None:
    turn_on(scene, issuer)
    issuer.claims = {"email": email_of(scene, head)}
    browser = scene.browser()
    host = f"{scene.agency.slug}.localhost"
    asked = sent_away(browser)
    cookie = browser.client.get_cookie("sp4n", domain=host)
    assert cookie is not None
    victim = scene.browser()
    assert come_back(victim, code=agreed(issuer, asked), state=asked["state"]).status == 422
    sent_away(victim)
    assert come_back(victim, code=agreed(issuer, asked), state=asked["state"]).status == 422
    assert come_back(browser, code="x", state="lain").status == 422
    asked = sent_away(browser)
    cookie = browser.client.get_cookie("sp4n", domain=host)
    code = agreed(issuer, asked)
    assert come_back(browser, code=code, state=asked["state"]).path == "/desk/"
    again = scene.browser()
    assert come_back(again, code=code, state=asked["state"]).status == 422
    # With the cookie of before, and a provider that takes the code once more.
    assert cookie is not None
    again.client.set_cookie("sp4n", cookie.value, domain=host)
    issuer.codes[code] = asked
    assert come_back(again, code=code, state=asked["state"]).status == 422


@pytest.mark.parametrize(
    "query",
    [
        {"error": "access_denied"},
        {"error": "server_error", "code": "x"},
        {"code": ""},
        {"code": "x" * 5000},
        {"code": "x", "iss": "http://lain.test"},
    ],
)
def test_what_the_provider_refuses_is_said(
    scene: Scene, issuer: Issuer, query: dict[str, str]
) -> None:
    turn_on(scene, issuer)
    browser = scene.browser()
    asked = sent_away(browser)
    refused = come_back(browser, **query, state=asked["state"])
    assert (refused.status, len(refused.errors)) == (422, 1)


def test_another_agencys_person_is_nobody_here(app: Flask, scene: Scene, issuer: Issuer) -> None:
    other = Scene(app, make_agency(app))
    turn_on(scene, issuer)
    issuer.claims = {"email": email_of(other, other.person("head"))}
    assert "Belum ada akun" in through(scene, issuer).words
    assert other.browser().client.get("/masuk/penyedia").status_code == 404
    assert other.browser().client.get("/masuk/penyedia/kembali").status_code == 404


def test_a_provider_opens_no_closed_account_and_binds_no_second_subject(
    scene: Scene, head: Actor, issuer: Issuer
) -> None:
    turn_on(scene, issuer)
    email = email_of(scene, head)
    issuer.claims = {"email": email}
    assert through(scene, issuer).path == "/desk/"
    issuer.claims = {"email": email, "sub": "subjek-2"}
    assert "terikat dengan pengguna lain" in through(scene, issuer).words
    admin = scene.desk()
    page = admin.open(f"/kelola/orang/{head.id}")
    assert "sudah dilepas" in admin.send(page.form("lepas-penyedia")).words
    assert through(scene, issuer).path == "/desk/"
    with scene.inside() as session:
        person = queries.person_by_id(session, person_id=head.id or 0)
        operations.deactivate(session, person=person, actor=scene.admin)
    assert through(scene, issuer).status == 422


def test_the_second_step_is_asked_for_after_the_provider(
    scene: Scene, head: Actor, issuer: Issuer
) -> None:
    turn_on(scene, issuer)
    totp, _codes = set_up(scene.desk(head))
    issuer.claims = {"email": email_of(scene, head), "amr": ["mfa", "pwd"]}
    browser = scene.browser()
    asked = sent_away(browser, "/desk/?q=lampu")
    page = come_back(browser, code=agreed(issuer, asked), state=asked["state"])
    assert page.has_form("kode")
    with later():
        assert browser.send(page.form("kode"), code=code_of(totp)).url.endswith("?q=lampu")


def test_passwords_can_be_left_to_admins_who_keep_theirs(
    scene: Scene, head: Actor, issuer: Issuer
) -> None:
    turn_on(scene, issuer, admins_only=True)
    browser = scene.browser()
    form = browser.open("/masuk").form("masuk")
    refused = browser.send(form, email=email_of(scene, head), password=PASSWORD)
    assert (refused.status, "SSO Uji" in refused.words) == (409, True)
    wrong = browser.send(form, email=email_of(scene, head), password="salah sekali")
    assert wrong.status == 422
    page = browser.send(wrong.form("masuk"), email=email_of(scene, scene.admin), password=PASSWORD)
    assert page.path == "/desk/"
    turn_on(scene, issuer, admins_only=True, enabled=False)
    again = scene.browser()
    form = again.open("/masuk").form("masuk")
    assert again.send(form, email=email_of(scene, head), password=PASSWORD).path == "/desk/"
    assert "SSO Uji" not in again.open("/akun").words


WRONG: dict[str, dict[str, Any]] = {
    "issuer": {"issuer": "http://169.254.169.254/latest"},
    "name": {"name": ""},
    "client_id": {"client_id": ""},
    "client_secret": {"client_secret": ""},
    "mail_domains": {"mail_domains": "bukan domain"},
    "current": {"current": "salah sekali"},
}


@pytest.mark.parametrize("name", WRONG)
def test_wrong_settings_are_said_and_nothing_is_kept(
    scene: Scene, issuer: Issuer, name: str
) -> None:
    refused = turn_on(scene, issuer, **WRONG[name])
    assert (refused.status, len(refused.errors)) == (422, 1)
    with scene.inside() as session:
        assert session.scalar(sa.select(IdentityProvider)) is None


def test_the_secret_is_sealed_shown_to_nobody_and_goes_to_no_other_provider(
    scene: Scene, issuer: Issuer, superuser: sa.Connection
) -> None:
    turn_on(scene, issuer)
    rows = list(superuser.execute(sa.text("SELECT * FROM identity_provider")))
    kept = " ".join(str(bytes(v) if isinstance(v, memoryview) else v) for r in rows for v in r)
    assert SECRET not in kept
    assert SECRET not in scene.desk().open(PAGE).text
    assert turn_on(scene, issuer, client_secret="").status == 200
    moved = turn_on(scene, issuer, client_secret="", issuer=f"{issuer.url}/lain", enabled=False)
    assert (moved.status, "rahasia klien" in " ".join(moved.errors)) == (422, True)


def test_only_admins_keep_it(scene: Scene, head: Actor) -> None:
    assert scene.desk(head).open(PAGE).status == 403


@pytest.mark.parametrize(
    "url",
    [
        "http://sso.contoh.go.id/",
        "https://10.0.0.1/",
        "https://127.0.0.1/",
        "https://[::1]/",
        "https://169.254.169.254/latest",
        "https://[::ffff:10.0.0.1]/",
        "https://orang@8.8.8.8/",
        "ftp://8.8.8.8/",
        "https://8.8.8.8:0/",
        "https://8.8.8.8:99999/",
        "https:///x",
        "https://8.8.8.8/\r\nX: y",
        "",
    ],
)
def test_nothing_of_ours_is_asked(url: str) -> None:
    with pytest.raises(Unreachable):
        Reach(deadline=0.5).ask(url)


def test_while_developing_only_this_machine_may_be_asked_without_tls(issuer: Issuer) -> None:
    assert Reach(loopback=True).ask(f"{issuer.url}/keys").status == 200
    with pytest.raises(Unreachable):
        Reach().ask(f"{issuer.url}/keys")
    assert not Reach(loopback=True).may_ask("http://sso.contoh.go.id/")


def test_a_question_is_new_each_time() -> None:
    one, other = Question.new(), Question.new()
    assert {one.state, one.nonce, one.verifier}.isdisjoint({other.state, other.nonce})
