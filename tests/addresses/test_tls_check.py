"""/tls-check: what a proxy asks before it makes a certificate for a host."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask import Flask

from bench.counting import statements
from sp4n.tenants.resolver import AgencyFacts
from tests.factories import SiteClient, make_agency
from tests.scenes import Scene


def asked(app: Flask, domain: str, host: str = "127.0.0.1:8000") -> int:
    client = SiteClient(app, app.response_class)
    answer = client.get("/tls-check", query_string={"domain": domain}, base_url=f"http://{host}")
    assert answer.text in ("ok\n", "no\n")
    assert "Set-Cookie" not in answer.headers
    return answer.status_code


def own_domain(superuser: sa.Connection, agency: AgencyFacts, verified: str) -> str:
    domain = f"lapor.{agency.slug}.example"
    add = "INSERT INTO agency_domain (agency_id, domain, verified_at) VALUES (:id, :domain, "
    superuser.execute(sa.text(f"{add}{verified})"), {"id": agency.id, "domain": domain})
    return domain


def test_hosts_that_are_ours_get_certificates(
    app: Flask, agency: AgencyFacts, superuser: sa.Connection
) -> None:
    domain = own_domain(superuser, agency, "now()")
    suspended = make_agency(app, status="suspended")
    for host in (
        "localhost",
        "LOCALHOST",
        f"{agency.slug}.localhost",
        f"{suspended.slug}.localhost",
        domain,
        domain.upper(),
    ):
        assert asked(app, host) == 200, host
        assert asked(app, host, "evil.test") == 200, host


def test_a_former_address_gets_one_so_that_it_can_lead_on(app: Flask, agency: AgencyFacts) -> None:
    from tests.addresses.test_renaming import renamed

    new = renamed(Scene(app, agency))
    for slug in (new, agency.slug):
        assert asked(app, f"{slug}.localhost") == 200


@pytest.mark.parametrize(
    "host",
    [
        "",
        "evil.test",
        "tiada.localhost",
        "{slug}",
        "x.{slug}.localhost",
        "{slug}.localhost.",
        "{slug}.localhost:8000",
        "{slug}.localhost/",
        "{slug}.localhost.evil.test",
        " {slug}.localhost",
        "{slug}.localhost\n",
        "*.localhost",
        "127.0.0.1",
        "[::1]",
        "x" * 300,
        "lapor.{slug}.example",
        "x.lapor.{slug}.example",
        "\x00",
    ],
)
def test_hosts_that_are_not_ours_get_none(
    app: Flask, agency: AgencyFacts, superuser: sa.Connection, host: str
) -> None:
    own_domain(superuser, agency, "NULL")
    assert asked(app, host.format(slug=agency.slug)) == 404


def test_it_stands_on_no_site_and_takes_one_statement(app: Flask, agency: AgencyFacts) -> None:
    client = SiteClient(app, app.response_class)
    for path in (f"/i/{agency.slug}/tls-check", "/tls-check/", "/tls-check/x"):
        assert client.get(path).status_code == 404
    assert client.post("/tls-check").status_code in (400, 405)
    assert client.get("/tls-check").status_code == 404
    with statements() as sent:
        assert asked(app, f"{agency.slug}.localhost") == 200
    assert len(sent) == 1
