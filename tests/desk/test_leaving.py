"""A person leaves: what they hold is shown, handed over and closed in one act."""

from __future__ import annotations

import sqlalchemy as sa
from flask import Flask

from sp4n.accounts import operations, queries
from sp4n.accounts.models import Account
from sp4n.audit.actors import SYSTEM, Actor
from sp4n.audit.models import AuditEntry
from sp4n.jobs.models import Outbox
from tests.factories import make_agency
from tests.pages import Browser, Page
from tests.scenes import Scene

PEOPLE = "/kelola/orang"


def leave(browser: Browser, who: Actor, **typed: str) -> Page:
    return browser.send(browser.open(f"{PEOPLE}/{who.id}/tutup").form("tutup"), **typed)


def units(scene: Scene, who: Actor) -> set[int]:
    with scene.inside() as session:
        return {unit.id for unit in queries.units_of(session, account_id=who.id or 0)}


def account(scene: Scene, who: Actor) -> tuple[str, bool]:
    with scene.inside() as session:
        row = session.execute(sa.select(Account.role, Account.active).where(Account.id == who.id))
        role, active = row.one()
        return role, active


def letters(scene: Scene) -> list[int | None]:
    with scene.inside() as session:
        owed = sa.select(Outbox.object_id).where(Outbox.kind == "account.handover")
        return list(session.scalars(owed))


def test_what_a_person_holds_is_shown_and_goes_to_a_colleague_in_one_act(scene: Scene) -> None:
    one, two = scene.unit("Dinas Kesehatan"), scene.unit("Dinas Sosial")
    leaving = scene.person("liaison", "Komang Pergi", units=[one, two])
    staying = scene.person("liaison", "Kadek Tetap", units=[two])
    filing = scene.verify(scene.filed(), unit_id=one)
    scene.desk(leaving).open("/desk/")
    admin = scene.desk()
    page = admin.open(f"{PEOPLE}/{leaving.id}/tutup")
    assert scene.unit_name(one) in page.words
    assert "Kadek Tetap" in page.words
    page = leave(admin, leaving, successor_id=str(staying.id))
    assert "Tugas diserahkan, akun ditutup." in page.words
    assert account(scene, leaving) == ("liaison", False)
    assert (units(scene, leaving), units(scene, staying)) == (set(), {one, two})
    assert letters(scene) == [staying.id]
    assert filing.reference in scene.desk(staying).open("/desk/").text
    with scene.inside() as session:
        assert queries.sessions_of(session, person_id=leaving.id or 0) == []
        acts = sa.select(AuditEntry.data).where(AuditEntry.act == "account.handover")
        (data,) = session.scalars(acts)
        assert data == {"to": staying.id, "unit_ids": sorted([one, two]), "role": None}


def test_the_last_admin_leaves_only_by_making_another(scene: Scene) -> None:
    other = scene.person("head", "Putu Pengganti")
    admin = scene.desk()
    refused = leave(admin, scene.admin, successor_id=str(other.id))
    assert refused.status == 409
    assert "satu-satunya admin" in refused.words
    assert (account(scene, scene.admin), account(scene, other)) == (("admin", True), ("head", True))
    leave(admin, scene.admin, successor_id=str(other.id), with_role="y")
    assert (account(scene, scene.admin), account(scene, other)) == (
        ("admin", False),
        ("admin", True),
    )


def test_units_go_to_nobody_but_a_liaison_of_this_agency(app: Flask, scene: Scene) -> None:
    unit = scene.unit()
    leaving = scene.person("liaison", units=[unit])
    head = scene.person("head")
    theirs = Scene(app, make_agency(app)).person("liaison")
    admin = scene.desk()
    page = leave(admin, leaving, successor_id=str(head.id))
    assert (page.status, "hanya mereka yang menangani unit" in page.words) == (422, True)
    for wrong in (str(theirs.id), str(leaving.id), "0", "x", "9" * 30):
        page = leave(admin, leaving, successor_id=wrong)
        assert page.status == 422, wrong
    leave(admin, leaving, successor_id="")
    assert account(scene, leaving) == ("liaison", False)
    assert units(scene, leaving) == set()
    assert letters(scene) == []


def test_a_role_below_admin_is_not_handed_over(scene: Scene) -> None:
    leaving, other = scene.person("head"), scene.person("viewer")
    admin = scene.desk()
    form = admin.open(f"{PEOPLE}/{leaving.id}/tutup").form("tutup")
    forged = form.filled({"successor_id": str(other.id)}) | {"with_role": "y"}
    assert admin.send_filled(form, forged).status == 422
    assert account(scene, other) == ("viewer", True)


def test_who_was_closed_meanwhile_is_not_closed_again(scene: Scene) -> None:
    leaving, other = scene.person("viewer"), scene.person("viewer", "Ketut Lain")
    admin = scene.desk()
    form = admin.open(f"{PEOPLE}/{leaving.id}/tutup").form("tutup")
    late = admin.open(f"{PEOPLE}/{leaving.id}/tutup").form("tutup")
    with scene.inside() as session:
        gone = queries.person_by_id(session, person_id=other.id or 0)
        operations.deactivate(session, person=gone, actor=SYSTEM)
    refused = admin.send(form, successor_id=str(other.id))
    assert (refused.status, account(scene, leaving)) == (422, ("viewer", True))
    leave(admin, leaving)
    assert admin.send(late).status == 409


def test_an_admin_ends_the_sessions_of_others_and_keeps_the_own(scene: Scene) -> None:
    person = scene.person("viewer")
    theirs, admin, elsewhere = scene.desk(person), scene.desk(), scene.desk()
    assert theirs.open("/akun").status == 200
    admin.send(admin.open(f"{PEOPLE}/{person.id}").form("keluarkan"))
    assert theirs.open("/akun").path == "/masuk"
    admin.send(admin.open(f"{PEOPLE}/{scene.admin.id}").form("keluarkan"))
    assert admin.open("/akun").status == 200
    assert elsewhere.open("/akun").path.startswith("/masuk")
