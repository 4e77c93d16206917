"""Every address of an agency's site, tried by everybody with what belongs to another agency."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask import Flask

from tests.attacks import addresses, intruding
from tests.attacks.canaries import WRITTEN
from tests.attacks.footprints import footprint
from tests.attacks.planting import CASES, Nationals, Planted
from tests.attacks.visiting import (
    Visitor,
    anonymous,
    coordinator,
    csrf_token,
    everyone_at,
    staff,
    visitor,
)

# Sent by mail programs (RFC 8058): the address is the key.
KEYED = {"portal.unfollow"}


@pytest.fixture(scope="module")
def visitors(app: Flask, mine: Planted, nationals: Nationals) -> list[Visitor]:
    return everyone_at(app, mine, nationals)


def test_what_is_another_agencys_is_as_absent_as_what_is_not_there(
    app: Flask,
    mine: Planted,
    theirs: Planted,
    visitors: list[Visitor],
    superuser: sa.Connection,
) -> None:
    before = footprint(superuser, theirs.agency.id)
    rules = addresses.with_ids(app, "agency")
    assert len(rules) > 20
    assert list(intruding.foreign_ids(rules, mine, theirs, visitors)) == []
    assert footprint(superuser, theirs.agency.id) == before


def test_nobody_sees_more_of_their_agency_than_they_may(
    app: Flask, mine: Planted, theirs: Planted, visitors: list[Visitor]
) -> None:
    rules = addresses.site_rules(app, "agency")
    # A coordinator is nobody here, as anyone else (see the test before).
    people = [one for one in visitors if one.name != "coordinator"]
    assert list(intruding.own_pages(rules, mine, theirs, people)) == []


def test_the_canaries_are_seen_by_those_who_may(app: Flask, mine: Planted) -> None:
    """So that not seeing them elsewhere says something."""
    admin, seen = staff(app, mine, "admin"), ""
    for planted in mine.cases.values():
        seen += admin.ask(f"/desk/laporan/{planted.reference}").text
    for case in CASES:
        for sort in (*(WRITTEN[:4]), "catatan"):
            assert mine.canary(case, sort) in seen
    public = anonymous(app, mine).ask(f"/laporan/{mine.cases['selesai'].reference}").text
    assert mine.canary("selesai", "umum") in public
    assert mine.canary("selesai", "jawaban") in public


def test_who_may_not_is_refused_at_every_door(
    app: Flask, mine: Planted, visitors: list[Visitor], superuser: sa.Connection
) -> None:
    before = footprint(superuser, mine.agency.id)
    assert list(intruding.shut_doors(app, mine, visitors)) == []
    assert footprint(superuser, mine.agency.id) == before


def test_who_only_reads_does_nothing(app: Flask, mine: Planted, superuser: sa.Connection) -> None:
    before = footprint(superuser, mine.agency.id)
    assert list(intruding.acts_of_a_reader(app, mine, staff(app, mine, "viewer"))) == []
    assert footprint(superuser, mine.agency.id) == before


def test_nothing_is_done_without_a_token_of_the_page(
    app: Flask, mine: Planted, nationals: Nationals, superuser: sa.Connection
) -> None:
    """What another site makes a browser send; a form under way may be kept, but not taken."""
    tracked = [case.id for case in mine.cases.values()]
    before = footprint(superuser, mine.agency.id, but=["filing_draft"])
    for site, who in (
        ("agency", visitor(app, mine, "admin", sid=mine.tokens["admin"], tracked=tracked)),
        ("national", coordinator(app, nationals, role="super_admin")),
    ):
        rules = [r for r in addresses.site_rules(app, site) if "POST" in (r.methods or ())]
        assert len(rules) > 8
        for rule in rules:
            if rule.endpoint in KEYED:
                continue
            path = next(addresses.own_paths(rule, mine))
            for token in ("", "x", csrf_token(app, "of another session")):
                said = who.ask(path, {**intruding.TYPED, "csrf_token": token})
                assert said.status in (400, 422), f"POST {path}: {said.trail}"
    assert footprint(superuser, mine.agency.id, but=["filing_draft"]) == before


def test_no_private_page_is_kept_by_a_cache(
    app: Flask, mine: Planted, visitors: list[Visitor]
) -> None:
    """Only what is the same for everyone may be, and only as who is nobody sees it."""
    nobody, *somebody = visitors
    assert cacheable(app, mine, somebody) <= {"portal.colours", "portal.picture"}
    pages = {"portal.front", "portal.cases", "portal.case"}
    assert cacheable(app, mine, [nobody]) <= {"portal.colours", "portal.picture", *pages}


def cacheable(app: Flask, mine: Planted, visitors: list[Visitor]) -> set[str]:
    return {
        rule.endpoint
        for rule in addresses.site_rules(app, "agency")
        if "GET" in (rule.methods or ())
        for someone in visitors
        for path in list(addresses.own_paths(rule, mine))[:1]
        if "no-store" not in someone.client.get(path).headers.get("Cache-Control", "")
    }


def test_an_address_with_a_variable_that_nobody_knows_is_noticed(
    app: Flask, mine: Planted, theirs: Planted
) -> None:
    rule = next(rule for rule in addresses.with_ids(app, "agency"))
    stranger = type(rule)("/desk/aduan/<int:aduan_id>", endpoint="desk.aduan", subdomain="agency")
    stranger.bind(app.url_map, rebind=True)
    with pytest.raises(addresses.Unknown, match="add it to VALUES"):
        list(addresses.foreign_targets(stranger, mine, theirs))
