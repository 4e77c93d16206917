"""Reply templates: kept by the agency and the nation, offered where they fit, filled in."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
import sqlalchemy as sa

from sp4n import clock
from sp4n.cases.operations import FiledCase
from sp4n.db import db
from sp4n.tenants.edge import edge
from sp4n.tenants.everyone import NATIONAL
from sp4n.tenants.resolver import AgencyFacts
from sp4n.workbench.models import NationalReplyTemplate, ReplyTemplate
from tests.pages import Browser, Page
from tests.scenes import Scene, coordinator_browser

KEPT = "/kelola/templat"
USE = ("pakai_templat", "1")
MONDAY = datetime(2026, 11, 30, 2, 0, tzinfo=UTC)


def add(scene: Scene, **over: Any) -> ReplyTemplate:
    values = {"name": "Jadwal", "body": "Laporan {nomor} kami kerjakan.", **over}
    with scene.inside() as session:
        row = ReplyTemplate(**values)
        session.add(row)
        session.flush()
        session.expunge(row)
        return row


def names(page: Page) -> list[str]:
    options = page.form("/jawab").controls["templat"][0].iter("option")
    return [(one.text or "").strip() for one in options][1:]


def open_case(browser: Browser, filing: FiledCase) -> Page:
    return browser.open(f"/desk/laporan/{filing.reference}")


def test_an_admin_keeps_templates_and_an_unknown_name_is_refused_with_what_there_is(
    scene: Scene,
) -> None:
    browser = scene.desk()
    page = browser.open(f"{KEPT}/baru")
    form = page.form("/baru")
    page = browser.send(form, name="Lampu", body="Laporan {nomer} selesai.")
    assert page.status == 422
    assert "{nomer} tidak dikenal" in page.errors[0]
    assert "{batas_waktu}" in page.errors[0]
    assert page.form("/baru").values["body"] == "Laporan {nomer} selesai."
    page = browser.send(page.form("/baru"), body="Laporan {nomor} selesai.", final="yes")
    assert (page.status, page.path) == (200, f"{KEPT}/")
    assert "Lampu" in page.words
    page = browser.send(browser.open(f"{KEPT}/baru").form("/baru"), name="Lampu", body="x")
    assert page.status == 409
    with scene.inside() as session:
        row = session.scalars(sa.select(ReplyTemplate)).one()
        assert (row.name, row.final, row.active) == ("Lampu", "yes", True)
        number = row.id
    page = browser.open(f"{KEPT}/{number}/ubah")
    browser.send(page.form("/ubah"), active=None)
    filing = scene.verify(scene.filed())
    assert "templat" not in open_case(browser, filing).form("/jawab").controls


def test_a_template_is_filled_in_after_what_was_typed_and_nothing_is_sent(scene: Scene) -> None:
    unit = scene.unit("Dinas Perhubungan")
    body = "Yth. pelapor {nomor},\n\n{unit} selesai {batas_waktu}.\nTopik: {topik}\n{instansi}"
    row = add(scene, body=body, final="no")
    with clock.frozen(MONDAY):
        filing = scene.assign(scene.verify(scene.filed()), unit)
        browser = scene.desk()
        page = open_case(browser, filing)
        page = browser.send(
            page.form("/jawab"),
            USE,
            body="Terima kasih.",
            templat=f"i{row.id}",
        )
    assert page.status == 200
    sent = page.form("/jawab").values
    lines = sent["body"].strip().splitlines()
    assert lines[0] == "Terima kasih."
    assert lines[2] == f"Yth. pelapor {filing.reference},"
    assert lines[4].startswith(scene.unit_name(unit))
    assert lines[4].endswith("2027.") or lines[4].endswith("2026.")
    assert lines[5] == scene.agency.name  # the line on the topic is left out: it has none
    assert sent["final"] == "no"
    assert scene.case(filing).state == "unhandled"
    with clock.frozen(MONDAY):  # the session would have ended by now, one day
        page = browser.send(page.form("/jawab"))
    assert "Tanggapan sudah dikirim ke pelapor." in page.words


def test_a_published_case_is_named_as_it_was_published(scene: Scene) -> None:
    row = add(scene, body="Tentang “{judul}”.")
    shown = scene.verify(scene.filed(title="Bapak Anu di Jalan Mawar 3"), public_title="Lampu")
    kept = scene.verify(scene.filed(title="Lampu mati"), publish=False)
    for filing, title in ((shown, "Lampu"), (kept, "Lampu mati")):
        page = open_case(browser := scene.desk(), filing)
        page = browser.send(page.form("/jawab"), USE, templat=f"i{row.id}")
        assert page.form("/jawab").values["body"].strip() == f"Tentang “{title}”."


def test_templates_are_offered_where_they_fit_those_of_the_unit_first(scene: Scene) -> None:
    here, there = scene.unit(), scene.unit()
    add(scene, name="A umum")
    add(scene, name="B unit", unit_id=here)
    add(scene, name="C unit lain", unit_id=there)
    add(scene, name="D topik lain", topic="tidak-ada")
    filing = scene.assign(scene.verify(scene.filed()), here)
    liaison = scene.person("liaison", units=[here])
    assert names(open_case(scene.desk(liaison), filing)) == ["B unit", "A umum"]


def test_choosing_nothing_says_so_and_keeps_the_words(scene: Scene) -> None:
    add(scene)
    page = open_case(browser := scene.desk(), scene.verify(scene.filed()))
    page = browser.send(page.form("/jawab"), USE, body="Sebentar.")
    assert page.status == 422
    assert page.errors == ["Pilih templat dari daftar."]
    assert page.form("/jawab").values["body"].strip() == "Sebentar."


@pytest.mark.parametrize("role", ["head", "liaison", "viewer"])
def test_only_an_admin_keeps_templates(scene: Scene, role: str) -> None:
    row = add(scene)
    browser = scene.desk(scene.person(role))
    browser.strict = False
    for path in (f"{KEPT}/", f"{KEPT}/baru", f"{KEPT}/{row.id}/ubah"):
        assert browser.open(path).status == 403


def test_a_template_of_another_agency_is_nobodys_here(
    scene: Scene, other_agency: AgencyFacts
) -> None:
    theirs = add(Scene(scene.app, other_agency), name="Milik tetangga")
    add(scene)
    page = open_case(browser := scene.desk(), scene.verify(scene.filed()))
    assert names(page) == ["Jadwal"]
    form = page.form("/jawab")
    values = {**form.values, "templat": f"i{theirs.id}", "pakai_templat": "1", "final": "no"}
    page = browser.send_filled(form, values)
    assert page.status == 422
    browser.strict = False
    assert browser.open(f"{KEPT}/{theirs.id}/ubah").status == 404


def test_national_templates_are_offered_to_every_agency(scene: Scene) -> None:
    browser = coordinator_browser(scene.app, "super_admin")
    page = browser.open("/nasional/kelola/templat/baru")
    name = f"Nasional {scene.agency.slug}"
    page = browser.send(page.form("/baru"), name=name, body="Halo {nama}.")
    assert page.status == 422
    page = browser.send(page.form("/baru"), body="Halo dari {instansi}.")
    assert name in page.words
    try:
        page = open_case(scene.desk(), scene.verify(scene.filed()))
        assert name in names(page)
    finally:
        with scene.app.app_context(), edge(NATIONAL):
            db.session.execute(sa.delete(NationalReplyTemplate))


def test_a_unit_that_has_templates_says_why_it_stays(scene: Scene) -> None:
    unit = scene.unit()
    add(scene, unit_id=unit)
    browser = scene.desk()
    page = browser.open(f"/kelola/unit/{unit}/hapus")
    page = browser.send(page.form("/hapus"))
    assert "templat tanggapan" in page.errors[0]
