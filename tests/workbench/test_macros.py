"""Macros: a template, its answer and an assignment at one click, as each would be by hand."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from sp4n.cases.models import CaseEvent
from sp4n.cases.operations import FiledCase
from sp4n.workbench.models import ReplyTemplate
from tests.desk.test_evidence import asking
from tests.pages import Browser, Page
from tests.scenes import Scene


def add(scene: Scene, **over: Any) -> ReplyTemplate:
    values = {"name": "Sekali klik", "body": "Laporan {nomor} ditangani {unit}.", "final": "no"}
    with scene.inside() as session:
        row = ReplyTemplate(**{**values, "macro": True, **over})
        session.add(row)
        session.flush()
        session.expunge(row)
        return row


def kinds(scene: Scene, filing: FiledCase) -> list[str]:
    with scene.inside() as session:
        history = sa.select(CaseEvent.kind).where(CaseEvent.case_id == filing.case_id)
        return list(session.scalars(history.order_by(CaseEvent.id)))


def open_case(browser: Browser, filing: FiledCase) -> Page:
    return browser.open(f"/desk/laporan/{filing.reference}")


def test_one_click_assigns_and_answers(scene: Scene) -> None:
    here, there = scene.unit("Dinas Lama"), scene.unit("Dinas Baru")
    add(scene, assign_to=there)
    filing = scene.verify(scene.filed(), unit_id=here)
    browser = scene.desk()
    page = browser.send(open_case(browser, filing).form("/makro"))
    assert "Tanggapan sudah dikirim ke pelapor." in page.words
    assert kinds(scene, filing)[-2:] == ["assigned", "answered"]
    assert scene.case(filing).unit_id == there
    assert f"ditangani {scene.unit_name(there)}" in page.words


def test_a_second_click_on_an_old_page_sends_nothing(scene: Scene) -> None:
    add(scene)
    filing = scene.verify(scene.filed(), unit_id=scene.unit())
    browser = scene.desk()
    form = open_case(browser, filing).form("/makro")
    browser.send(form)
    page = browser.send(form)
    assert page.status == 409
    assert kinds(scene, filing).count("answered") == 1


def test_one_that_is_gone_does_nothing_and_says_so(scene: Scene) -> None:
    gone = add(scene, final="yes", assign_to=scene.unit(), body="Selesai.")
    filing = scene.verify(scene.filed(), unit_id=scene.unit())
    browser = scene.desk()
    form = open_case(browser, filing).form("/makro")
    with scene.inside() as session:
        row = session.get_one(ReplyTemplate, (scene.agency.id, gone.id))
        row.active = False
    page = browser.send(form)
    assert page.status == 422
    assert "tidak ada lagi" in page.text
    assert kinds(scene, filing).count("assigned") == 1
    assert "answered" not in kinds(scene, filing)


def test_what_is_refused_leaves_the_case_where_it_was(scene: Scene) -> None:
    """Assigned in the same transaction as the answer that wants evidence."""
    here, browser = scene.unit(), asking(scene, answer_evidence="pengaduan")
    add(scene, final="yes", assign_to=scene.unit(), body="Selesai.")
    filing = scene.verify(scene.filed(), unit_id=here)
    page = browser.send(open_case(browser, filing).form("/makro"))
    assert page.status == 422
    assert "Lampirkan berkas" in page.text
    assert scene.case(filing).unit_id == here


@pytest.mark.parametrize("role", ["viewer", "head"])
def test_who_only_reads_runs_none(scene: Scene, role: str) -> None:
    row = add(scene)
    filing = scene.verify(scene.filed(), unit_id=scene.unit())
    browser = scene.desk(scene.person(role))
    page = open_case(browser, filing)
    assert not page.has_form("/makro")
    path = f"/desk/laporan/{filing.reference}/makro"
    sent = browser.client.post(path, data={"template": str(row.id)})
    assert sent.status_code in (400, 403)
    assert "answered" not in kinds(scene, filing)


def test_a_liaison_has_none_that_assigns(scene: Scene) -> None:
    unit = scene.unit()
    add(scene, name="Pindah", assign_to=scene.unit())
    add(scene, name="Jawab")
    filing = scene.verify(scene.filed(), unit_id=unit)
    page = open_case(scene.desk(scene.person("liaison", units=[unit])), filing)
    forms = [one for one in page.forms() if one.action.endswith("/makro")]
    assert len(forms) == 1


def test_an_admin_keeps_macros_that_say_what_they_are(scene: Scene) -> None:
    unit, browser = scene.unit(), scene.desk()
    form = browser.open("/kelola/templat/baru").form("/baru")
    page = browser.send(form, name="Cepat", body="Sudah.", macro=True)
    assert page.status == 422
    assert "Makro harus menentukan" in page.text
    page = browser.send(form, name="Cepat", body="Sudah.", assign_to=str(unit))
    assert "Hanya makro yang meneruskan" in page.text
    page = browser.send(
        form, name="Cepat", body="Sudah.", final="no", macro=True, assign_to=str(unit)
    )
    assert (page.status, page.path) == (200, "/kelola/templat/")
    with scene.inside() as session:
        row = session.scalars(sa.select(ReplyTemplate)).one()
        assert (row.macro, row.assign_to) == (True, unit)


def test_personal_data_in_one_is_asked_about_before_everyone_reads_it(scene: Scene) -> None:
    row = add(scene, body="Hubungi 0812-3456-7890.")
    add(scene, name="Lain", body="Sudah kami terima.")
    shown, inside = (scene.verify(scene.filed(), publish=one) for one in (True, False))
    browser = scene.desk()
    forms = open_case(browser, shown).forms()
    (clicked,) = (one for one in forms if one.values.get("template") == str(row.id))
    page = browser.send(clicked)
    assert page.status == 422
    assert "Ada data pribadi yang akan dibaca semua orang" in page.text
    assert "answered" not in kinds(scene, shown)
    forms = page.forms()
    (again,) = (one for one in forms if one.values.get("template") == str(row.id))
    (other,) = (one for one in forms if "template" in one.values and one is not again)
    assert "hide" not in other.controls
    assert "Tanggapan sudah dikirim" in browser.send(again).words
    public = scene.browser().open(f"/laporan/{shown.reference}")
    assert "Hubungi" in public.words
    assert "3456" not in public.text
    form = open_case(browser, inside).form("/makro")
    page = browser.send_filled(form, {**form.values, "template": clicked.values["template"]})
    assert "Tanggapan sudah dikirim" in page.words  # nobody but its reporter reads it
