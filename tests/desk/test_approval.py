"""Answers that an admin approves first, where an agency wants it so."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from sp4n.cases.models import CaseEvent
from sp4n.cases.operations import FiledCase
from sp4n.jobs.models import Outbox
from sp4n.tenants.resolver import agency_by_id
from tests.desk.test_acts import case_page, kinds_of
from tests.desk.test_holding import tracked
from tests.desk.test_recount import publish
from tests.pages import Browser, Page
from tests.scenes import Scene

DRAFT = "Lampu kami ganti hari Jumat."
SETTING = "/kelola/pengaturan/tanggapan"


@pytest.fixture
def scene(scene: Scene) -> Scene:
    """Of an agency that wants answers approved."""
    admin = scene.desk()
    admin.send(admin.open(SETTING).form("tanggapan"), answer_approval="liaison")
    publish(scene, admin)
    return scene


@pytest.fixture
def unit(scene: Scene) -> int:
    return scene.unit()


@pytest.fixture
def filing(scene: Scene, unit: int) -> FiledCase:
    return scene.assign(scene.verify(scene.filed()), unit)


@pytest.fixture
def liaison(scene: Scene, unit: int) -> Browser:
    return scene.desk(scene.person("liaison", "Komang Penulis", units=[unit]))


def drafted(liaison: Browser, filing: FiledCase, body: str = DRAFT, final: str = "no") -> Page:
    page = case_page(liaison, filing)
    return liaison.send(page.form("/jawab"), body=body, final=final)


def owed(scene: Scene, kind: str) -> int:
    with scene.inside() as session:
        wanted = sa.select(sa.func.count()).where(Outbox.kind == kind)
        return session.scalar(wanted) or 0


def test_a_liaisons_answer_waits_and_nobody_outside_reads_it(
    scene: Scene, liaison: Browser, filing: FiledCase
) -> None:
    page = drafted(liaison, filing)
    assert "menunggu persetujuan admin; pelapor belum membacanya" in page.words
    assert page.form("/jawab").values["body"].strip() == DRAFT
    assert not page.has_form("/setujui-draf")
    assert scene.case(filing).state == "unhandled"
    assert owed(scene, "notice.staff_draft") == 1
    assert owed(scene, "notice.case_answered") == 0
    _citizen, page = tracked(scene, filing)
    assert DRAFT not in page.text
    assert DRAFT not in scene.browser().open(f"/laporan/{filing.reference}").text
    viewer = scene.desk(scene.person("viewer"))
    assert not case_page(viewer, filing).has_form("/setujui-draf")


def test_an_admin_finds_it_and_sends_it_in_both_names(
    scene: Scene, liaison: Browser, filing: FiledCase
) -> None:
    other = scene.verify(scene.filed())
    drafted(liaison, filing, final="yes")
    admin = scene.desk()
    listed = admin.open("/desk/?draf=1")
    assert filing.reference in listed.text
    assert other.reference not in listed.text
    page = case_page(admin, filing)
    assert DRAFT in page.words
    page = admin.send(page.form("/setujui-draf"))
    assert "Tanggapan sudah dikirim ke pelapor." in page.words
    assert "Komang Penulis" in page.words
    assert "disetujui Ni Luh Admin" in page.words
    assert (scene.case(filing).state, scene.case(filing).answer_draft) == ("awaiting_reply", None)
    _citizen, page = tracked(scene, filing)
    assert DRAFT in page.words
    assert "Komang" not in page.text
    assert filing.reference not in admin.open("/desk/?draf=1").text
    trail = admin.open("/desk/jejak").words
    assert f"Menyetujui tanggapan atas laporan {filing.reference}" in trail


def test_an_admin_returns_it_and_its_author_mends_it(
    scene: Scene, liaison: Browser, filing: FiledCase
) -> None:
    drafted(liaison, filing)
    page = case_page(admin := scene.desk(), filing)
    page = admin.send(page.form("/kembalikan-draf"), note="")
    assert (page.status, page.errors) == (422, ["Tulis apa yang perlu diperbaiki."])
    page = admin.send(page.form("/kembalikan-draf"), note="Sebut nama jalannya.")
    assert "Draf dikembalikan kepada penulisnya." in page.words
    assert not page.has_form("/setujui-draf")
    assert owed(scene, "notice.staff_draft_returned") == 1
    page = case_page(liaison, filing)
    assert "Sebut nama jalannya." in page.words
    drafted(liaison, filing, "Lampu di Jalan Raya Kuta kami ganti hari Jumat.")
    page = case_page(admin, filing)
    admin.send(page.form("/setujui-draf"))
    assert kinds_of(scene, filing)[-4:] == ["drafted", "draft_returned", "drafted", "answered"]


def test_who_was_slower_approves_nothing(scene: Scene, liaison: Browser, filing: FiledCase) -> None:
    drafted(liaison, filing)
    form = case_page(admin := scene.desk(), filing).form("/setujui-draf")
    drafted(liaison, filing, "Lain sama sekali.")
    assert admin.send(form).status == 409
    page = admin.send_filled(form, {**form.values, "version": ""})
    assert "Lain sama sekali." in page.words
    page = admin.send_filled(form, {**form.values, "version": ""})
    assert page.errors == ["Tidak ada draf tanggapan yang menunggu persetujuan."]


@pytest.mark.parametrize("role", ["liaison", "head", "viewer"])
def test_only_an_admin_approves(
    scene: Scene, liaison: Browser, filing: FiledCase, unit: int, role: str
) -> None:
    drafted(liaison, filing)
    browser = scene.desk(scene.person(role, units=[unit] * (role == "liaison")))
    browser.strict = False
    token = browser.open("/akun").forms()[0].values["csrf_token"]
    for act in ("setujui", "kembalikan"):
        data = {"csrf_token": token, "note": "x"}
        answer = browser.client.post(f"/desk/laporan/{filing.reference}/{act}-draf", data=data)
        assert answer.status_code == 403
    assert "answered" not in kinds_of(scene, filing)


def test_what_is_laid_aside_has_no_draft_any_more(
    scene: Scene, liaison: Browser, filing: FiledCase
) -> None:
    drafted(liaison, filing)
    scene.hold(filing)
    assert scene.case(filing).answer_draft is not None
    page = case_page(scene.desk(), filing)
    assert not page.has_form("/setujui-draf")
    scene.archive(filing)
    assert scene.case(filing).answer_draft is None


def test_without_the_setting_answers_go_out_at_once(scene: Scene, filing: FiledCase) -> None:
    admin = scene.desk()
    admin.send(admin.open(SETTING).form("tanggapan"), answer_approval="no")
    publish(scene, admin)
    with scene.inside():
        facts = agency_by_id(scene.agency.id)
    assert facts is not None
    assert facts.answer_approval == ""
    unit = scene.case(filing).unit_id or 0
    liaison = scene.desk(scene.person("liaison", units=[unit]))
    drafted(liaison, filing)
    with scene.inside() as session:
        bodies = sa.select(CaseEvent.body).where(CaseEvent.kind == "answered")
        assert list(session.scalars(bodies)) == [DRAFT]
