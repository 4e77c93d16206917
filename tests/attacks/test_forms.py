"""What is typed into forms and addresses reaches no other agency, and no field that is not asked
for; whatever it is."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from flask import Flask

from sp4n.web.paging import Cursor
from tests.attacks import addresses, intruding
from tests.attacks.footprints import footprint
from tests.attacks.forms import (
    EXTRA,
    NAMES_A_ROW,
    SHARED_FIELDS,
    FormSeen,
    asked_of,
    forms_of,
    unshown,
)
from tests.attacks.planting import Nationals, Planted, plant
from tests.attacks.visiting import Visitor, anonymous, reporter, staff, visitor

FOREVER = Cursor(datetime(2999, 1, 1, tzinfo=UTC), 2**62)


@pytest.fixture(scope="module")
def ours(app: Flask, nationals: Nationals) -> Planted:
    """An agency whose forms are really sent: not as it was, afterwards."""
    return plant(app, "kenarihijau", nationals)


@pytest.fixture(scope="module")
def visitors(app: Flask, ours: Planted) -> list[Visitor]:
    return [
        anonymous(app, ours),
        reporter(app, ours),
        staff(app, ours, "viewer"),
        staff(app, ours, "liaison"),
        staff(app, ours, "admin"),
    ]


@pytest.fixture(scope="module")
def forms(app: Flask, ours: Planted, visitors: list[Visitor]) -> list[FormSeen]:
    return forms_of(app, ours, visitors)


def test_ids_of_another_agency_in_a_field_are_as_wrong_as_ids_of_nobody(
    forms: list[FormSeen], ours: Planted, theirs: Planted, superuser: sa.Connection
) -> None:
    before, tried = footprint(superuser, theirs.agency.id), set()
    foreign = {*theirs.units, *theirs.accounts.values()} - {*ours.units, *ours.accounts.values()}
    assert foreign
    for form in forms:
        for name in form.filled:
            if NAMES_A_ROW.search(name) and name not in SHARED_FIELDS:
                tried.add(name)
                nobodys = form.visitor.ask(form.action, {**form.filled, name: addresses.MISSING_ID})
                for row_id in foreign:
                    said = form.visitor.ask(form.action, {**form.filled, name: str(row_id)})
                    where = f"{form.visitor.name}: {form.action} {name}={row_id}"
                    assert said.status in (404, 409, 422), where
                    assert said.trail == nobodys.trail, where
                    assert list(intruding.leaking(where, said, theirs)) == []
    assert {"unit_id", "unit_ids", "parent_id"} <= tried
    assert footprint(superuser, theirs.agency.id) == before


def test_what_an_address_asks_for_shows_nothing_of_another_agency(
    app: Flask, ours: Planted, theirs: Planted
) -> None:
    """As one who may see all there is of their own."""
    tracked = [case.id for case in ours.cases.values()]
    holder = visitor(app, ours, "admin", sid=ours.tokens["admin"], tracked=tracked)
    case, word = theirs.cases["proses"].reference, theirs.word[:-2]
    tried = 0
    for rule in addresses.site_rules(app, "agency"):
        if "GET" not in (rule.methods or ()) or rule.arguments:
            continue
        for name in sorted(asked_of(app, rule)):
            for value in (str(theirs.units[0]), case, str(FOREVER), word):
                said = holder.client.get(rule.rule, query_string={name: value})
                assert said.status_code < 500
                assert theirs.word not in said.get_data(as_text=True), (rule, name, value)
                tried += 1
    assert tried > 100


@pytest.mark.parametrize(
    "value",
    ["", "\x00", "-1", "0", "1,1", "9" * 40, "x" * 3000, "[]", "%", "'", "😀", "\u202e", "../"],
)
def test_no_nonsense_in_an_address_is_a_fault_of_ours(
    app: Flask, ours: Planted, visitors: list[Visitor], value: str
) -> None:
    for rule in addresses.site_rules(app, "agency"):
        if "GET" in (rule.methods or ()) and not rule.arguments:
            query = dict.fromkeys(asked_of(app, rule), value)
            said = visitors[-1].client.get(rule.rule, query_string=query)
            assert said.status_code < 500, f"{rule.rule} {query}"


@pytest.mark.parametrize(
    "value", ["%00", "-1", "0", "1,1", "9" * 40, "1e3", "x" * 300, "%F0%9F%98%80", "%E2%80%AE"]
)
def test_a_malformed_id_is_not_there(app: Flask, ours: Planted, value: str) -> None:
    """As one who has a session for everything; what is not found is 404, or asked for anew."""
    tracked = [case.id for case in ours.cases.values()]
    holder = visitor(app, ours, "admin", sid=ours.tokens["admin"], tracked=tracked)
    for rule in addresses.with_ids(app, "agency"):
        path = rule.rule
        for name in rule.arguments:
            fixed = addresses.OF_NOBODY.get(name, (value,))[0]
            path = re.sub(rf"<[^<>]*\b{name}>", fixed, path)
        for method in addresses.methods_of(rule):
            said = holder.client.open(path, method=method, data={"csrf_token": holder.csrf})
            assert 300 <= said.status_code < 500, f"{method} {path}: {said.status_code}"


def facts(superuser: sa.Connection, agency_id: int) -> dict[str, object]:
    """What no form of the site may change by itself."""
    about: Mapping[str, object] = {"agency_id": agency_id}
    asked = {
        "roles": "SELECT id, role FROM account WHERE agency_id = :agency_id ORDER BY id",
        "cases": "SELECT id, reference, confidential, anonymous, filed_at, access_code_hash "
        "FROM case_record WHERE agency_id = :agency_id ORDER BY id",
        "identities": "SELECT case_id, md5(sealed) FROM identity WHERE agency_id = :agency_id "
        "ORDER BY case_id",
        "agency": "SELECT * FROM agency WHERE id = :agency_id",
        "coordinators": "SELECT id, email, role, active FROM coordinator ORDER BY id",
    }
    return {
        name: [tuple(row) for row in superuser.execute(sa.text(sql), about)]
        for name, sql in asked.items()
    }


# The state of a case is that which its history ends with; it is public if a public face is there.
UNTOLD = """
SELECT c.reference, c.state, e.to_state FROM case_record c
JOIN LATERAL (SELECT to_state FROM case_event e WHERE e.agency_id = c.agency_id
              AND e.case_id = c.id ORDER BY e.id DESC LIMIT 1) e ON true
LEFT JOIN public_case p ON p.agency_id = c.agency_id AND p.id = c.id
WHERE c.agency_id = :agency_id
  AND (c.state <> e.to_state OR c.published <> (p.id IS NOT NULL))
"""


def test_no_form_takes_a_field_that_it_does_not_ask_for(
    app: Flask,
    ours: Planted,
    theirs: Planted,
    visitors: list[Visitor],
    forms: list[FormSeen],
    superuser: sa.Connection,
) -> None:
    """The last of this file: it sends every form there is."""
    their_own = footprint(superuser, theirs.agency.id)
    before = facts(superuser, ours.agency.id)
    foreign = {
        "agency_id": str(theirs.agency.id),
        "agency": theirs.agency.slug,
        "id": str(theirs.cases["proses"].id),
        "case_id": str(theirs.cases["proses"].id),
        "account_id": str(theirs.accounts["admin"]),
    }
    query = f"?agency_id={theirs.agency.id}&role=admin&state=closed"
    sent = 0
    for form in forms:
        more = {k: v for k, v in {**EXTRA, **foreign}.items() if k not in form.filled}
        path = form.action + query.replace("?", "&" if "?" in form.action else "?")
        said = form.visitor.ask(path, {**more, **form.filled})
        assert said.status < 500, f"{form.visitor.name}: {form.action}"
        assert list(intruding.leaking(form.action, said, theirs)) == []
        sent += 1
    for _rule, path in unshown(app, forms, ours):
        for someone in visitors:
            assert someone.ask(path + query, {**EXTRA, **foreign}).status < 500, path
    assert sent > 40
    assert footprint(superuser, theirs.agency.id) == their_own
    assert facts(superuser, ours.agency.id) == before
    assert superuser.execute(sa.text(UNTOLD), {"agency_id": ours.agency.id}).all() == []
