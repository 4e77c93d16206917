"""The national level at an agency's door: with a reason, for an hour, seen, and only reading."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from sp4n import clock
from sp4n.accounts.permissions import STAFF_ROLES
from sp4n.tenants.grants import GRANTS
from tests.attacks import addresses, intruding
from tests.attacks.canaries import unseemly
from tests.attacks.footprints import changed, footprint
from tests.attacks.planting import Nationals, Planted
from tests.attacks.visiting import Visitor, anonymous, coordinator, staff, visitor
from tests.rules.attacks import acting, touched, truncates
from tests.rules.doors import INSIDE, room_of
from tests.rules.wall import PRIVATE, VERBS

# What agencies have published, for everyone.
OF_ALL_AGENCIES = ("/laporan", "/laporan.xml", "/laporan/peta")

REASON = "Menindaklanjuti aduan tentang layanan ini"
# All that an operator can do in an agency; whatever is added here must say who may, and is seen.
WRITING = {"enter", "leave", "invite_admin", "decide", "decide_custody"} | {
    "handoff",
    "handoff_package",
    "remark_plan",
    "decide_plan",
    "measure_again",
}
# Of people and of reporters: not even for reading.
VAULT = {
    "account_session",
    "account_token",
    "credential",
    "filing_draft",
    "filing_key",
    "handover_contact",
    "identity",
    "identity_look",
}


@pytest.fixture
def newcomer(app: Flask, nationals: Nationals) -> Visitor:
    """A super-admin, who has been in no agency yet."""
    return coordinator(app, nationals, role="super_admin")


@pytest.fixture
def operator(app: Flask, nationals: Nationals) -> Visitor:
    """A coordinator who is in both agencies (see `planting`)."""
    return visitor(app, None, "operator", sid=nationals.tokens["coordinator"])


def inside(planted: Planted, path: str) -> str:
    return f"/nasional/instansi/{planted.agency.slug}/{path}"


def entries(superuser: sa.Connection, planted: Planted, person: int) -> list[sa.Row[object]]:
    sql = "SELECT * FROM operator_entry WHERE agency_id = :agency AND coordinator_id = :person"
    about = {"agency": planted.agency.id, "person": person}
    return list(superuser.execute(sa.text(sql), about).all())


@pytest.mark.parametrize("reason", ["", "   ", "periksa", "x " * 3, "y" * 501])
def test_nobody_comes_in_without_a_reason(
    newcomer: Visitor,
    mine: Planted,
    nationals: Nationals,
    superuser: sa.Connection,
    reason: str,
) -> None:
    there = newcomer.ask(inside(mine, "laporan"))
    assert (there.trail, there.place) == ((302, 200), inside(mine, "buka"))
    case = mine.cases["proses"].reference
    there = newcomer.ask(inside(mine, f"laporan/{case}"))
    assert there.place == f"{inside(mine, 'buka')}?laporan={case}"
    assert newcomer.ask(inside(mine, "buka"), {"reason": reason}).status == 422
    assert entries(superuser, mine, nationals.ids["super_admin"]) == []


def test_who_comes_in_is_seen_by_the_agency_and_out_after_an_hour(
    app: Flask,
    newcomer: Visitor,
    theirs: Planted,
    nationals: Nationals,
    superuser: sa.Connection,
) -> None:
    now = clock.now()
    assert newcomer.ask(inside(theirs, "buka"), {"reason": REASON}).trail == (303, 200)
    (entry,) = entries(superuser, theirs, nationals.ids["super_admin"])
    assert timedelta(0) <= entry.opened_at - now < timedelta(minutes=1)
    assert entry.expires_at - entry.opened_at == timedelta(hours=1)
    for role in ("admin", "head"):
        assert REASON in staff(app, theirs, role).ask("/desk/jejak").text
    assert newcomer.ask(inside(theirs, "laporan")).trail == (200,)
    with clock.frozen(entry.expires_at - timedelta(seconds=1)):
        assert newcomer.ask(inside(theirs, "laporan")).trail == (200,)
    with clock.frozen(entry.expires_at):
        assert newcomer.ask(inside(theirs, "laporan")).place == inside(theirs, "buka")
    superuser.execute(
        sa.text("UPDATE operator_entry SET expires_at = :now WHERE id = :id"),
        {"now": clock.now(), "id": entry.id},
    )
    assert newcomer.ask(inside(theirs, "laporan")).place == inside(theirs, "buka")


def test_who_has_left_is_out_at_once(newcomer: Visitor, theirs: Planted) -> None:
    newcomer.ask(inside(theirs, "buka"), {"reason": REASON})
    assert newcomer.ask(inside(theirs, "laporan")).trail == (200,)
    newcomer.ask(inside(theirs, "tutup"), {})
    assert newcomer.ask(inside(theirs, "laporan")).place == inside(theirs, "buka")


def test_being_in_one_agency_opens_no_other(
    newcomer: Visitor, mine: Planted, theirs: Planted
) -> None:
    newcomer.ask(inside(theirs, "buka"), {"reason": REASON})
    for case in mine.cases.values():
        for path in ("laporan", f"laporan/{case.reference}"):
            said = newcomer.ask(inside(mine, path))
            assert said.place.partition("?")[0] == inside(mine, "buka")
            assert mine.word not in said.text
        across = newcomer.ask(inside(theirs, f"laporan/{case.reference}"))
        missing = newcomer.ask(inside(theirs, f"laporan/{addresses.MISSING['reference']}"))
        assert across.status == missing.status == 404
    newcomer.ask(inside(theirs, "tutup"), {})


def test_an_operator_sees_neither_confidential_cases_nor_identities(
    app: Flask, operator: Visitor, mine: Planted, theirs: Planted
) -> None:
    rules = [rule for rule in addresses.site_rules(app, "national") if room_of(rule) == INSIDE]
    assert len(rules) >= 4
    assert list(intruding.own_pages(rules, mine, theirs, [operator])) == []
    hidden = operator.ask(inside(mine, f"laporan/{mine.cases['rahasia'].reference}"))
    assert hidden.status == 404
    seen = operator.ask(inside(mine, f"laporan/{mine.cases['proses'].reference}"))
    assert mine.canary("proses", "uraian") in seen.text


def test_the_console_shows_figures_and_nothing_of_any_case(
    app: Flask, nationals: Nationals, mine: Planted, theirs: Planted
) -> None:
    outside = [rule for rule in addresses.site_rules(app, "national") if room_of(rule) != INSIDE]
    rules = [rule for rule in outside if rule.rule not in OF_ALL_AGENCIES]
    visitors = [visitor(app, None, "console", sid=nationals.tokens[role]) for role in nationals.ids]
    visitors.append(visitor(app, None, "console"))
    assert list(intruding.own_pages(rules, mine, theirs, visitors)) == []


@pytest.mark.parametrize("path", OF_ALL_AGENCIES)
def test_of_all_agencies_cases_everyone_sees_what_is_published(
    app: Flask, mine: Planted, theirs: Planted, path: str
) -> None:
    said = anonymous(app, None).ask(path)
    assert said.status == 200
    for planted in (mine, theirs):
        assert unseemly(said.text, planted, "anonymous") == []


def test_an_operator_writes_nothing_but_that_they_were_there(
    app: Flask, operator: Visitor, theirs: Planted, superuser: sa.Connection
) -> None:
    before = footprint(superuser, theirs.agency.id)
    rules = [rule for rule in addresses.site_rules(app, "national") if room_of(rule) == INSIDE]
    taking = {rule.endpoint.rpartition(".")[2] for rule in rules if "POST" in (rule.methods or ())}
    assert taking == WRITING
    extra = {**intruding.TYPED, "reason": REASON, "state": "closed", "email": "x@contoh.go.id"}
    for rule in rules:
        for path in addresses.own_paths(rule, theirs):
            operator.ask(path, {**extra, "name": "Penyusup", "agency_id": str(theirs.agency.id)})
    after = footprint(superuser, theirs.agency.id)
    assert set(changed(before, after)) <= {"operator_entry", "audit_entry"}


def test_staff_are_nobody_on_the_national_site(
    app: Flask, mine: Planted, superuser: sa.Connection
) -> None:
    """Even with a cookie that the server itself had signed for them there."""
    before = footprint(superuser, mine.agency.id)
    rules = [
        rule
        for rule in addresses.site_rules(app, "national")
        if rule.rule.startswith(("/nasional", "/akun"))
    ]
    assert len(rules) > 15
    for role in STAFF_ROLES:
        who = visitor(app, None, role, sid=mine.tokens[role])
        for rule in rules:
            path = next(addresses.own_paths(rule, mine))
            for method in addresses.methods_of(rule):
                said = who.ask(path, intruding.TYPED if method == "POST" else None)
                refused = said.asks_to_sign_in or said.status in (401, 403)
                assert refused, f"{role}: {method} {path} {said.trail}"
    assert footprint(superuser, mine.agency.id) == before


def test_an_agencys_site_has_no_console(app: Flask, mine: Planted) -> None:
    for role in STAFF_ROLES:
        for path in ("/nasional/", "/nasional/instansi", inside(mine, "laporan")):
            assert staff(app, mine, role).ask(path).status == 404


def test_a_coordinator_is_no_super_admin(app: Flask, nationals: Nationals, mine: Planted) -> None:
    breaches = intruding.shut_doors(app, mine, [coordinator(app, nationals)], site="national")
    assert list(breaches) == []


@pytest.fixture
def connection(superuser: sa.Connection) -> sa.Connection:
    return superuser.execution_options(isolation_level="READ COMMITTED")


@pytest.mark.parametrize("table", sorted(PRIVATE))
def test_the_national_role_writes_no_agencys_rows(
    connection: sa.Connection, mine: Planted, table: str
) -> None:
    there = touched(connection, f"SELECT 1 FROM {table} WHERE agency_id = {mine.agency.id}")
    with acting(connection, "national", None):
        for statement in (
            f"UPDATE {table} SET agency_id = agency_id",
            f"DELETE FROM {table}",
            f"INSERT INTO {table} SELECT * FROM {table} LIMIT 1",
        ):
            assert touched(connection, statement) == 0, statement
        assert not truncates(connection, table)
        seen = touched(connection, f"SELECT 1 FROM {table} WHERE agency_id = {mine.agency.id}")
        may = "S" in GRANTS[table].national
        assert seen == (there if may else 0)
    connection.rollback()


def test_the_vault_and_what_people_sign_in_with_are_closed_to_the_national_role(
    connection: sa.Connection, theirs: Planted
) -> None:
    for table in VAULT:
        asked = f"SELECT 1 FROM {table} WHERE agency_id = {theirs.agency.id}"
        assert GRANTS[table].national == ""
        if table != "identity_look":
            assert touched(connection, asked) > 0, f"{table} is empty: this says nothing"
        with acting(connection, "national", None):
            assert touched(connection, asked) == 0
    connection.rollback()


@pytest.mark.parametrize("role", ["tenant", "relay"])
def test_an_agencys_role_and_the_relays_reach_no_national_table(
    connection: sa.Connection, nationals: Nationals, mine: Planted, role: str
) -> None:
    with acting(connection, role, mine.agency.id if role == "tenant" else None):
        for table, grant in GRANTS.items():
            for letter, verb in VERBS.items():
                sql = f"SELECT has_table_privilege('{table}', '{verb}')"
                assert connection.scalar(sa.text(sql)) is (letter in getattr(grant, role)), sql
        for table in ("coordinator", "coordinator_credential", "coordinator_session"):
            assert touched(connection, f"SELECT 1 FROM {table}") == 0
    connection.rollback()
