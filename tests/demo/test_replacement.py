"""Another state in the place of demo data; and what stays because it is no demo."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session, aliased

from sp4n.accounts.models import Account, Coordinator
from sp4n.accounts.operations import deactivate, sign_in
from sp4n.accounts.people import Person
from sp4n.audit.actors import SYSTEM
from sp4n.cases.models import CaseRecord
from sp4n.config import ConfigurationError
from sp4n.db import db
from sp4n.demo.commands import group
from sp4n.demo.loading import load, put_in
from sp4n.demo.marks import Mark, demo_data_is_in, latest_mark, set_mark
from sp4n.demo.people import PASSPHRASES
from sp4n.demo.scenarios import MONEV_2021, monev_2021
from sp4n.files.models import Attachment
from sp4n.jobs.models import Outbox
from sp4n.settings.models import RuleSet
from sp4n.tenants.edge import edge
from sp4n.tenants.everyone import NATIONAL
from sp4n.tenants.models import Agency
from sp4n.tenants.resolver import agency_by_slug
from sp4n.tenants.scope import Scope, opened
from tests.demo.conftest import MakeApp, inside_agency, small


class Replaced:
    """A small demo of today, replaced by the state of 2021."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        with app.app_context():
            put_in(small(agencies=("badungkab",), cases=14), begun=False)
            with opened(NATIONAL):
                self.agency_ids_before = set(db.session.scalars(sa.select(Agency.id)))
                self.rules_before = set(db.session.scalars(sa.select(RuleSet.id)))
                attachment = db.session.scalars(sa.select(Attachment)).first()
                assert attachment is not None
                self.file_before = (attachment.agency_id, attachment.storage_key)
            self.words = load(MONEV_2021)


@pytest.fixture(scope="module")
def replaced(make_demo_app: MakeApp) -> Replaced:
    return Replaced(make_demo_app())


@pytest.fixture
def in_2021(replaced: Replaced) -> Iterator[Session]:
    with replaced.app.app_context(), opened(NATIONAL):
        yield db.session()


def test_the_register_is_that_of_the_evaluation(in_2021: Session) -> None:
    kinds = Counter(in_2021.scalars(sa.select(Agency.kind).where(Agency.status == "active")))
    assert kinds == {
        "kementerian": 34,
        "lembaga": 100,
        "provinsi": 34,
        "kota": 93,
        "kabupaten": 396,
    }
    assert in_2021.scalar(sa.select(sa.func.count()).select_from(Agency)) == 657


def test_ministries_of_later_are_not_known_yet(in_2021: Session) -> None:
    slugs = set(in_2021.scalars(sa.select(Agency.slug)))
    assert {"kemenkumham", "pupr", "klhk"} <= slugs
    assert not {"kemenkum", "kemenpu", "papuaselatanprov"} & slugs
    assert in_2021.scalar(sa.select(sa.func.count(Agency.connected_to))) == 0


def test_regencies_of_later_provinces_belong_to_those_of_the_time(in_2021: Session) -> None:
    parent = aliased(Agency)
    rows = in_2021.execute(
        sa.select(Agency.region_code, parent.slug)
        .join(parent, parent.id == Agency.parent_id)
        .where(sa.func.left(Agency.region_code, 2).in_(("93", "94", "95", "96")))
    ).all()
    assert {(code[:2], slug) for code, slug in rows} == {
        ("93", "papuaprov"),
        ("94", "papuaprov"),
        ("95", "papuaprov"),
        ("96", "papuabaratprov"),
    }


def test_what_is_assumed_is_kept_with_the_data(in_2021: Session) -> None:
    mark = latest_mark(in_2021)
    assert mark is not None
    assert (mark.scenario, mark.loaded) == (MONEV_2021, True)
    assert mark.as_of == datetime.fromisoformat("2021-11-05T16:00:00+07:00")
    begun = in_2021.execute(
        sa.text("SELECT data FROM national_audit_entry WHERE act = 'demo.begun'")
    ).scalar_one()
    assert len(begun["not_connected"]) == 19
    assert begun["assumptions"]
    codes = sa.select(Agency.id).where(Agency.region_code.in_(begun["not_connected"]))
    assert in_2021.scalars(codes).all() == []


def test_cases_are_of_that_time_and_nothing_is_owed_any_more(in_2021: Session) -> None:
    cases = in_2021.scalars(sa.select(CaseRecord)).all()
    assert len(cases) == 8 * len(monev_2021().agencies)
    assert {case.filed_at.year for case in cases} == {2021}
    assert max(case.updated_at for case in cases) < monev_2021().as_of
    assert "awaiting_reply" in {case.state for case in cases}
    assert set(in_2021.scalars(sa.select(Outbox.state))) == {"done"}


def test_nothing_of_the_former_demo_is_left(replaced: Replaced, in_2021: Session) -> None:
    assert not replaced.agency_ids_before & set(in_2021.scalars(sa.select(Agency.id)))
    db.session.remove()
    agency_id, key = replaced.file_before
    with replaced.app.app_context(), opened(Scope("tenant", agency_id)):
        assert not replaced.app.extensions["sp4n.storage"].exists(key)


def test_rules_that_running_processes_remember_stay_the_same(
    replaced: Replaced, in_2021: Session
) -> None:
    assert set(in_2021.scalars(sa.select(RuleSet.id))) == replaced.rules_before


def test_it_stays_when_the_house_is_started_again(replaced: Replaced) -> None:
    with replaced.app.app_context():
        words = load()
        assert demo_data_is_in()
    assert words == replaced.words
    assert "2021-11-05" in words


def test_its_people_sign_in_and_those_who_left_are_not_listed(replaced: Replaced) -> None:
    with inside_agency(replaced.app, "badungkab") as session:
        email = "admin@badungkab.example"
        assert sign_in(session, email=email, password=PASSPHRASES["admin"])
        viewer = session.scalars(sa.select(Account).where(Account.role == "viewer")).one()
        deactivate(session, person=viewer, actor=SYSTEM)
        session.commit()
    result = replaced.app.test_cli_runner().invoke(group, ["accounts", "--json"])
    listed = {row["email"] for row in json.loads(result.stdout)}
    assert email in listed
    assert "pengamat@badungkab.example" not in listed


@pytest.fixture(scope="module")
def empty_app(make_demo_app: MakeApp) -> Flask:
    return make_demo_app()


def test_production_takes_no_demo_data(empty_app: Flask) -> None:
    settings = empty_app.extensions["sp4n.settings"]
    empty_app.extensions["sp4n.settings"] = replace(settings, env="production")
    try:
        for scenario in (None, MONEV_2021):
            with empty_app.app_context(), pytest.raises(ConfigurationError, match="production"):
                load(scenario)
    finally:
        empty_app.extensions["sp4n.settings"] = settings
    assert counted(empty_app, Agency) == 0


def test_there_are_no_accounts_to_list_where_nothing_is_in(empty_app: Flask) -> None:
    result = empty_app.test_cli_runner().invoke(group, ["accounts", "--json"])
    assert result.exit_code == 1
    assert "demo load" in result.output


def test_an_unknown_scenario_is_refused_with_the_known_ones(empty_app: Flask) -> None:
    result = empty_app.test_cli_runner().invoke(group, ["load", "--scenario", "monev-2099"])
    assert result.exit_code == 2
    assert "monev-2021" in result.output


def test_a_real_coordinator_keeps_demo_data_out(make_demo_app: MakeApp) -> None:
    app = make_demo_app()
    person: Person = Coordinator(email="sri@panrb.example", name="Sri", role="super_admin")
    with app.app_context(), edge(NATIONAL):
        db.session.add(person)
    with app.app_context(), pytest.raises(ConfigurationError, match="not demo data"):
        load()
    assert counted(app, Agency) == 0


def test_a_real_agency_keeps_demo_data_out_and_is_never_taken_out(make_demo_app: MakeApp) -> None:
    app = make_demo_app()
    real = {"slug": "nyatakab", "kind": "kabupaten", "name": "Nyata", "short_name": "Nyata"}
    with app.app_context(), edge(NATIONAL):
        db.session.add(Agency(**real, colour="#0b6b5c"))
    with app.app_context(), pytest.raises(ConfigurationError, match="not demo data"):
        load()
    with app.app_context(), edge(NATIONAL):
        set_mark(db.session(), Mark("hari-ini", monev_2021().as_of, loaded=True))
    with app.app_context(), pytest.raises(ConfigurationError, match="they stay"):
        load(MONEV_2021)
    with app.app_context(), opened(Scope("tenant")):
        assert agency_by_slug("nyatakab")


def test_without_the_owner_nothing_is_replaced(make_demo_app: MakeApp) -> None:
    app = make_demo_app()
    settings = app.extensions["sp4n.settings"]
    with app.app_context():
        put_in(small(agencies=()), begun=False)
        app.extensions["sp4n.settings"] = replace(settings, database_url=None)
        with pytest.raises(ConfigurationError, match="DATABASE_URL"):
            load(MONEV_2021)
    assert counted(app, Agency) == 706


def counted(app: Flask, table: type[Agency]) -> int:
    with app.app_context(), opened(NATIONAL):
        return db.session.scalar(sa.select(sa.func.count()).select_from(table)) or 0
