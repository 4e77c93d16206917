"""The attackers over HTTP are awake: with one stone taken out of the house, they find the hole."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from sp4n.accounts import doors
from sp4n.accounts.permissions import Permission
from sp4n.cases import queries
from sp4n.config import Settings
from tests.attacks import addresses, intruding
from tests.attacks.planting import Planted, plant, plant_nationals
from tests.attacks.scratch import Scratch, house, without_criterion
from tests.attacks.visiting import Visitor, anonymous, staff
from tests.rules import canaries

pytestmark = pytest.mark.exhaustive


@pytest.fixture(scope="module")
def mutable(settings: Settings, data_dir: Path) -> Iterator[tuple[Flask, sa.Connection]]:
    with house(settings, data_dir, "sp4n_mutations") as made:
        yield made


@pytest.fixture(scope="module")
def app(mutable: tuple[Flask, sa.Connection]) -> Flask:
    return mutable[0]


@pytest.fixture(scope="module")
def mine(app: Flask) -> Planted:
    return plant(app, "kenarimerah", plant_nationals(app))


@pytest.fixture(scope="module")
def theirs(app: Flask, mine: Planted) -> Planted:
    return plant(app, "kenaribiru", mine.nationals)


@pytest.fixture
def stones(mutable: tuple[Flask, sa.Connection], mine: Planted, theirs: Planted) -> Scratch:
    rows = [canaries.Planted(one.agency.id, one.word) for one in (mine, theirs)]
    return Scratch(*mutable, *rows)


def admin(app: Flask, mine: Planted) -> list[Visitor]:
    return [staff(app, mine, "admin")]


def test_the_alarm_sounds_when_neither_the_orm_nor_the_database_filters(
    app: Flask, mine: Planted, theirs: Planted, stones: Scratch
) -> None:
    """By every address that reads: what names their rows shows them, and so do the lists."""
    rules = [
        rule for rule in addresses.with_ids(app, "agency") if rule.endpoint.startswith("desk.")
    ]
    reading = [rule for rule in rules if "GET" in (rule.methods or ())]
    listing = [
        rule
        for rule in addresses.site_rules(app, "agency")
        if rule.endpoint in ("desk.cases", "desk.trail", "kelola_orang.index_view")
    ]
    assert list(intruding.foreign_ids(reading, mine, theirs, admin(app, mine))) == []
    assert list(intruding.own_pages(listing, mine, theirs, admin(app, mine))) == []
    with stones.without_policies(), without_criterion():
        found = list(intruding.foreign_ids(reading, mine, theirs, admin(app, mine)))
        shown = list(intruding.own_pages(listing, mine, theirs, admin(app, mine)))
    assert any("shows something of another agency" in breach for breach in found)
    assert any("not as for a missing one" in breach for breach in found)
    for rule in listing:
        assert any(rule.rule in breach for breach in shown), rule


@pytest.mark.parametrize("room", ["desk", "accounts"])
def test_the_alarm_sounds_when_a_blueprint_loses_its_guard(
    app: Flask, mine: Planted, monkeypatch: pytest.MonkeyPatch, room: str
) -> None:
    visitors = [anonymous(app, mine), staff(app, mine, "viewer")]
    unguarded = [one for one in app.before_request_funcs[room] if one is not doors._ask]
    monkeypatch.setitem(app.before_request_funcs, room, unguarded)
    assert list(intruding.shut_doors(app, mine, visitors, only=room)) != []


def test_a_view_without_its_mark_is_shut_for_everyone(
    app: Flask, mine: Planted, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(app.view_functions["desk.cases"], "door_mark")
    assert staff(app, mine, "admin").ask("/desk/").status == 403


def test_the_alarm_sounds_when_an_act_asks_for_too_little(
    app: Flask, mine: Planted, monkeypatch: pytest.MonkeyPatch
) -> None:
    viewer = staff(app, mine, "viewer")
    assert list(intruding.acts_of_a_reader(app, mine, viewer)) == []
    view = app.view_functions["desk.archive"]
    monkeypatch.setattr(view, "door_mark", Permission.CASE_VIEW)
    (breach,) = intruding.acts_of_a_reader(app, mine, viewer)
    assert "/arsipkan" in breach


def test_the_alarm_sounds_when_confidential_cases_are_shown_to_all_staff(
    app: Flask, mine: Planted, theirs: Planted, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "visible_to", lambda _actor: sa.true())
    rules = [rule for rule in app.url_map.iter_rules() if rule.endpoint == "desk.case"]
    found = list(intruding.own_pages(rules, mine, theirs, [staff(app, mine, "viewer")]))
    assert any("rahasia" in breach for breach in found)
