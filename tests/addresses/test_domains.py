"""Domains of an agency's own: shown to be its own, served, chosen, lost; and nobody else's."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from bench.counting import statements
from sp4n import clock
from sp4n.addresses.domains import (
    CHECK,
    FAILING,
    GRACE,
    LAPSED,
    ask_for_due_checks,
    domain_by_id,
)
from sp4n.addresses.probing import ARRIVAL, PATH, expected, told_here
from sp4n.app import create_app
from sp4n.audit.models import AuditEntry
from sp4n.config import Settings
from sp4n.errors import NotFound
from sp4n.jobs import run
from sp4n.jobs.models import Outbox
from sp4n.notices.gateways import kept_mail
from sp4n.tenants.addresses import agency_url
from sp4n.tenants.models import AgencyDomain
from sp4n.tenants.resolver import AgencyFacts, agency_by_id
from tests.accounts.browsing import give_cookie
from tests.addresses.conftest import World
from tests.factories import ClientFor, SiteClient, counter
from tests.pages import Browser, Page
from tests.scenes import Scene

HOME = "/kelola/alamat/"
NEW = f"{HOME}domain/baru"


@pytest.fixture
def scene(app: Flask, agency: AgencyFacts) -> Scene:
    run.serve(app)
    return Scene(app, agency)


def a_domain() -> str:
    return f"lapor{next(counter)}.uji.go.id"


def added(scene: Scene, domain: str) -> Page:
    admin = scene.desk()
    return admin.send(admin.open(NEW).form("baru"), domain=domain)


def row_of(scene: Scene, domain: str) -> AgencyDomain:
    with scene.inside() as session:
        own = AgencyDomain.agency_id == scene.agency.id
        row = session.scalars(
            sa.select(AgencyDomain).where(own, AgencyDomain.domain == domain)
        ).one()
        session.refresh(row)
        session.expunge(row)
        return row


def worked(scene: Scene, *kinds: str) -> None:
    """What is owed of these kinds is done, as a worker does it."""
    for _ in range(2):  # a letter is first owed to each
        with scene.inside() as session:
            undone = Outbox.state.in_(("waiting", "scheduled"))
            wanted = sa.select(Outbox.id).where(undone, Outbox.kind.in_(kinds or (CHECK,)))
            ids = session.scalars(wanted.order_by(Outbox.id)).all()
        for number in ids:
            run.run_outbox(scene.agency.id, number)


def proven(scene: Scene, world: World, domain: str = "") -> str:
    domain = domain or a_domain()
    added(scene, domain)
    world.texts[f"_sp4n.{domain}"] = ["lain", expected(row_of(scene, domain).token)]
    world.addresses[domain] = ["127.0.0.1"]
    world.files[f"{domain}{ARRIVAL}"] = (200, {}, told(scene, domain).encode())
    worked(scene)
    return domain


def told(scene: Scene, domain: str) -> str:
    return told_here(scene.app.extensions["sp4n.settings"].secret_key, domain)


def page_at(app: Flask, host: str, path: str = "/", **kwargs: object) -> tuple[int, str]:
    answer = SiteClient(app, app.response_class).open(f"http://{host}{path}", **kwargs)
    return answer.status_code, answer.text


def test_a_record_in_the_dns_shows_whose_it_is_and_the_site_opens_there(
    scene: Scene, world: World
) -> None:
    domain = a_domain()
    page = added(scene, f"HTTPS://{domain.upper()}/lapor")
    assert (page.status, page.heading) == (200, domain)
    token = row_of(scene, domain).token
    assert f"_sp4n.{domain}" in page.words
    assert expected(token) in page.words
    worked(scene)
    assert row_of(scene, domain).verified_at is None
    assert page_at(scene.app, domain)[0] == 404
    world.texts[f"_sp4n.{domain}"] = [expected("x" * 32)]
    admin = scene.desk()
    with clock.frozen(clock.now() + timedelta(minutes=1)):
        page = admin.send(admin.open(page.path).form("periksa"))
        assert "Sedang diperiksa" in page.text
        worked(scene)
    assert "isinya lain" in admin.open(page.path).words
    world.texts[f"_sp4n.{domain}"].append(expected(token))
    with clock.frozen(clock.now() + timedelta(minutes=2)):
        admin.send(admin.open(page.path).form("periksa"))
        worked(scene)
    status, text = page_at(scene.app, domain)
    assert status == 200
    assert scene.agency.name in text
    with scene.inside() as session:
        acts = session.scalars(sa.select(AuditEntry.act).where(AuditEntry.object_kind == "domain"))
        assert set(acts) == {"domain.added", "domain.verified"}


def test_a_file_shows_it_too_and_goes_on_when_the_domain_points_here(
    scene: Scene, world: World
) -> None:
    domain = a_domain()
    added(scene, domain)
    token = row_of(scene, domain).token
    world.addresses[domain] = ["127.0.0.1"]
    world.files[domain] = (200, {}, expected(token).encode() + b"\n")
    worked(scene)
    row = row_of(scene, domain)
    assert (row.method, row.verified_at is not None) == ("file", True)
    assert world.asked == [f"{domain}{path}" for path in (PATH, ARRIVAL)]
    path = "/.well-known/sp4n-verification.txt"
    assert page_at(scene.app, domain, path) == (200, expected(token) + "\n")
    assert page_at(scene.app, f"{scene.agency.slug}.localhost:8000", path)[0] == 404


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "lapor",
        "127.0.0.1",
        "[::1]",
        "a..go.id",
        "-a.go.id",
        "a_b.go.id",
        "localhost",
        "x.localhost",
        "evil.go.id/../x y",
        "x" * 64 + ".go.id",
        "a.go.id:80",
        "*.go.id",
    ],
)
def test_what_is_no_domain_of_theirs_is_refused_at_its_field(scene: Scene, typed: str) -> None:
    page = added(scene, typed)
    assert page.status == 422
    assert page.errors
    assert page.form("baru").values["domain"] == typed


def test_one_agency_at_most_has_a_domain_and_nobody_is_told_which(
    scene: Scene, world: World, other_agency: AgencyFacts
) -> None:
    domain = proven(scene, world)
    rival = Scene(scene.app, other_agency)
    page = added(rival, domain)
    assert page.status == 200
    world.texts[f"_sp4n.{domain}"].append(expected(row_of(rival, domain).token))
    worked(rival)
    assert row_of(rival, domain).verified_at is None
    browser = rival.desk()
    page = browser.open(page.path)
    assert "sudah terbukti milik instansi lain" in page.words
    assert scene.agency.name not in page.text
    assert scene.agency.slug not in page.text
    assert scene.agency.name in page_at(scene.app, domain)[1]
    # Whoever lets it go makes room.
    admin = scene.desk()
    admin.send(admin.open(f"{HOME}domain/{row_of(scene, domain).id}/hapus").form("hapus"))
    with clock.frozen(clock.now() + timedelta(minutes=1)):
        browser.send(browser.open(page.path).form("periksa"))
        worked(rival)
    assert other_agency.name in page_at(scene.app, domain)[1]


def test_the_chosen_domain_is_in_mails_and_the_short_address_goes_on(
    scene: Scene, world: World
) -> None:
    domain = proven(scene, world)
    admin = scene.desk()
    page = admin.send(admin.open(f"{HOME}domain/{row_of(scene, domain).id}").form("utama"))
    assert "sekarang menyebut" in page.text
    with scene.inside():
        facts = agency_by_id(scene.agency.id)
        assert facts is not None
        assert agency_url(facts, "/lacak") == f"http://{domain}:8000/lacak"
    assert scene.browser().open("/lacak").status == 200
    admin.send(admin.open(HOME).form("tanpa-utama"))
    with scene.inside():
        facts = agency_by_id(scene.agency.id)
        assert facts is not None
        assert domain not in agency_url(facts)


def test_what_leads_elsewhere_is_named_in_no_mail(scene: Scene, world: World) -> None:
    """The DNS can show that a domain is theirs, while who opens it comes out at another house."""
    domain = proven(scene, world)
    here, row = world.files.pop(f"{domain}{ARRIVAL}"), row_of(scene, domain)
    assert page_at(scene.app, domain, ARRIVAL) == (200, f"{told(scene, domain)}\n")
    assert page_at(scene.app, f"{scene.agency.slug}.localhost:8000", ARRIVAL)[0] == 404
    admin, home = scene.desk(), f"{HOME}domain/{row.id}"
    admin.send(admin.open(home).form("utama"))
    days = []
    for day in range(1, 10):
        with clock.frozen(clock.now() + timedelta(days=day, minutes=day)):
            with scene.inside() as session:
                ask_for_due_checks(session)
            worked(scene)
            days.append(row_of(scene, domain).is_primary)
    assert days == [day < GRACE.days for day in range(1, 10)]
    with clock.frozen(clock.now() + timedelta(days=10)):
        late = scene.desk()
        page = late.open(home)
        assert "belum mengarah ke sini" in page.words
        assert not any("utama" in one.action for one in page.forms())
        form = page.form("periksa")
        form.element.set("action", f"{home}/utama")
        assert late.send(form).status == 409
        late.send(late.open(home).form("periksa"))
        world.files[f"{domain}{ARRIVAL}"] = (200, {}, here[2][:-1] + b"x")
        worked(scene)
        assert not any("utama" in one.action for one in late.open(home).forms())


def test_a_lost_proof_is_mailed_twice_and_then_the_domain_is_nobodys(
    scene: Scene, world: World
) -> None:
    domain = proven(scene, world)
    row = row_of(scene, domain)
    admin = scene.desk()
    admin.send(admin.open(f"{HOME}domain/{row.id}").form("utama"))
    world.texts.clear()
    start = clock.now()
    days = []
    for day in range(1, 10):
        with clock.frozen(start + timedelta(days=day, minutes=day)):
            with scene.inside() as session:
                ask_for_due_checks(session)
            worked(scene)
            worked(scene, FAILING, LAPSED)
            days.append(row_of(scene, domain).verified_at is not None)
    assert days == [day <= GRACE.days for day in range(1, 10)]
    assert not row_of(scene, domain).is_primary
    assert page_at(scene.app, domain)[0] == 404
    with scene.app.app_context():
        subjects = [mail.subject for mail in kept_mail(scene.agency.slug)]
    assert len([one for one in subjects if domain in one]) == 2


def test_a_proof_that_comes_back_in_time_keeps_the_domain(scene: Scene, world: World) -> None:
    domain = proven(scene, world)
    texts = dict(world.texts)
    for day, said in ((1, {}), (2, texts), (12, texts)):
        world.texts.clear()
        world.texts.update(said)
        with clock.frozen(clock.now() + timedelta(days=day)):
            with scene.inside() as session:
                ask_for_due_checks(session)
            worked(scene)
    row = row_of(scene, domain)
    assert row.verified_at is not None
    assert row.failing_since is None


def test_a_session_of_one_host_is_nothing_at_another(scene: Scene, world: World) -> None:
    domain = proven(scene, world)
    client = ClientFor(scene.app)(None)
    client.site_url = f"http://{domain}"
    at_slug = scene.desk()
    cookie = at_slug.client.get_cookie("sp4n", domain=f"{scene.agency.slug}.localhost")
    assert cookie is not None
    client.set_cookie("sp4n", cookie.value, domain=domain)
    assert client.get("/desk/").status_code == 302
    answer = client.get("/lacak")
    assert "Domain=" not in answer.headers.get("Set-Cookie", "")
    token = cookie.value
    assert token not in answer.headers.get("Set-Cookie", "")
    assert client.post("/lacak", data={"csrf_token": "x"}).status_code == 400


@pytest.mark.parametrize(
    "host", ["x.{domain}", "{domain}.", "{domain}.evil.test", "{domain}@evil.test", "evil.test"]
)
def test_only_the_very_domain_is_the_agencys(scene: Scene, world: World, host: str) -> None:
    domain = proven(scene, world)
    client = ClientFor(scene.app)(None)
    said = client.get("/", environ_overrides={"HTTP_HOST": host.format(domain=domain)})
    assert said.status_code == 404
    said = client.get("/", headers={"X-Forwarded-Host": domain})
    assert scene.agency.name not in said.text


@pytest.mark.parametrize("role", ["head", "liaison", "viewer"])
def test_only_the_admin_has_to_do_with_domains(scene: Scene, world: World, role: str) -> None:
    number = row_of(scene, proven(scene, world)).id
    who = scene.desk(scene.person(role))
    for path in (NEW, f"{HOME}domain/{number}", f"{HOME}domain/{number}/hapus"):
        assert who.open(path).status == 403


def test_another_agencys_domain_is_as_absent_as_none(
    scene: Scene, world: World, other_agency: AgencyFacts
) -> None:
    number = row_of(scene, proven(scene, world)).id
    stranger = Scene(scene.app, other_agency).desk()
    assert stranger.open(f"{HOME}domain/{number}").status == 404
    with Scene(scene.app, other_agency).inside() as session, pytest.raises(NotFound):
        domain_by_id(session, domain_id=number)


def test_there_is_a_bound_to_how_many_and_how_often(scene: Scene, world: World) -> None:
    domain = a_domain()
    added(scene, domain)
    assert added(scene, domain).status == 422
    for _ in range(4):
        added(scene, a_domain())
    assert added(scene, a_domain()).status == 409
    with scene.inside() as session:
        checks = sa.select(sa.func.count()).where(Outbox.kind == CHECK)
        before = session.scalar(checks)
    admin = scene.desk()
    form = admin.open(f"{HOME}domain/{row_of(scene, domain).id}").form("periksa")
    start = clock.now()
    # None beside one that is pending, until it must be lost.
    for minute, owed in ((0, 0), (1, 0), (9, 0), (11, 1), (12, 1)):
        with clock.frozen(start + timedelta(minutes=minute)):
            admin.send(form)
        with scene.inside() as session:
            assert session.scalar(checks) == (before or 0) + owed, minute


def test_a_page_at_an_own_domain_takes_no_statement_more(scene: Scene, world: World) -> None:
    domain = proven(scene, world)
    client = SiteClient(scene.app, scene.app.response_class)
    client.open(f"http://{domain}/")
    with statements() as sent:
        assert client.open(f"http://{domain}/").status_code == 200
    assert len(sent) == 2


def test_a_browser_walks_the_site_at_its_own_domain(scene: Scene, world: World) -> None:
    domain = proven(scene, world)
    client = ClientFor(scene.app)(None)
    client.site_url = f"http://{domain}"
    give_cookie(client, {})
    page = Browser(client, strict=False).open("/laporan")
    assert page.status == 200
    assert scene.agency.name in page.title


def test_in_production_no_site_below_an_own_domain_is_bound(
    app: Flask, settings: Settings, scene: Scene, world: World
) -> None:
    """An agency's other sites may stand below it."""
    domain = proven(scene, world)
    house = create_app(replace(settings, env="production"))
    said = {
        host: house.test_client().get(f"https://{host}/").headers["Strict-Transport-Security"]
        for host in (domain, f"{scene.agency.slug}.localhost")
    }
    assert "includeSubDomains" not in said[domain]
    assert "includeSubDomains" in said[f"{scene.agency.slug}.localhost"]
