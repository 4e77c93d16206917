"""Who can sign in to the demo: for real, with the words that `demo accounts` says."""

from __future__ import annotations

import json
from collections import Counter

import pytest
from flask import Flask

from sp4n.accounts.operations import sign_in
from sp4n.accounts.passwords import is_guessable
from sp4n.accounts.permissions import NATIONAL_ROLES, STAFF_ROLES
from sp4n.accounts.queries import person_by_email, units_of
from sp4n.db import db
from sp4n.demo.commands import group
from sp4n.demo.people import NATIONAL_SITE, PASSPHRASES
from sp4n.demo.scenarios import today
from sp4n.tenants.everyone import NATIONAL
from sp4n.tenants.resolver import agency_by_slug
from sp4n.tenants.scope import Scope, opened

Row = dict[str, str]


@pytest.fixture
def listed(demo_app: Flask) -> list[Row]:
    result = demo_app.test_cli_runner().invoke(group, ["accounts", "--json"])
    assert result.exit_code == 0, result.output
    rows: list[Row] = json.loads(result.stdout)
    return rows


def scope_of(app: Flask, site: str) -> Scope:
    if site == NATIONAL_SITE:
        return NATIONAL
    with opened(Scope("tenant")):
        agency = agency_by_slug(site)
    assert agency is not None
    return Scope("tenant", agency.id)


def test_every_listed_account_signs_in_with_its_password(
    demo_app: Flask, listed: list[Row]
) -> None:
    for row in listed:
        with demo_app.app_context(), opened(scope_of(demo_app, row["site"])):
            done = sign_in(db.session(), email=row["email"], password=row["password"])
            assert (done.person.email, done.person.role) == (row["email"], row["role"])


def test_each_site_has_somebody_in_each_role(listed: list[Row]) -> None:
    roles: dict[str, Counter[str]] = {}
    for row in listed:
        roles.setdefault(row["site"], Counter())[row["role"]] += 1
    assert set(roles) == {NATIONAL_SITE, *today().agencies}
    assert roles.pop(NATIONAL_SITE) == {"super_admin": 1, "coordinator": 2}
    for counted in roles.values():
        assert set(counted) == set(STAFF_ROLES)
        assert (counted["admin"], counted["head"], counted["viewer"]) == (1, 1, 1)
        assert counted["liaison"] in (2, 3)


def test_the_list_has_these_names_and_no_others(listed: list[Row]) -> None:
    assert {tuple(row) for row in listed} == {("site", "role", "email", "password")}


def test_a_liaison_answers_for_units(demo_app: Flask, listed: list[Row]) -> None:
    for row in (row for row in listed if row["role"] == "liaison"):
        with demo_app.app_context(), opened(scope_of(demo_app, row["site"])):
            person = person_by_email(db.session(), email=row["email"])
            assert person
            assert units_of(db.session(), account_id=person.id)


@pytest.mark.parametrize("role", [*STAFF_ROLES, *NATIONAL_ROLES])
def test_passphrases_are_as_long_as_anybodys_and_no_common_words(role: str) -> None:
    assert len(PASSPHRASES[role]) >= 15
    assert not is_guessable(PASSPHRASES[role])


def test_the_plain_list_says_the_same(demo_app: Flask, listed: list[Row]) -> None:
    plain = demo_app.test_cli_runner().invoke(group, ["accounts"]).output.splitlines()
    assert [line.split() for line in plain] == [list(row.values()) for row in listed]
