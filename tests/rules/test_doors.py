"""The doors of the house: every address has one, none has vanished, and reading writes nothing."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from sp4n.accounts import doors as real_doors
from sp4n.accounts.permissions import NATIONAL_ROLES, ROLES, STAFF_ROLES, Permission
from sp4n.jobs import registry
from sp4n.notices.words import WORDS
from tests.rules import doors, owed

# What users and other programs rely on (the project's interface): may be added to, only.
PROMISED = {
    "agency": [
        "/",
        "/lapor",
        "/lacak",
        "/laporan",
        "/laporan/<reference>",
        "/masuk",
        "/desk/",
        "/kelola/",
    ],
    "national": ["/", "/instansi", "/lacak", "/masuk", "/nasional/"],
    "": ["/livez", "/readyz", "/metrics", "/static/<path:filename>"],
}


def test_every_address_belongs_to_a_door_that_asks(app: Flask) -> None:
    assert doors.breaches(app) == []


@pytest.mark.parametrize("site", sorted(PROMISED))
def test_no_address_that_was_promised_has_vanished(app: Flask, site: str) -> None:
    there = {rule.rule for rule in doors.rules(app) if (rule.subdomain or "") == site}
    assert set(PROMISED[site]) <= there


def test_one_kind_of_person_never_holds_the_other_kinds_permissions() -> None:
    staff = frozenset().union(*(ROLES[role] for role in STAFF_ROLES))
    national = frozenset().union(*(ROLES[role] for role in NATIONAL_ROLES))
    assert staff & national == {Permission.OWN_ACCOUNT}
    assert set(ROLES) == {*STAFF_ROLES, *NATIONAL_ROLES}


def test_every_permission_is_asked_for_somewhere_and_held_by_someone(app: Flask) -> None:
    asked = {real_doors.mark_of(app, rule.endpoint) for rule in doors.guarded(app)}
    # The operator's door asks for it itself (national.scopes).
    asked |= {Permission.AGENCY_ENTER}
    held = frozenset().union(*ROLES.values())
    assert set(Permission) - held == set()
    assert set(Permission) - asked == set(), "a permission that no view asks for is no permission"


@pytest.fixture
def mutated(app: Flask) -> Iterator[Flask]:
    """An application whose parts a test may take out; they are put back afterwards."""
    asked = {room: list(functions) for room, functions in app.before_request_funcs.items()}
    yield app
    app.before_request_funcs.clear()
    app.before_request_funcs.update(asked)


def test_the_alarm_sounds_for_every_blueprint_that_loses_its_guard(mutated: Flask) -> None:
    rooms = {doors.room_of(rule) for rule in doors.guarded(mutated)}
    assert {"desk", "accounts", "national", "national_accounts"} <= rooms
    for room in rooms:
        functions = mutated.before_request_funcs[room]
        functions.remove(real_doors._ask)
        assert any(room in breach for breach in doors.breaches(mutated)), room
        functions.insert(0, real_doors._ask)
    assert doors.breaches(mutated) == []


def test_the_alarm_sounds_when_the_operators_door_does_not_ask(mutated: Flask) -> None:
    mutated.before_request_funcs[doors.INSIDE].reverse()
    assert any(doors.INSIDE in breach for breach in doors.breaches(mutated))


def test_the_alarm_sounds_for_every_mark_that_is_forgotten(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    marked = [rule for rule in doors.guarded(app) if hasattr(view_of(app, rule), "door_mark")]
    assert len(marked) > 20
    for rule in marked:
        with monkeypatch.context() as forgetting:
            forgetting.delattr(view_of(app, rule), "door_mark")
            assert any(rule.endpoint in breach for breach in doors.breaches(app)), rule


def view_of(app: Flask, rule: object) -> object:
    return app.view_functions[getattr(rule, "endpoint", "")]


def test_the_alarm_sounds_for_an_admin_view_without_permission_or_with_routes_of_its_own(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    views = [view for admin in app.extensions["admin"] for view in admin._views]
    assert len(views) >= 4
    for view in views:
        with monkeypatch.context() as forgetting:
            forgetting.setattr(type(view), "permission", None)
            assert any(view.endpoint in breach for breach in doors.unwalled_admin(app))
    rule = next(rule for rule in doors.rules(app) if rule.endpoint.endswith(".index_view"))
    room = rule.endpoint.rpartition(".")[0]
    monkeypatch.setattr(rule, "endpoint", f"{room}.ajax_lookup")
    assert any("goes round the wall" in breach for breach in doors.unwalled_admin(app))


def test_every_kind_that_an_operation_owes_has_somebody_who_does_it(app: Flask) -> None:
    kinds = owed.owed_kinds()
    assert kinds.pop("", None) is None, "write the kind out, so that it can be found"
    orphans = {kind: place for kind, place in kinds.items() if kind not in handled(app)}
    assert orphans == {}, "register a handler in sp4n/joined_jobs.py"
    assert {"notice.case_filed", "account.reset", "case.close_unanswered"} <= set(kinds)


def handled(app: Flask) -> frozenset[str]:
    assert app.extensions  # it has registered what it does
    return registry.kinds()


def test_every_kind_of_mail_has_words_and_every_kind_is_owed_by_someone(app: Flask) -> None:
    kinds = set(owed.owed_kinds())
    assert handled(app) - kinds == set(), "nobody owes these any more"
    assert set(WORDS) == {kind for kind in kinds if kind.startswith(("notice.", "account."))}
