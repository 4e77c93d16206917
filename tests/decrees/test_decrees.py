"""A decree is drafted, printed, issued; its team is matched with accounts, and roles follow."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from sp4n import clock
from sp4n.accounts import operations as accounts
from sp4n.accounts.models import Account, AccountUnit
from sp4n.accounts.queries import person_by_id
from sp4n.audit.actors import Actor
from sp4n.decrees.letters import MEMBER_LEFT, letter, tell_of_lost_posts
from sp4n.decrees.operations import MemberAnswers, add_member
from sp4n.decrees.queries import members_of
from sp4n.documents.models import Document
from sp4n.documents.operations import issue_document
from sp4n.errors import Invalid
from sp4n.files.text_layer import text_layer
from sp4n.jobs.models import Outbox
from sp4n.jobs.registry import OutboxFacts
from tests.documents.making import a_document, in_days
from tests.factories import make_agency
from tests.scenes import Scene


@pytest.fixture
def storage(app: Flask) -> Any:
    return app.extensions["sp4n.storage"]


def drafted(scene: Scene, storage: Any, *members: MemberAnswers, **over: Any) -> int:
    with scene.inside() as session:
        found = a_document(session, storage, actor=scene.admin, issue=False, **over)
        for one in members:
            add_member(session, document=found, answers=one, actor=scene.admin)
        return found.id


def issued(scene: Scene, number: int) -> None:
    with scene.inside() as session:
        found = session.get_one(Document, (scene.agency.id, number))
        issue_document(session, document=found, actor=scene.admin)


def member(position: str, who: Actor | None = None, **over: Any) -> MemberAnswers:
    name = who.name if who else "Anggota tanpa akun"
    return MemberAnswers(position, name, account_id=who.id if who else None, **over)


def test_a_decree_is_drafted_here_and_printed_in_the_order_of_a_keputusan(
    scene: Scene, storage: Any
) -> None:
    number, unit = drafted(scene, storage), scene.unit("Dinas Kesehatan")
    admin = scene.desk()
    page = admin.open(f"/desk/sk/{number}")
    form = admin.open(page.link("Tambahkan anggota")).form("/anggota")
    wrong = admin.send(form, position="pejabat_penghubung", name="Ketut")
    assert wrong.status == 422
    assert wrong.form("/anggota").values["name"] == "Ketut"
    page = admin.send(form, position="pejabat_penghubung", name="Ketut", unit_id=str(unit))
    assert "Ketut" in page.words
    page = admin.send(
        admin.open(page.link("Ubah naskah")).form("/naskah"), place="Singaraja", copies="Sekda"
    )
    printed = admin.client.get(page.link("Unduh PDF")).data
    said = " ".join(text_layer(printed).split())
    order = ("KEPUTUSAN BUPATI", "NOMOR", "TENTANG", "Menimbang", "Mengingat", "MEMUTUSKAN")
    places = [
        said.index(word) for word in (*order, "Menetapkan", "KESATU", "Singaraja", "Tembusan")
    ]
    assert places == sorted(places)
    assert said.index("LAMPIRAN") < said.index("Ketut")
    word = admin.client.get(page.link("Unduh Word")).data
    from docx import Document as Docx

    paper = Docx(BytesIO(word))
    assert "MEMUTUSKAN:" in [one.text for one in paper.paragraphs]
    assert any("Ketut, Dinas" in cell.text for cell in paper.tables[-1].column_cells(1))


def test_roles_follow_a_decree_in_force_once_an_admin_agrees(scene: Scene, storage: Any) -> None:
    unit = scene.unit("Dinas Sosial")
    new, former = scene.person("viewer", "Wayan Baru"), scene.person("liaison", "Made Lama", [unit])
    number = drafted(
        scene,
        storage,
        member("admin", scene.admin),
        member("pejabat_penghubung", new, unit_id=unit),
        member("ketua"),
    )
    admin = scene.desk()
    assert "tidak sedang berlaku" in admin.open(f"/desk/sk/{number}/peran").words
    issued(scene, number)
    assert "2 peran belum sesuai keputusan." in admin.open("/desk/instrumen").words
    page = admin.open(f"/desk/sk/{number}/peran")
    assert "Wayan Baru" in page.words
    form = page.form("/peran")
    assert len(form.choices("changes")) == 2
    done = admin.send(form, changes=form.choices("changes"))
    assert "2 perubahan peran diterapkan." in done.words
    with scene.inside() as session:
        roles = dict(session.execute(sa.select(Account.id, Account.role)).all())
        units = session.execute(sa.select(AccountUnit.account_id, AccountUnit.unit_id)).all()
        assert roles[new.id] == "liaison"
        assert roles[former.id] == "viewer"
        assert [tuple(one) for one in units] == [(new.id, unit)]
    # What was agreed to once is not agreed to again.
    again = admin.send(form, changes=form.choices("changes"))
    assert again.status == 422


def test_the_last_admin_is_never_lost(scene: Scene, storage: Any) -> None:
    number = drafted(scene, storage, member("anggota", scene.admin))
    issued(scene, number)
    admin = scene.desk()
    form = admin.open(f"/desk/sk/{number}/peran").form("/peran")
    refused = admin.send(form, changes=form.choices("changes"))
    assert refused.status == 409
    with scene.inside() as session:
        assert person_by_id(session, person_id=scene.admin.id or 0).role == "admin"


def test_nobody_of_another_agency_can_be_named(app: Flask, scene: Scene, storage: Any) -> None:
    stranger = Scene(app, make_agency(app)).admin
    number = drafted(scene, storage)
    with scene.inside() as session, pytest.raises(Invalid) as refusal:
        found = session.get_one(Document, (scene.agency.id, number))
        add_member(session, document=found, answers=member("admin", stranger), actor=scene.admin)
    assert "account_id" in refusal.value.fields
    admin = scene.desk()
    form = admin.open(f"/desk/sk/{number}/anggota").form("/anggota")
    page = admin.send_filled(form, {**form.values, "name": "X", "account_id": str(stranger.id)})
    assert page.status == 422


def test_a_team_stays_as_it_was_signed(scene: Scene, storage: Any) -> None:
    number = drafted(scene, storage, member("ketua"))
    issued(scene, number)
    admin = scene.desk()
    page = admin.open(f"/desk/sk/{number}")
    assert "Tambahkan anggota" not in page.words
    refused = admin.send(admin.open(f"/desk/sk/{number}/anggota").form("/anggota"), name="Y")
    assert refused.status == 409
    viewer = scene.desk(scene.person("viewer"))
    assert viewer.open(f"/desk/sk/{number}/anggota").status == 403
    assert viewer.open(f"/desk/sk/{number}/peran").status == 403


def test_who_had_to_answer_on_a_day_is_known_afterwards(scene: Scene, storage: Any) -> None:
    first = drafted(scene, storage, MemberAnswers("ketua", "Ketua Pertama"))
    issued(scene, first)
    second = drafted(
        scene,
        storage,
        MemberAnswers("ketua", "Ketua Kedua"),
        number="2",
        valid_from=in_days(1),
        replaces_id=first,
    )
    issued(scene, second)
    viewer = scene.desk(scene.person("viewer"))
    for days, name in ((0, "Ketua Pertama"), (1, "Ketua Kedua")):
        page = viewer.open(f"/desk/penanggung-jawab?tanggal={in_days(days).isoformat()}")
        assert name in page.words
        assert page.words.count("Pertama") + page.words.count("Kedua") == 1
    assert "Tidak ada keputusan" in viewer.open("/desk/penanggung-jawab?tanggal=2001-01-01").words


def test_who_left_is_shown_and_a_draft_goes_with_its_team(scene: Scene, storage: Any) -> None:
    gone = scene.person("liaison", "Nyoman Pergi")
    number = drafted(scene, storage, member("admin", scene.admin), member("anggota", gone))
    issued(scene, number)
    with scene.inside() as session:
        account = person_by_id(session, person_id=gone.id or 0)
        accounts.deactivate(session, person=account, actor=scene.admin)
    for _time in range(2):
        with scene.inside() as session:
            tell_of_lost_posts(session)
            owed = sa.select(Outbox.object_id).where(Outbox.kind == MEMBER_LEFT)
            assert session.scalars(owed).all() == [number]
    job = OutboxFacts(1, scene.agency.id, MEMBER_LEFT, number, scene.admin.id, 1)
    with scene.inside() as session:
        written = letter(session, job)
        assert written is not None
        assert written.facts["left"] == 1
    admin = scene.desk()
    assert "Akun 1 anggota sudah ditutup." in admin.open("/desk/instrumen").words
    assert "Nyoman Pergi" in admin.open(f"/desk/sk/{number}/peran").words
    draft = drafted(scene, storage, member("ketua"), number="3", replaces_id=None)
    admin.send(admin.open(f"/desk/dokumen/{draft}").form("/hapus"))
    with clock.frozen(clock.now() + timedelta(1)), scene.inside() as session:
        assert not members_of(session, draft)
