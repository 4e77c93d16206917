"""A unit's letter of assignment gives its members their roles, and takes nothing from anyone."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask import Flask

from sp4n.accounts.models import Account, AccountUnit
from tests.decrees.test_decrees import drafted, issued, member
from tests.scenes import Scene


def roles_of(scene: Scene) -> dict[int, tuple[str, set[int]]]:
    with scene.inside() as session:
        found: dict[int, tuple[str, set[int]]] = {
            row.id: (row.role, set())
            for row in session.execute(sa.select(Account.id, Account.role))
        }
        for row in session.execute(sa.select(AccountUnit.account_id, AccountUnit.unit_id)):
            found[row.account_id][1].add(row.unit_id)
        return found


def agreed(scene: Scene, number: int) -> None:
    admin = scene.desk()
    form = admin.open(f"/desk/sk/{number}/peran").form("/peran")
    admin.send(form, changes=form.choices("changes"))


def test_a_letter_adds_and_the_next_decree_leaves_it(app: Flask, scene: Scene) -> None:
    storage: Any = app.extensions["sp4n.storage"]
    here, there = scene.unit("Dinas Sosial"), scene.unit("Dinas Kesehatan")
    new, busy = scene.person("viewer", "Wayan"), scene.person("liaison", "Made", [there])
    number = drafted(
        scene,
        storage,
        member("pejabat_penghubung", new),
        member("pejabat_penghubung", busy),
        member("anggota", scene.admin),
        kind="assignment_letter",
        unit_id=here,
    )
    issued(scene, number)
    agreed(scene, number)
    held = {new.id: ("liaison", {here}), busy.id: ("liaison", {here, there})}
    held[scene.admin.id] = ("admin", set())
    assert roles_of(scene) == held
    decree = drafted(
        scene,
        storage,
        member("admin", scene.admin),
        member("pejabat_penghubung", busy, unit_id=there),
    )
    issued(scene, decree)
    page = scene.desk().open(f"/desk/sk/{decree}/peran")
    assert "Peran sudah sesuai keputusan ini" in page.words  # Wayan stays what the letter made him
    assert roles_of(scene) == held
