"""What staff do with a case: each act by each role, through its form, and what is kept of it."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from sp4n.audit.actors import Actor
from sp4n.cases.models import CaseEvent, IdentityLook, PublicCase
from sp4n.cases.operations import FiledCase, withdraw_case
from sp4n.organisation.models import Unit
from sp4n.tenants.resolver import AgencyFacts
from tests.pages import Browser, Page
from tests.scenes import Scene

ACTS = ("verifikasi", "teruskan", "jawab", "catatan", "arsipkan", "identitas")
MAY = {
    "admin": set(ACTS),
    "head": {"catatan"},
    "liaison": {"jawab", "catatan", "identitas"},
    "viewer": set(),
}
TYPED = {
    "verifikasi": {},
    "teruskan": {"unit_id": "0"},
    "jawab": {"body": "Petugas kami datang besok.", "final": "no"},
    "catatan": {"body": "catatan antar petugas"},
    "arsipkan": {"reason": "spam", "message": "Ini iklan."},
    "identitas": {},
}


def case_page(browser: Browser, filing: FiledCase) -> Page:
    return browser.open(f"/desk/laporan/{filing.reference}")


def kinds_of(scene: Scene, filing: FiledCase) -> list[str]:
    with scene.inside() as session:
        history = sa.select(CaseEvent.kind).where(CaseEvent.case_id == filing.case_id)
        return list(session.scalars(history.order_by(CaseEvent.id)))


def person(scene: Scene, role: str, unit: int) -> Actor:
    return (
        scene.admin if role == "admin" else scene.person(role, units=[unit] * (role == "liaison"))
    )


@pytest.mark.parametrize("role", MAY)
def test_each_role_is_offered_and_allowed_its_own_acts_only(scene: Scene, role: str) -> None:
    unit = scene.unit()
    fresh = scene.filed()
    open_case = scene.assign(scene.verify(scene.filed()), unit)
    browser = scene.desk(person(scene, role, unit))
    filing = fresh if role != "liaison" else open_case
    offered = {act for act in ACTS if case_page(browser, filing).has_form(f"/{act}")}
    offered |= {act for act in ACTS if case_page(browser, open_case).has_form(f"/{act}")}
    assert offered == MAY[role]
    browser.strict = False
    token = browser.open("/akun").forms()[0].values["csrf_token"]
    for act in set(ACTS) - MAY[role]:
        answer = browser.client.post(
            f"/desk/laporan/{filing.reference}/{act}", data={"csrf_token": token, **TYPED[act]}
        )
        assert answer.status_code == 403, act
    assert "archived" not in kinds_of(scene, filing)


def test_an_admin_verifies_publishes_and_assigns_in_one_act(scene: Scene) -> None:
    unit, filing = scene.unit(), scene.filed()
    page = case_page(browser := scene.desk(), filing)
    form = page.form("/verifikasi")
    assert form.values["public_title"] == "Lampu jalan padam"
    page = browser.send(
        form, unit_id=str(unit), publish=True, public_title="Lampu padam", public_body="Padam."
    )
    assert (page.status, page.path) == (200, f"/desk/laporan/{filing.reference}")
    assert "Laporan sudah diverifikasi." in page.words
    assert kinds_of(scene, filing) == ["filed", "verified", "assigned"]
    assert scene.case(filing).unit_id == unit
    with scene.inside() as session:
        public = session.scalars(sa.select(PublicCase).where(PublicCase.id == filing.case_id)).one()
        assert (public.title, public.body) == ("Lampu padam", "Padam.")


def test_an_admin_sends_a_case_to_another_unit_with_a_word_for_it(scene: Scene) -> None:
    first, second = scene.unit(), scene.unit()
    filing = scene.assign(scene.verify(scene.filed()), first)
    page = case_page(browser := scene.desk(), filing)
    page = browser.send(page.form("/teruskan"), unit_id=str(second), note="Mohon dicek besok.")
    assert "Laporan sudah diteruskan." in page.words
    assert "Mohon dicek besok." in page.words
    assert scene.case(filing).unit_id == second
    page = browser.send(page.form("/teruskan"), unit_id=str(second))
    assert page.status == 422
    assert page.errors == ["Laporan ini sudah ada di unit itu."]


def test_a_liaison_answers_and_the_reporter_has_the_word(scene: Scene) -> None:
    unit = scene.unit()
    filing = scene.assign(scene.verify(scene.filed()), unit)
    page = case_page(browser := scene.desk(person(scene, "liaison", unit)), filing)
    page = browser.send(page.form("/jawab"), body="Sedang dikerjakan.", final="no")
    assert scene.case(filing).state == "in_progress"
    page = browser.send(page.form("/jawab"), body="Sudah selesai.", final="yes")
    assert "Tanggapan sudah dikirim ke pelapor." in page.words
    assert scene.case(filing).state == "awaiting_reply"
    assert not page.has_form("/jawab")


def test_a_note_is_private_and_leaves_the_case_as_it_is(scene: Scene) -> None:
    filing = scene.verify(scene.filed())
    page = case_page(browser := scene.desk(), filing)
    page = browser.send(page.form("/catatan"), body="Sudah saya telepon kepala bidang.")
    assert "Tidak terlihat pelapor" in page.words
    assert "Sudah saya telepon" not in scene.browser().open(f"/laporan/{filing.reference}").text


def test_archiving_asks_for_reason_and_words(scene: Scene) -> None:
    filing = scene.filed()
    page = case_page(browser := scene.desk(), filing)
    page = browser.send(page.form("/arsipkan"), message="Bukan urusan kami.")
    assert (page.status, len(page.errors)) == (422, 1)
    assert page.form("/arsipkan").values["message"] == "Bukan urusan kami."
    page = browser.send(page.form("/arsipkan"), reason="not_our_authority")
    assert "Laporan sudah diarsipkan." in page.words
    assert scene.case(filing).archive_reason == "not_our_authority"


@pytest.mark.parametrize("act", ["teruskan", "jawab", "arsipkan"])
def test_who_was_slower_is_told_and_keeps_what_was_typed(scene: Scene, act: str) -> None:
    unit, other = scene.unit(), scene.unit()
    filing = scene.assign(scene.verify(scene.filed()), unit)
    page = case_page(browser := scene.desk(), filing)
    scene.answer(filing, "Lebih cepat.")
    typed = {
        **TYPED[act],
        **({"unit_id": str(other), "note": "segera"} if act == "teruskan" else {}),
    }
    before = kinds_of(scene, filing)
    page = browser.send(page.form(f"/{act}"), **typed)
    assert page.status == 409
    assert page.title.startswith("Galat:")
    assert "baru saja diubah oleh Ni Luh Admin: Tanggapan instansi." in page.errors[0]
    kept = page.form(f"/{act}").values
    assert {name: kept[name] for name in typed} == typed
    assert kinds_of(scene, filing) == before
    page = browser.send(page.form(f"/{act}"))  # having read what the other has done
    assert (page.status, len(kinds_of(scene, filing)) > len(before)) == (200, True)


def test_a_reporter_who_was_faster_is_called_so(scene: Scene) -> None:
    filing = scene.verify(scene.filed())
    page = case_page(browser := scene.desk(), filing)
    with scene.inside() as session:
        withdraw_case(session, case=scene.case(filing, session))
    page = browser.send(page.form("/jawab"), **TYPED["jawab"])
    assert "baru saja diubah oleh pelapor: Laporan ditarik oleh pelapor." in page.errors[0]


def test_a_form_that_the_state_allows_no_more_gives_its_words_back(scene: Scene) -> None:
    filing = scene.filed()
    page = case_page(browser := scene.desk(), filing)
    scene.verify(filing)
    page = browser.send(page.form("/verifikasi"), publish=True, public_body="Disunting dua jam.")
    assert page.status == 409
    assert "Yang Anda tulis tidak tersimpan" in page.words
    assert "Disunting dua jam." in page.words


@pytest.mark.parametrize("typed", ["", "   ", "\x00", "x" * 5001])
def test_an_answer_that_does_not_pass_stays_in_the_answer_form(scene: Scene, typed: str) -> None:
    filing = scene.verify(scene.filed())
    page = case_page(browser := scene.desk(), filing)
    page = browser.send(page.form("/jawab"), body=typed, final="no")
    assert page.status == 422
    assert page.title.startswith("Galat:")
    assert page.form("/jawab").values["body"].strip() == typed.strip(" \x00")
    assert page.form("/jawab").values["final"] == "no"
    assert page.form("/catatan").values["body"].strip() == ""


def test_a_note_that_does_not_pass_never_lands_in_the_answer(scene: Scene) -> None:
    filing = scene.verify(scene.filed())
    page = case_page(browser := scene.desk(), filing)
    page = browser.send(page.form("/catatan"), body="rahasia " * 700)
    assert page.status == 422
    assert page.form("/jawab").values["body"].strip() == ""
    assert page.form("/catatan").values["body"].startswith("rahasia")
    assert page.text.count("rahasia " * 650) == 1


@pytest.mark.parametrize(
    ("act", "typed"),
    [
        ("verifikasi", {"category_id": "999999", "publish": "y"}),
        ("verifikasi", {"publish": "y", "public_title": "", "public_body": "x"}),
        ("verifikasi", {"publish": "y", "public_title": "x" * 151, "public_body": "x"}),
        ("verifikasi", {"unit_id": "abc"}),
        ("verifikasi", {"unit_id": "9" * 30}),
        ("verifikasi", {"version": "abc"}),
        ("arsipkan", {"reason": "weather", "message": "x"}),
        ("arsipkan", {"reason": "spam", "message": "\u202e\u202e"}),
    ],
)
def test_what_no_page_of_ours_would_send_is_refused(
    scene: Scene, act: str, typed: dict[str, str]
) -> None:
    filing = scene.filed()
    page = case_page(browser := scene.desk(), filing)
    form = page.form(f"/{act}")
    page = browser.send_filled(form, {**form.values, **typed})
    assert page.status in (409, 422)
    assert page.errors
    assert kinds_of(scene, filing) == ["filed"]


def test_a_unit_of_another_agency_cannot_be_chosen(scene: Scene, other_agency: AgencyFacts) -> None:
    foreign = Scene(scene.app, other_agency).unit("Dinas Tetangga")
    filing = scene.filed()
    page = case_page(browser := scene.desk(), filing)
    assert str(foreign) not in page.form("/verifikasi").choices("unit_id")
    form = page.form("/verifikasi")
    page = browser.send_filled(form, {**form.values, "unit_id": str(foreign)})
    assert page.status == 422


def test_opening_an_identity_is_an_act_that_is_recorded(scene: Scene) -> None:
    filing = scene.filed()
    page = case_page(browser := scene.desk(), filing)
    assert "made@contoh.id" not in page.text
    page = browser.send(page.form("/identitas"))
    assert "made@contoh.id" in page.words
    with scene.inside() as session:
        [look] = session.scalars(
            sa.select(IdentityLook).where(IdentityLook.case_id == filing.case_id)
        )
        assert (look.actor_id, look.purpose) == (scene.admin.id, "handling")
    assert "made@contoh.id" not in case_page(browser, filing).text


def test_an_anonymous_reporter_has_no_identity_to_open(scene: Scene) -> None:
    filing = scene.filed(anonymous=True)
    page = case_page(browser := scene.desk(), filing)
    assert not page.has_form("/identitas")
    assert "Pelapor anonim" in page.words
    token = page.form("/catatan").values["csrf_token"]
    answer = browser.client.post(
        f"/desk/laporan/{filing.reference}/identitas", data={"csrf_token": token}
    )
    assert answer.status_code == 403
    assert "made@contoh.id" not in answer.get_data(as_text=True)


def test_a_confidential_case_is_not_there_for_who_is_outside_its_circle(scene: Scene) -> None:
    unit, elsewhere = scene.unit(), scene.unit()
    filing = scene.assign(scene.verify(scene.filed(confidential=True)), unit)
    for role, units, status in (
        ("head", [], 404),
        ("viewer", [], 404),
        ("liaison", [elsewhere], 404),
        ("liaison", [unit], 200),
    ):
        browser = scene.desk(scene.person(role, units=units))
        assert case_page(browser, filing).status == status, role
    page = case_page(scene.desk(), filing)
    assert "Rahasia" in page.words


def listed(reader: Browser, filing: FiledCase) -> bool:
    page = reader.open(f"/desk/?q={filing.reference}")
    assert page.status == 200
    return f"/desk/laporan/{filing.reference}" in page.text


def test_what_may_be_misconduct_is_for_the_narrowest_circle(scene: Scene) -> None:
    unit, other = scene.unit(), scene.unit()
    filing, desk = scene.filed(), scene.desk()
    path = f"/desk/laporan/{filing.reference}"
    head = scene.desk(scene.person("head"))
    assert head.open(path).status == 200
    page = desk.open(path)
    page = desk.send(page.form("/verifikasi"), supervision="y", publish="y", unit_id=str(unit))
    assert "Berkadar pengawasan" in page.words
    mine, theirs = (scene.desk(scene.person("liaison", units=[one])) for one in (unit, other))
    assert mine.open(path).status == 200
    for reader in (head, theirs, scene.desk(scene.person("viewer"))):
        assert reader.open(path).status == 404
        assert not listed(reader, filing)
    assert listed(mine, filing)
    assert scene.browser().open(f"/laporan/{filing.reference}").status == 404


def inspectorate(scene: Scene) -> int:
    unit = scene.unit("Inspektorat Daerah")
    with scene.inside() as session:
        session.execute(sa.update(Unit).where(Unit.id == unit).values(kind="inspektorat"))
    return unit


def test_what_may_be_misconduct_goes_to_the_inspectorate_unless_another_is_chosen(
    scene: Scene,
) -> None:
    unit, other, desk = scene.unit("Dinas Perizinan"), scene.unit("Bagian Umum"), scene.desk()
    filing, chosen, plain = (scene.filed() for _number in range(3))
    with scene.inside() as session:
        scene.case(filing, session).unit_id = unit  # sent there when it came in
    page = desk.open(f"/desk/laporan/{filing.reference}")
    assert "misalnya Inspektorat" in page.words
    inspectors = inspectorate(scene)
    page = desk.open(page.path)
    name = scene.unit_name(inspectors)
    assert f"Diteruskan ke {name}, kecuali Anda memilih unit lain." in page.words
    page = desk.send(page.form("/verifikasi"), supervision="y")
    assert (page.status, scene.case(filing).unit_id) == (200, inspectors)
    theirs, mine = (scene.desk(scene.person("liaison", units=[n])) for n in (unit, inspectors))
    assert [one.open(page.path).status for one in (theirs, mine)] == [404, 200]
    page = desk.open(f"/desk/laporan/{chosen.reference}")
    desk.send(page.form("/verifikasi"), supervision="y", unit_id=str(other))
    assert scene.case(chosen).unit_id == other
    page = desk.open(f"/desk/laporan/{plain.reference}")
    desk.send(page.form("/verifikasi"))
    assert scene.case(plain).unit_id is None
