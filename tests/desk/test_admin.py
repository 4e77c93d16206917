"""/kelola/: units and people, kept by their agency's admin, and by nobody else."""

from __future__ import annotations

import re

import pytest
import sqlalchemy as sa
from flask import Flask

from sp4n.accounts import operations, queries
from sp4n.accounts.models import Account
from sp4n.accounts.people import Person
from sp4n.audit.actors import SYSTEM
from sp4n.errors import NotFound
from sp4n.jobs.models import Outbox
from sp4n.organisation.models import Unit
from sp4n.organisation.operations import UnitAnswers, add_unit
from sp4n.organisation.queries import unit_tree
from sp4n.tenants.resolver import AgencyFacts
from tests.accounts.browsing import Page, open_page, send, sign_in
from tests.accounts.people import add_staff
from tests.cases.making import a_case
from tests.factories import ClientFor, Inside, SiteClient

UNIT, PEOPLE = "/kelola/unit", "/kelola/orang"
HOSTILE = ["0", "-1", "1e3", str(2**63 - 1), "9" * 20, "1,1", "abc", "%00", "../1"]


@pytest.fixture
def admin(agency: AgencyFacts, inside: Inside, client_for: ClientFor) -> SiteClient:
    with inside(agency) as session:
        email = add_staff(session, "admin", name="Ni Made Admin").email
    client = client_for(agency)
    sign_in(client, email)
    return client


def fill(client: SiteClient, path: str, **fields: object) -> Page:
    """Opens a page, and sends what is typed with its token."""
    return send(client, path, {"csrf_token": open_page(client, path).csrf, **fields})


def unit(inside: Inside, agency: AgencyFacts, name: str, parent_id: int | None = None) -> int:
    with inside(agency) as session:
        answers = UnitAnswers(name, parent_id=parent_id)
        return add_unit(session, answers=answers, actor=SYSTEM).id


def staff(inside: Inside, agency: AgencyFacts, role: str) -> int:
    with inside(agency) as session:
        return add_staff(session, role).id


def stored(inside: Inside, agency: AgencyFacts, person_id: int) -> dict[str, object]:
    with inside(agency) as session:
        person: Person = queries.person_by_id(session, person_id=person_id)
        return {"role": person.role, "active": person.active}


def test_an_admin_keeps_a_tree_of_units(
    agency: AgencyFacts, inside: Inside, admin: SiteClient
) -> None:
    assert fill(admin, f"{UNIT}/baru", name="Dinas Kesehatan", active="y").status == 303
    top = unit_id(inside, agency, "Dinas Kesehatan")
    added = fill(admin, f"{UNIT}/baru", name="Puskesmas Kuta", parent_id=top, active="y")
    assert added.location == f"{UNIT}/"
    page = open_page(admin, f"{UNIT}/")
    assert "– Puskesmas Kuta" in page.text
    low = unit_id(inside, agency, "Puskesmas Kuta")
    assert fill(admin, f"{UNIT}/{low}/ubah", name="Puskesmas Kuta I", parent_id="").status == 303
    with inside(agency) as session:
        tree = [(node.name, node.parent_id, node.active) for node in unit_tree(session)]
    assert tree == [("Dinas Kesehatan", None, True), ("Puskesmas Kuta I", None, False)]


def test_what_is_wrong_with_a_unit_is_said_at_the_field(
    agency: AgencyFacts, inside: Inside, admin: SiteClient
) -> None:
    unit(inside, agency, "Dinas")
    for fields, words in (
        ({"name": ""}, "Isi nama unit."),
        ({"name": "x" * 200}, "paling panjang 150"),
        ({"name": "DINAS"}, "Sudah ada unit dengan nama ini."),
        ({"name": "Bidang", "parent_id": "999999"}, "error"),
        ({"name": "Bidang", "parent_id": "abc"}, "error"),
    ):
        page = fill(admin, f"{UNIT}/baru", **fields)
        assert page.status == 422, fields
        assert words in page.text
        assert page.title.startswith("Galat: ")


def test_a_unit_is_offered_no_parent_below_itself(
    agency: AgencyFacts, inside: Inside, admin: SiteClient
) -> None:
    top = unit(inside, agency, "Dinas")
    low = unit(inside, agency, "Bidang", top)
    page = open_page(admin, f"{UNIT}/{top}/ubah")
    assert f'value="{low}"' not in page.text
    assert fill(admin, f"{UNIT}/{top}/ubah", name="Dinas", parent_id=low).status == 422


def test_a_unit_is_removed_only_by_a_post_and_only_when_unused(
    agency: AgencyFacts, inside: Inside, admin: SiteClient
) -> None:
    top = unit(inside, agency, "Dinas")
    low = unit(inside, agency, "Bidang", top)
    used = unit(inside, agency, "Bagian")
    with inside(agency) as session:
        a_case(session, agency).unit_id = used
    assert "tidak dapat dikembalikan" in open_page(admin, f"{UNIT}/{low}/hapus").text
    for busy, words in ((top, "unit di bawahnya"), (used, "sudah dipakai dalam laporan")):
        refused = fill(admin, f"{UNIT}/{busy}/hapus")
        assert refused.status == 409
        assert words in refused.text
    assert fill(admin, f"{UNIT}/{low}/hapus").status == 303
    with inside(agency) as session:
        assert {node.id for node in unit_tree(session)} == {top, used}


@pytest.mark.parametrize("row_id", HOSTILE)
def test_an_id_that_is_none_is_not_found(admin: SiteClient, row_id: str) -> None:
    for path in (f"{UNIT}/{row_id}/ubah", f"{UNIT}/{row_id}/hapus", f"{PEOPLE}/{row_id}"):
        assert open_page(admin, path).status == 404, path


def test_rows_of_another_agency_are_as_absent_as_none(
    agency: AgencyFacts, other_agency: AgencyFacts, inside: Inside, admin: SiteClient
) -> None:
    theirs, person = (
        unit(inside, other_agency, "Dinas Sebelah"),
        staff(inside, other_agency, "head"),
    )
    assert "Dinas Sebelah" not in open_page(admin, f"{UNIT}/").text
    csrf = open_page(admin, f"{UNIT}/baru").csrf
    gets = (f"{UNIT}/{theirs}/ubah", f"{PEOPLE}/{person}", f"{PEOPLE}/{person}/tutup")
    posts = (f"{UNIT}/{theirs}/hapus", f"{PEOPLE}/{person}/peran", f"{PEOPLE}/{person}/undang-lagi")
    missing = open_page(admin, f"{UNIT}/987654321/ubah")
    assert missing.status == 404
    for path in gets:
        found = open_page(admin, path)
        assert (found.status, words_of(found)) == (404, words_of(missing)), path
    for path in (*gets, *posts):
        fields = {"csrf_token": csrf, "name": "Diambil", "role": "viewer"}
        if path != f"{PEOPLE}/{person}":
            assert send(admin, path, fields).status == 404, path
    assert stored(inside, other_agency, person) == {"role": "head", "active": True}
    with inside(other_agency) as session:
        assert [node.name for node in unit_tree(session)] == ["Dinas Sebelah"]


def test_no_form_takes_an_agency(
    agency: AgencyFacts, other_agency: AgencyFacts, inside: Inside, admin: SiteClient
) -> None:
    fields = {"name": "Bidang", "agency_id": str(other_agency.id), "id": "1", "active": "y"}
    assert fill(admin, f"{UNIT}/baru", **fields).status == 303
    with inside(other_agency) as session:
        assert unit_tree(session) == []
    with inside(agency) as session:
        assert [node.name for node in unit_tree(session)] == ["Bidang"]


@pytest.mark.parametrize(
    "query",
    [
        "search=%00",
        "search=%25%27%22%5C",
        "page=-1",
        "page=99999999999999999999",
        "page=abc",
        "sort=-5&desc=abc",
        "sort=99",
        "sort=0&desc=1",
        "flt0_0=viewer",
        "flt0_0=%00",
        "flt9_9=x&flt0_agency_id=1",
        "endpoint=x&_external=1&_scheme=javascript&_anchor=x&url=//jahat.test",
        "page_size=100000",
    ],
)
def test_a_strange_address_of_a_list_is_no_fault_of_ours(admin: SiteClient, query: str) -> None:
    for path in (UNIT, PEOPLE):
        page = open_page(admin, f"{path}/?{query}")
        assert page.status == 200
        links = [link.get("href") for link in page.tree.find(".//main").iter("a")]
        assert [link for link in links if not link.startswith("/kelola")] == []
        assert "jahat" not in "".join(links)


@pytest.mark.parametrize(
    "path",
    [
        "details/",
        "action/",
        "export/csv/",
        "ajax/lookup/?name=x",
        "ajax/update/",
        "edit/?id=1",
        "new/",
    ],
)
def test_what_flask_admin_has_besides_is_not_there(admin: SiteClient, path: str) -> None:
    for room in (UNIT, PEOPLE):
        assert open_page(admin, f"{room}/{path}").status == 404
    assert open_page(admin, "/kelola/static/admin/js/helpers.js").status == 404


@pytest.mark.parametrize("role", ["head", "liaison", "viewer", None])
def test_only_an_admin_gets_in(
    app: Flask, agency: AgencyFacts, inside: Inside, client_for: ClientFor, role: str | None
) -> None:
    client, target = client_for(agency), staff(inside, agency, "viewer")
    if role:
        with inside(agency) as session:
            email = add_staff(session, role).email
        sign_in(client, email)
    for rule in app.url_map.iter_rules():
        if not rule.endpoint.startswith("kelola"):
            continue
        if role == "head" and rule.endpoint.startswith("kelola_jejak."):
            continue  # who heads an agency reads its trail
        path = re.sub(r"<int:\w+>", str(target), rule.rule)
        if "GET" in (rule.methods or ()):
            assert open_page(client, path).status == (403 if role else 302), path
        else:
            csrf = open_page(client, "/lupa-sandi").csrf
            assert send(client, path, {"csrf_token": csrf}).status == (403 if role else 401), path
    assert stored(inside, agency, target) == {"role": "viewer", "active": True}


def test_an_admin_invites_and_the_letter_is_owed(
    agency: AgencyFacts, inside: Inside, admin: SiteClient
) -> None:
    typed = {"name": "Ketut Baru", "email": "ketut.baru@contoh.go.id", "role": "liaison"}
    assert fill(admin, f"{PEOPLE}/undang", **typed).location == f"{PEOPLE}/"
    assert "Belum pernah masuk" in open_page(admin, f"{PEOPLE}/?search=ketut").text
    again = fill(admin, f"{PEOPLE}/undang", **typed)
    assert again.status == 422
    assert "sudah mempunyai akun" in again.text
    with inside(agency) as session:
        wanted = sa.select(Account.id).where(Account.email == typed["email"])
        account_id = session.scalars(wanted).one()
        letters = sa.select(Outbox.kind).where(Outbox.object_id == account_id)
        assert session.scalars(letters).all() == ["account.invitation"]
        assert queries.person_by_id(session, person_id=account_id).last_seen_at is None
    page = open_page(admin, f"{PEOPLE}/{account_id}")
    path = f"{PEOPLE}/{account_id}/undang-lagi"
    assert send(admin, path, {"csrf_token": page.csrf}).status == 303


def test_an_admin_changes_roles_and_units_and_closes_accounts(
    agency: AgencyFacts, inside: Inside, admin: SiteClient
) -> None:
    person_id, unit_of = staff(inside, agency, "viewer"), unit(inside, agency, "Dinas")
    here = f"{PEOPLE}/{person_id}"
    csrf = open_page(admin, here).csrf
    assert send(admin, f"{here}/peran", {"csrf_token": csrf, "role": "liaison"}).status == 303
    units = {"csrf_token": csrf, "unit_ids": str(unit_of)}
    assert send(admin, f"{here}/unit", units).status == 303
    box = open_page(admin, here).tree.find(f".//input[@name='unit_ids'][@value='{unit_of}']")
    assert box.get("checked") is not None
    with inside(agency) as session:
        assert [one.id for one in queries.units_of(session, account_id=person_id)] == [unit_of]
    in_use = fill(admin, f"{UNIT}/{unit_of}/hapus")
    assert in_use.status == 409
    assert "pejabat penghubung" in in_use.text
    assert fill(admin, f"{here}/tutup").status == 303
    assert stored(inside, agency, person_id) == {"role": "liaison", "active": False}
    assert "Akun ini ditutup" in page_of(admin, here)


def test_the_last_admin_cannot_leave(
    agency: AgencyFacts, inside: Inside, admin: SiteClient
) -> None:
    with inside(agency) as session:
        me = session.scalars(sa.select(Account.id)).one()
    csrf = open_page(admin, f"{PEOPLE}/{me}").csrf
    for path, fields in (
        (f"{PEOPLE}/{me}/peran", {"role": "viewer"}),
        (f"{PEOPLE}/{me}/tutup", {}),
    ):
        page = send(admin, path, {"csrf_token": csrf, **fields})
        assert page.status == 409
        assert "satu-satunya admin" in page.text
        assert page.title.startswith("Galat: ")
    assert stored(inside, agency, me) == {"role": "admin", "active": True}


@pytest.mark.parametrize("typed", [{"role": "super_admin"}, {"role": ""}, {}])
def test_a_role_that_is_none_is_refused(
    agency: AgencyFacts, inside: Inside, admin: SiteClient, typed: dict[str, str]
) -> None:
    person_id = staff(inside, agency, "viewer")
    csrf = open_page(admin, f"{PEOPLE}/{person_id}").csrf
    page = send(admin, f"{PEOPLE}/{person_id}/peran", {"csrf_token": csrf, **typed})
    assert page.status == 422
    assert stored(inside, agency, person_id)["role"] == "viewer"


def test_a_closed_person_is_out_at_the_next_click(
    agency: AgencyFacts, inside: Inside, client_for: ClientFor, admin: SiteClient
) -> None:
    with inside(agency) as session:
        other = add_staff(session, "head")
        email, person_id = other.email, other.id
    client = client_for(agency)
    sign_in(client, email)
    fill(admin, f"{PEOPLE}/{person_id}/tutup")
    assert open_page(client, "/akun").status == 302
    assert sign_in(client, email).status == 422
    with inside(agency) as session:
        assert queries.sessions_of(session, person_id=person_id) == []
        with pytest.raises(NotFound):
            operations.make_token(session, account_id=person_id, purpose="reset")


def page_of(client: SiteClient, path: str) -> str:
    return open_page(client, path).text


def words_of(page: Page) -> str:
    return " ".join(page.tree.find(".//main").itertext())


def unit_id(inside: Inside, agency: AgencyFacts, name: str) -> int:
    with inside(agency) as session:
        return session.scalars(sa.select(Unit.id).where(Unit.name == name)).one()
