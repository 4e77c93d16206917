"""A case passed on at the desk: to whom, why, what goes along; and what the other one does."""

from __future__ import annotations

from dataclasses import replace

import pytest
import sqlalchemy as sa
from flask import Flask

from sp4n.cases.operations.publicity import set_publicity
from sp4n.cases.publicity_queries import face_of
from sp4n.organisation.models import Unit
from sp4n.tenants.resolver import AgencyFacts
from tests.cases.between import REASON, Between, between
from tests.desk.test_topics import change, publish
from tests.pages import Browser, Page
from tests.scenes import Scene


@pytest.fixture
def two(
    app: Flask, superuser: sa.Connection, agency: AgencyFacts, other_agency: AgencyFacts
) -> Between:
    return between(app, superuser, agency, other_agency)


def sending(two: Between, browser: Browser, reference: str) -> Page:
    """The page where the reason is asked for, found as a person finds it."""
    page = browser.open(f"/desk/laporan/{reference}")
    page = browser.follow(page, "Pilih instansi")
    search = next(form for form in page.forms() if "q" in form.controls)
    page = browser.send(search, q=two.there.agency.slug)
    return browser.follow(page, two.there.agency.name)


def test_a_case_is_sent_seen_accepted_and_worked_on(two: Between) -> None:
    filing = two.here.filed()
    two.here.note(filing, "catatan kita saja")
    here, there = two.here.desk(), two.there.desk()
    page = sending(two, here, filing.reference)
    assert "Lampu di depan pasar padam" in page.words
    assert "catatan kita saja" not in page.text
    page = here.send(page.form("instansi-lain"), reason="")
    assert (page.status, page.errors) == (422, ["Tulis alasannya."])
    page = here.send(page.form("instansi-lain"), reason=REASON)
    assert page.path == f"/desk/laporan/{filing.reference}"
    assert "Sedang dikirim ke instansi lain" in page.words
    assert page.has_form("/tarik")
    assert page.has_form("/catatan")
    assert not page.has_form("/verifikasi")
    page = there.follow(there.open("/desk/kiriman"), "Lampu jalan padam")
    for words in (REASON, two.here.agency.short_name, "Lampu di depan pasar padam"):
        assert words in page.words
    assert "made@contoh.id" not in page.text
    page = there.send(page.form("/terima"))
    assert page.path == f"/desk/laporan/{filing.reference}"
    assert page.has_form("/verifikasi")
    two.work()
    page = here.open(f"/desk/laporan/{filing.reference}")
    assert "Diteruskan ke instansi lain" in page.words
    assert not page.has_form("/verifikasi")
    assert "Tidak ada kiriman yang menunggu" in there.open("/desk/kiriman").words


def test_a_refusal_asks_for_its_reason_and_is_read_by_the_sender(two: Between) -> None:
    filing = two.here.filed()
    sent = two.send(filing)
    there = two.there.desk()
    page = there.open(f"/desk/kiriman/{sent}")
    page = there.send(page.form("/tolak"), reason="")
    assert (page.status, page.errors) == (422, ["Tulis alasannya."])
    page = there.send(page.form("/tolak"), reason="Ini jalan kabupaten.")
    assert page.path == "/desk/kiriman"
    assert there.open(f"/desk/kiriman/{sent}").status == 404
    two.work()
    page = two.here.desk().open(f"/desk/laporan/{filing.reference}")
    assert "Ini jalan kabupaten." in page.words
    assert page.has_form("/verifikasi")


def test_it_is_taken_back_at_the_desk(two: Between) -> None:
    filing = two.here.filed()
    two.send(filing)
    here = two.here.desk()
    page = here.open(f"/desk/laporan/{filing.reference}")
    page = here.send(page.form("/tarik"))
    assert "Kiriman sudah ditarik kembali." in page.text
    assert page.has_form("/verifikasi")


@pytest.mark.parametrize("status", ["suspended", "preparing", "archived"])
def test_who_cannot_be_asked_is_not_offered_and_refused_in_words(
    two: Between, superuser: sa.Connection, status: str
) -> None:
    superuser.execute(
        sa.text("UPDATE agency SET status = :s WHERE id = :a"),
        {"s": status, "a": two.there.agency.id},
    )
    filing, here = two.here.filed(), two.here.desk()
    path = f"/desk/laporan/{filing.reference}/instansi-lain"
    page = here.open(f"{path}?q={two.there.agency.slug}")
    assert f"ke={two.there.agency.slug}" not in page.text
    page = here.open(f"{path}?ke={two.there.agency.slug}")
    assert page.status == 422
    assert "Instansi ini tidak dapat dipilih" in page.words
    assert here.open(f"{path}?ke={two.here.agency.slug}").status == 422
    assert here.open(f"{path}?ke=tidak-ada").status == 200


def test_only_who_may_pass_cases_on_sees_these_pages(two: Between) -> None:
    filing = two.here.filed()
    sent = two.send(two.here.filed(), two.here, two.there)
    unit = two.there.unit()
    people = [two.there.person(role, units=[unit]) for role in ("head", "liaison", "viewer")]
    for person in people:
        browser = Browser(two.there.desk(person).client, strict=False)
        for path in ("/desk/kiriman", f"/desk/kiriman/{sent}"):
            assert browser.open(path).status == 403
        assert "Lampu jalan padam" not in browser.open(f"/desk/kiriman/{sent}").text
    assert two.state(two.here, filing) == "unverified"


def test_a_third_agency_sees_and_does_nothing(two: Between) -> None:
    filing = two.here.filed()
    sent = two.send(filing)
    third: Scene = two.another()
    browser = Browser(third.desk().client, strict=False)
    missing = browser.open("/desk/kiriman/999999999")
    page = browser.open(f"/desk/kiriman/{sent}")
    assert (page.status, page.words) == (404, missing.words)
    assert browser.open(f"/desk/laporan/{filing.reference}/instansi-lain").status == 404
    own = browser.open("/desk/kiriman")
    for act in ("terima", "tolak"):
        token = own.text.partition('name="csrf_token" value="')[2].partition('"')[0]
        answer = browser.client.post(
            f"/desk/kiriman/{sent}/{act}", data={"csrf_token": token, "reason": "x"}
        )
        assert answer.status_code == 404
    assert two.tracked(filing) == (two.here.agency.id, two.there.agency.id)


def test_a_published_case_is_verified_from_what_was_redacted(two: Between) -> None:
    filing = two.here.verify(two.here.filed())
    two.hand_over(filing)
    there = two.there.desk()
    form = there.open(f"/desk/laporan/{filing.reference}").form("/verifikasi")
    assert form.values["public_title"] == "Lampu jalan padam di depan pasar"
    assert form.values["public_body"] == "Lampu jalan padam sejak hari Senin."
    page = there.send(form)
    assert page.status == 200
    public = two.there.browser().open(f"/laporan/{filing.reference}")
    assert "Lampu jalan padam sejak hari Senin." in public.words
    assert two.here.browser().client.get(f"/laporan/{filing.reference}").status_code == 404


def test_the_trail_of_each_says_what_it_did(two: Between) -> None:
    two.hand_over(two.here.filed())
    for scene, words in ((two.here, "Mengirim laporan"), (two.there, "Menerima laporan")):
        assert words in scene.desk().open("/desk/jejak").words


def test_what_is_of_supervisory_weight_arrives_in_the_narrowest_circle(two: Between) -> None:
    unit, admin = two.there.unit(), two.there.desk()
    change(admin, "/kelola/penyaluran/", unit_id=unit)
    publish(two.there, admin)
    plain = two.here.verify(two.here.filed(), publish=False)
    secret = two.here.verify(two.here.filed(), supervision=True)  # the wish to publish it is void
    sent = {one.reference: two.send(one) for one in (secret, plain)}
    two.work()
    assert "Berkadar pengawasan" in admin.open("/desk/kiriman").words
    for number in sent.values():
        two.accept(number)
    two.work()
    readers = [two.there.person(role) for role in ("head", "viewer")]
    path = f"/desk/laporan/{secret.reference}"
    assert [two.there.desk(one).open(path).status for one in readers] == [404, 404]
    page = admin.open(path)
    assert "Berkadar pengawasan" in page.words
    assert page.form("/verifikasi").values["supervision"]
    assert two.there.browser().open(f"/laporan/{secret.reference}").status == 404
    with two.there.inside() as session:
        units = [two.case(session, one.reference) for one in (plain, secret)]
        assert [one.unit_id for one in units if one] == [unit, None]  # it may be about that unit


def test_what_is_of_supervisory_weight_arrives_at_the_inspectorate(two: Between) -> None:
    unit = two.there.unit("Inspektorat Daerah")
    with two.there.inside() as session:
        session.execute(sa.update(Unit).where(Unit.id == unit).values(kind="inspektorat"))
    secret = two.here.verify(two.here.filed(), supervision=True, publish=False)
    two.hand_over(secret)
    page = two.there.desk().open(f"/desk/laporan/{secret.reference}")
    assert "berkadar pengawasan, jadi ke unit pengawas" in page.words
    with two.there.inside() as session:
        case = two.case(session, secret.reference)
        assert case
        assert case.unit_id == unit


def test_what_was_hidden_in_its_history_is_hidden_by_who_verifies_it_next(two: Between) -> None:
    filing = two.here.verify(two.here.filed())
    two.here.answer(filing, "Bu Kenarita akan datang.")
    with two.here.inside() as session:
        case = two.here.case(filing, session)
        face = replace(face_of(session, case), hidden=("Kenarita",), reason="personal_data")
        set_publicity(session, case=case, actor=two.here.admin, published=True, face=face)
    two.hand_over(filing)
    desk = two.there.desk()
    page = desk.open(f"/desk/laporan/{filing.reference}")
    page = desk.send(page.form("/verifikasi"))
    assert "diverifikasi" in page.words
    public = two.there.browser().open(f"/laporan/{filing.reference}")
    assert "akan datang" in public.words
    assert "Kenarita" not in public.text
