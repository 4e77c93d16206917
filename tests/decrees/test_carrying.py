"""A team is carried into the next draft in one act."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from sp4n.accounts import operations as accounts
from sp4n.accounts.queries import person_by_id
from sp4n.decrees.operations import MemberAnswers
from sp4n.decrees.queries import members_of
from tests.decrees.test_decrees import drafted, issued, member
from tests.factories import make_agency
from tests.scenes import Scene


@pytest.fixture
def storage(app: Flask) -> Any:
    return app.extensions["sp4n.storage"]


def test_a_team_is_carried_into_the_next_draft_in_one_act(scene: Scene, storage: Any) -> None:
    gone, unit = scene.person("liaison", "Nyoman Pergi"), scene.unit("Dinas Kesehatan")
    first = drafted(
        scene,
        storage,
        MemberAnswers("ketua", "Wayan Ketua", "Sekretaris Daerah", tasks="Memimpin."),
        member("pejabat_penghubung", gone, unit_id=unit),
        member("admin", scene.admin),
    )
    admin = scene.desk()
    # Of a draft nothing is carried.
    second = drafted(scene, storage, MemberAnswers("ketua", "wayan ketua"), number="2")
    assert not admin.open(f"/desk/sk/{second}").has_form("/salin-tim")
    issued(scene, first)
    with scene.inside() as session:
        person = person_by_id(session, person_id=gone.id or 0)
        accounts.deactivate(session, person=person, actor=scene.admin)
    page = admin.open(f"/desk/sk/{second}")
    page = admin.send(page.form("/salin-tim"))
    assert "2 anggota disalin. 1 sudah ada di draf ini." in page.words
    assert "Akun 1 orang di antaranya sudah ditutup" in page.words
    with scene.inside() as session:
        found = [
            (one.position, one.name, one.unit_id, one.account_id)
            for one in members_of(session, second)
        ]
        assert found == [
            ("ketua", "wayan ketua", None, None),
            ("admin", scene.admin.name, None, scene.admin.id),
            ("pejabat_penghubung", "Nyoman Pergi", unit, None),
        ]
    page = admin.send(page.form("/salin-tim"))
    assert "0 anggota disalin. 3 sudah ada" in page.words
    assert "Menyalin tim dari keputusan lain" in admin.open("/desk/jejak").words
    # The one that was issued takes none, and a viewer carries none.
    wrong = {**page.form("/salin-tim").values, "former_id": "999999"}
    assert "anggota disalin" not in admin.send_filled(page.form("/salin-tim"), wrong).words
    late = admin.client.post(f"/desk/sk/{first}/salin-tim", data=wrong, follow_redirects=True)
    assert "Tidak ada tim yang dapat disalin" in late.text
    viewer = scene.desk(scene.person("viewer"))
    assert not viewer.open(f"/desk/sk/{second}").has_form("/salin-tim")
    assert viewer.client.post(f"/desk/sk/{second}/salin-tim", data=wrong).status_code in (400, 403)


def test_a_team_of_another_agency_is_not_carried(app: Flask, scene: Scene, storage: Any) -> None:
    other = Scene(app, make_agency(app))
    theirs = drafted(other, storage, MemberAnswers("ketua", "Orang Lain"))
    issued(other, theirs)
    own = drafted(scene, storage, MemberAnswers("ketua", "Wayan"), number="1")
    issued(scene, own)
    draft = drafted(scene, storage, number="2")
    admin = scene.desk()
    form = admin.open(f"/desk/sk/{draft}").form("/salin-tim")
    assert form.choices("former_id") == [str(own)]
    admin.send_filled(form, {**form.values, "former_id": str(theirs)})
    with scene.inside() as session:
        assert members_of(session, draft) == []
