"""The agency's people handle a case: verified, sent to a unit, answered; the citizen is mailed."""

from __future__ import annotations

from dataclasses import replace

import pytest
import sqlalchemy as sa
from playwright.sync_api import Dialog

from sp4n.accounts.queries import person_by_id
from sp4n.cases.models import CaseRecord
from tests.accounts.people import PASSWORD
from tests.journeys.conftest import House, Visit
from tests.journeys.visitor import DESK, PHONE, Device, Visitor
from tests.journeys.walks import REPORT, file_report, sign_in, track, write_answer
from tests.scenes import Scene

pytestmark = pytest.mark.browser

ANSWER = "Petugas kami sudah mengganti lampunya tadi malam."
NOTE = "Sudah saya telepon kepala bidang."


@pytest.fixture
def unit(scene: Scene) -> int:
    return scene.unit("Dinas Penerangan Jalan")


def email_of(scene: Scene, role: str, *units: int) -> str:
    person_id = scene.admin.id if role == "admin" else scene.person(role, units=units).id
    with scene.inside() as session:
        return person_by_id(session, person_id=person_id or 0).email


def verify_and_assign(admin: Visitor, unit: int, title: str) -> None:
    """The new case is on top of the list; what is published has its address taken out."""
    admin.press(admin.find("main th a").get_by_text(title))
    form = "form[action$='/verifikasi']"
    admin.find(f"{form} [name=unit_id]").select_option(str(unit))
    admin.tick("publish")
    admin.find(f"{form} [name=public_body]").fill("Lampu jalan padam sejak Senin.")
    admin.go_on(form)


def answer_and_note(liaison: Visitor) -> None:
    liaison.find("details:has(form[action$='/catatan']) summary").click()
    liaison.find("form[action$='/catatan'] [name=body]").fill(NOTE)
    liaison.go_on("form[action$='/catatan']")
    liaison.find("form[action$='/jawab'] [name=body]").fill(ANSWER)
    liaison.choose("final", "yes")
    liaison.go_on("form[action$='/jawab']")


@pytest.mark.parametrize(("scripts", "language"), [(True, "id"), (False, "en")])
def test_from_verification_to_solved(
    visit: Visit, scene: Scene, house: House, unit: int, scripts: bool, language: str
) -> None:
    site = house.site(scene.agency)
    email = f"warga.{scene.agency.slug}@contoh.id"
    title = f"Lampu padam di {scene.agency.slug}"
    citizen = visit(Device(PHONE, scripts, language))
    filed = file_report(citizen, site, replace(REPORT, title=title, reporter_email=email))

    admin = visit(Device(DESK, scripts, language))
    sign_in(admin, site, email_of(scene, "admin"), PASSWORD)
    verify_and_assign(admin, unit, title)
    assert state_of(scene, filed.reference) == "unhandled"

    liaison = visit(Device(PHONE, scripts, language))
    sign_in(liaison, site, email_of(scene, "liaison", unit), PASSWORD)
    liaison.press(liaison.find("main th a").get_by_text(title))
    answer_and_note(liaison)
    assert NOTE in liaison.words

    letter = house.letter(scene.agency.slug, email, filed.reference)
    assert f"/lacak?reference={filed.reference}" in letter.text
    assert ANSWER not in letter.text
    track(citizen, site, filed)
    assert ANSWER in citizen.words
    assert NOTE not in citizen.page.content()
    public = visit(Device(DESK, scripts, language))
    public.open(f"{site}/laporan/{filed.reference}")
    assert ANSWER in public.words
    assert "Lampu jalan padam sejak Senin." in public.words
    say_solved(citizen, scripts)
    assert state_of(scene, filed.reference) == "closed"


def say_solved(citizen: Visitor, scripts: bool) -> None:
    """With scripts a dialog asks first, and No is no."""
    button = citizen.find("form[action$='/selesai'] button")
    if scripts:
        button.click()
        citizen.find("dialog button[value=no]").click()
        assert citizen.find("form[action$='/selesai']").count() == 1
        button.click()
        citizen.press("dialog button[value=yes]")
    else:
        citizen.press(button)


def state_of(scene: Scene, reference: str) -> str:
    with scene.inside() as session:
        wanted = sa.select(CaseRecord.state).where(CaseRecord.reference == reference)
        return session.scalars(wanted).one()


def test_what_is_published_is_asked_for_when_it_is_to_be_published(
    visit: Visit, scene: Scene, house: House
) -> None:
    filing = scene.filed()
    admin = visit(Device(DESK))
    sign_in(admin, house.site(scene.agency), email_of(scene, "admin"), PASSWORD)
    admin.open(f"{house.site(scene.agency)}/desk/laporan/{filing.reference}")
    fields = admin.find(".act__public")
    assert not fields.is_visible()
    admin.tick("publish")
    assert fields.is_visible()
    admin.type(public_title="")
    admin.go_on("form[action$='/verifikasi']")
    assert admin.title.startswith("Galat:")
    assert fields.is_visible()


def test_typed_work_is_not_left_without_a_word(visit: Visit, scene: Scene, house: House) -> None:
    filing = scene.verify(scene.filed())
    admin = visit(Device(DESK))
    sign_in(admin, house.site(scene.agency), email_of(scene, "admin"), PASSWORD)
    admin.open(f"{house.site(scene.agency)}/desk/laporan/{filing.reference}")
    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    admin.page.on("dialog", stay)
    admin.unfold("jawab")
    admin.find("form[action$='/jawab'] [name=body]").type("Sedang kami")
    admin.find(".topbar__home").click()
    admin.page.wait_for_timeout(300)
    assert asked == ["beforeunload"]
    assert admin.find("form[action$='/jawab'] [name=body]").input_value() == "Sedang kami"


def test_who_was_slower_keeps_what_was_typed(visit: Visit, scene: Scene, house: House) -> None:
    filing = scene.verify(scene.filed())
    admin = visit(Device(DESK))
    sign_in(admin, house.site(scene.agency), email_of(scene, "admin"), PASSWORD)
    admin.open(f"{house.site(scene.agency)}/desk/laporan/{filing.reference}")
    write_answer(admin, ANSWER)
    admin.choose("final", "no")
    scene.answer(filing, "Lebih cepat.")
    admin.go_on("form[action$='/jawab']")
    assert admin.title.startswith("Galat:")
    assert admin.find("form[action$='/jawab'] [name=body]").input_value() == ANSWER
    assert admin.find(":focus").get_attribute("data-error-summary") is not None
