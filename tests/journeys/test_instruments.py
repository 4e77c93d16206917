"""The three instruments, from the admin who prepares them over the coordinator and the head who
decide to everyone who may read them."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask

from sp4n import clock
from sp4n.accounts.queries import person_by_id
from sp4n.audit.actors import Actor
from tests.accounts.people import PASSWORD
from tests.action_plans.making import LIST, a_plan
from tests.decrees.test_decrees import drafted, member
from tests.files.making import document, pdf_bytes
from tests.journeys.conftest import House, Visit
from tests.journeys.test_keepers import coordinator
from tests.journeys.visitor import DESK, PHONE, Device, Visitor
from tests.journeys.walks import sign_in
from tests.policies.test_pages import RULE, cases, measured, published
from tests.scenes import Scene

pytestmark = [pytest.mark.browser, pytest.mark.exhaustive]


def signed_in(visitor: Visitor, scene: Scene, house: House, who: Actor) -> Visitor:
    with scene.inside() as session:
        email = person_by_id(session, person_id=who.id or 0).email
    sign_in(visitor, house.site(scene.agency), email, PASSWORD)
    return visitor


def test_admin_coordinator_head_and_citizen_go_through_all_three(
    app: Flask, visit: Visit, scene: Scene, house: House, tmp_path: Path
) -> None:
    site, pdf = house.site(scene.agency), tmp_path / "bertanda-tangan.pdf"
    pdf.write_bytes(pdf_bytes(document(text="Keputusan")))
    unit, plan = scene.unit("Dinas Sosial"), f"{LIST}/{a_plan(scene)}"
    team = (member("ketua"), member("pejabat_penghubung", unit_id=unit))
    decree = drafted(scene, app.extensions["sp4n.storage"], *team)
    published(scene, RULE)
    cases(scene, unit, 2, answered=True)
    [proposal] = measured(scene)

    admin = signed_in(visit(Device(DESK, scripts=False)), scene, house, scene.admin)
    admin.open(f"{site}/desk/sk/{decree}")
    assert "Dinas Sosial" in admin.words
    admin.open(f"{site}/desk/dokumen/{decree}")
    admin.go_on("main form[action$='/berlakukan']")
    admin.open(f"{site}{plan}")
    admin.go_on("main form[action$='/ajukan']")

    office = visit(Device(DESK, scripts=False))
    sign_in(office, house.origin, coordinator(app, "coordinator"), PASSWORD)
    office.open(f"/nasional/rencana-aksi?hanya=diperiksa&q={scene.agency.slug}")
    office.press(office.find("main tbody a").get_by_text(scene.agency.name))
    office.choose("verdict", "accept")
    office.go_on("main form[action$='/putusan']")

    head = signed_in(visit(Device(PHONE, scripts=False)), scene, house, scene.person("head"))
    head.open(f"{site}{plan}/sahkan")
    head.type(number="188/7/2026", by="Bupati Uji", on=clock.today(clock.CAPITAL).isoformat())
    head.field("file").set_input_files(pdf)
    head.go_on("main form[action$='/sahkan']")
    assert "188/7/2026" in head.words
    head.open(f"{site}/desk/kebijakan/usulan/{proposal.id}")
    head.type(signatory="I Made", signatory_title="Sekretaris Daerah")
    head.go_on("main form[action$='/beri']")
    assert "Diberikan" in head.words

    citizen = visit(Device(PHONE, scripts=False))
    citizen.open(f"{site}/dokumen")
    assert "Dinas Sosial" in citizen.words
    citizen.press(citizen.find("main a[href*='/dokumen/rencana-aksi/']").first)
    assert "Kegiatan sdm" in citizen.words
    citizen.open(f"{site}/dokumen/kebijakan")
    assert "paling sedikit 90 %" in citizen.words
