"""The register of an agency's documents: what it says of each, and what it refuses."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from bench.counting import statements
from sp4n import clock
from sp4n.documents.models import Document
from sp4n.files.operations import sweep_orphans
from sp4n.tenants.resolver import AgencyFacts
from tests.documents.making import a_document, in_days, signed_pdf
from tests.pages import Browser, Page
from tests.scenes import Scene

OVERVIEW, REGISTER, NEW = "/desk/instrumen", "/desk/dokumen", "/desk/dokumen/baru"


@pytest.fixture
def storage(app: Flask) -> Any:
    return app.extensions["sp4n.storage"]


def typed(**over: Any) -> dict[str, Any]:
    return {
        "kind": "decree",
        "title": "Tim Pengelola Pengaduan",
        "number": "188.45/12/HK/2026",
        "dated": in_days(-30).isoformat(),
        "signatory": "Bupati Uji",
        "valid_from": in_days(-30).isoformat(),
        "valid_to": in_days(330).isoformat(),
        "publicity": "entry",
        "file": ("sk.pdf", signed_pdf("Lampiran memuat kata kelapasawit")),
        **over,
    }


def added(browser: Browser, **over: Any) -> Page:
    return browser.send(browser.open(NEW).form("/baru"), **typed(**over))


def test_a_document_is_added_put_in_force_found_by_its_words_and_fetched(scene: Scene) -> None:
    admin = scene.desk()
    assert "Belum ada." in admin.open(OVERVIEW).words
    page = added(admin)
    assert "Tersimpan sebagai draf" in page.words
    page = admin.send(page.form("/berlakukan"))
    assert "Berlaku" in page.words
    overview = admin.open(OVERVIEW)
    assert "Berlaku." in overview.words
    found = admin.open(f"{REGISTER}?q=kelapasawit")
    assert "188.45/12/HK/2026" in found.words
    assert "Tidak ada dokumen" in admin.open(f"{REGISTER}?q=jagung").words
    file = admin.client.get(page.link("sk.pdf"))
    assert file.data.startswith(b"%PDF-")
    assert file.headers["Content-Security-Policy"].startswith("sandbox")


def test_what_is_missing_is_said_and_what_was_typed_is_kept(scene: Scene) -> None:
    admin = scene.desk()
    page = added(admin, valid_to=in_days(-300).isoformat(), title="")
    assert page.status == 422
    assert page.form("/baru").values["number"] == "188.45/12/HK/2026"
    draft = added(admin, number="", dated="", file=("", b""))
    refused = admin.send(draft.form("/berlakukan"))
    assert refused.status == 422
    assert "Tulis nomornya. Isi tanggal penetapannya. Unggah" in refused.errors[0]


@pytest.mark.parametrize(
    "file", [("sk.pdf", b"MZ" + b"0" * 200), ("foto.png", b"\x89PNG\r\n\x1a\n" + b"0" * 50)]
)
def test_what_is_no_pdf_is_refused_at_its_field(scene: Scene, file: tuple[str, bytes]) -> None:
    page = added(scene.desk(), file=file)
    assert page.status == 422
    assert page.errors


def test_two_decrees_at_once_are_refused_unless_one_replaces_the_other(
    scene: Scene, storage: Any
) -> None:
    with scene.inside() as session:
        former = a_document(session, storage, actor=scene.admin)
        former_id = former.id
    admin = scene.desk()
    draft = added(admin, number="188.45/99/HK/2026", valid_from=in_days(1).isoformat())
    refused = admin.send(draft.form("/berlakukan"))
    assert "masih berlaku" in " ".join(refused.errors)
    change = admin.open(refused.link("Ubah"))
    page = admin.send(change.form("/ubah"), replaces_id=str(former_id))
    page = admin.send(page.form("/berlakukan"))
    assert not page.errors
    with scene.inside() as session:
        former = session.get_one(Document, (scene.agency.id, former_id))
        assert (former.ended_on, former.ended_why) == (in_days(1), "replaced")
    # At unit level there may be one beside it.
    with scene.inside() as session:
        a_document(session, storage, kind="sop", number="1")
        a_document(session, storage, kind="sop", number="2")


def test_a_successor_that_is_mended_gives_back_what_it_had_ended(
    scene: Scene, storage: Any
) -> None:
    with scene.inside() as session:
        former = a_document(session, storage).id
        later = a_document(
            session,
            storage,
            number="2",
            valid_from=in_days(2),
            valid_to=None,
            replaces_id=former,
        ).id
    admin = scene.desk()
    page = admin.open(f"{REGISTER}/{later}/ubah")
    refused = admin.send(page.form("/ubah"), replaces_id="")
    assert refused.status == 422
    page = admin.send(page.form("/ubah"), valid_from=in_days(20).isoformat())
    with scene.inside() as session:
        assert session.get_one(Document, (scene.agency.id, former)).ended_on == in_days(20)


def test_how_a_document_stands_follows_from_the_day(scene: Scene, storage: Any) -> None:
    with scene.inside() as session:
        a_document(session, storage, valid_to=in_days(200))
    admin = scene.desk()
    for days, words in ((150, "Habis dalam 50 hari."), (201, "Masa berlakunya habis.")):
        with clock.frozen(clock.now() + timedelta(days)):
            admin = scene.desk()
            page = admin.open(OVERVIEW)
            assert words in page.words
            assert "Langkah berikutnya" in page.words


def test_a_draft_can_be_removed_and_what_was_issued_only_withdrawn(
    scene: Scene, storage: Any
) -> None:
    admin = scene.desk()
    page = added(admin)
    assert "Draf dihapus." in admin.send(page.form("/hapus")).words
    with scene.inside() as session:
        issued = a_document(session, storage).id
    page = admin.open(f"{REGISTER}/{issued}")
    assert not page.has_form("/hapus")
    early = admin.send(page.form("/cabut"), on=in_days(-90).isoformat())
    assert early.status == 422
    page = admin.send(page.form("/cabut"), on=in_days(0).isoformat())
    assert "Dicabut" in page.words


def test_others_of_the_staff_read_and_only_admins_write(scene: Scene, storage: Any) -> None:
    with scene.inside() as session:
        number = a_document(session, storage).id
    for role in ("head", "liaison", "viewer"):
        reader = scene.desk(scene.person(role))
        page = reader.open(f"{REGISTER}/{number}")
        assert page.status == 200
        assert not page.has_form("/cabut")
        assert reader.open(NEW).status == 403
        assert "Tambahkan dokumen" not in reader.open(OVERVIEW).words


def test_who_comes_second_is_told(scene: Scene, storage: Any) -> None:
    with scene.inside() as session:
        number = a_document(session, storage, issue=False).id
    admin = scene.desk()
    page = admin.open(f"{REGISTER}/{number}/ubah")
    admin.send(page.form("/ubah"), title="Judul baru")
    assert admin.send(page.form("/ubah"), title="Judul lain").status == 409


def test_the_sweep_spares_the_files_of_documents(
    scene: Scene, storage: Any, agency: AgencyFacts
) -> None:
    with scene.inside() as session:
        key = a_document(session, storage, text="Yang disimpan lama").storage_key
    with clock.frozen(clock.now() + timedelta(days=9)), scene.inside() as session:
        sweep_orphans(session, storage=storage)
        assert storage.exists(key)


def test_the_pages_send_as_many_statements_for_many_documents(scene: Scene, storage: Any) -> None:
    with scene.inside() as session:
        for number in range(12):
            a_document(session, storage, kind="sop", number=str(number), actor=scene.admin)
        assert session.scalar(sa.select(sa.func.count()).select_from(Document)) == 12
    admin = scene.desk()
    for path, most in ((OVERVIEW, 5), (REGISTER, 4)):  # one for plans
        admin.client.get(path)
        with statements() as sent:
            assert admin.client.get(path).status_code == 200
        assert len(sent) <= most, sent
