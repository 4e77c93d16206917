"""/kelola/topik: what can be reported, under which topic, to which unit and by when."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from sp4n.audit.models import AuditEntry
from sp4n.cases.models import CaseEvent
from sp4n.errors import Invalid
from sp4n.settings.queries import category_by_key
from sp4n.tenants.resolver import agency_by_id
from tests.factories import make_agency
from tests.pages import Browser, Page
from tests.scenes import Scene

pytestmark = pytest.mark.usefixtures("that_monday")
HOME = "/kelola/topik/"
ROADS = f"{HOME}jalan-rusak"
PUBLISH = "/kelola/pengaturan/terbitkan"
HISTORY = "/kelola/pengaturan/riwayat"


def change(browser: Browser, path: str, **typed: Any) -> Page:
    return browser.send(browser.open(path).form(path.removeprefix("/kelola/")), **typed)


def publish(scene: Scene, browser: Browser) -> None:
    assert "Terbit" in change(browser, PUBLISH, reason="Tugas dan fungsi kami").text
    again(scene)


def again(scene: Scene) -> None:
    """What a process knows once it has read the agency anew."""
    with scene.inside():
        facts = agency_by_id(scene.agency.id)
    assert facts is not None
    scene.agency = facts


def add(browser: Browser, name: str = "Lampu jalan padam", **typed: Any) -> Page:
    return change(browser, f"{HOME}baru", **{"under": "jalan-rusak", "name": name, **typed})


def topic(scene: Scene, key: str = "jalan-rusak") -> int:
    with scene.inside() as session:
        found = category_by_key(session, key)
        assert found is not None
        return found.id


def offered(scene: Scene) -> list[str]:
    """To who files a report."""
    browser = scene.browser()
    page = browser.send(browser.open("/lapor").form("lapor"), classification="pengaduan")
    words = {"title": "Jalan rusak parah", "description": "Jalan berlubang di depan pasar."}
    return browser.send(page.form("lapor"), **words).form("lapor").choices("category")


def day(at: datetime | None) -> str:
    return at.date().isoformat() if at else ""


def test_a_topic_that_is_closed_is_offered_no_more_and_its_cases_stay(
    scene: Scene, admin: Browser
) -> None:
    filing = scene.filed(category_id=topic(scene))
    change(admin, ROADS, open=False)
    assert "Jalan rusak" in admin.open(PUBLISH).words
    assert "jalan-rusak" in offered(scene)
    publish(scene, admin)
    assert "jalan-rusak" not in offered(scene)
    assert "pekerjaan-umum" in offered(scene)
    with pytest.raises(Invalid):
        scene.filed(category_id=topic(scene))
    desk = admin.open(f"/desk/laporan/{filing.reference}")
    assert "Jalan rusak" in desk.words
    assert str(topic(scene)) in desk.form("verifikasi").choices("category_id")
    narrowing = next(one for one in admin.open("/desk/").forms() if "topik" in one.controls)
    assert "pekerjaan-umum" in narrowing.choices("topik")
    assert "jalan-rusak" not in narrowing.choices("topik")


def test_with_a_topic_all_that_stands_below_it_goes(scene: Scene, admin: Browser) -> None:
    change(admin, f"{HOME}pekerjaan-umum", open=False)
    add(admin)
    publish(scene, admin)
    assert not {"pekerjaan-umum", "jalan-rusak", "instansi-1"} & set(offered(scene))


def test_an_own_topic_is_filed_found_and_named_where_the_public_reads(
    scene: Scene, admin: Browser
) -> None:
    add(admin, name_en="Street light out")
    publish(scene, admin)
    choices = offered(scene)
    assert choices[choices.index("jalan-rusak") + 1] == "instansi-1"
    filing = scene.verify(
        scene.filed(category_id=topic(scene), own_topic=1), category_id=topic(scene), own_topic=1
    )
    other = scene.verify(scene.filed(title="Jembatan goyang sekali"))
    citizen = scene.browser()
    assert "Lampu jalan padam" in citizen.open(f"/laporan/{filing.reference}").words
    assert "Street light out" in citizen.open(f"/laporan/{filing.reference}?lang=en").words
    for wanted in ("instansi-1", "jalan-rusak", "pekerjaan-umum"):
        found = scene.browser().open(f"/laporan?topik={wanted}")
        assert filing.reference in str(found.links)
        assert other.reference not in str(found.links)
        listed = str(admin.open(f"/desk/?topik={wanted}&q=lampu").links)
        assert filing.reference in listed
    for unknown in ("instansi-999999", "tidak-ada"):  # nobody's: the list as it is without it
        assert other.reference in str(citizen.open(f"/laporan?topik={unknown}").links)
    assert filing.reference not in str(admin.open("/desk/?topik=kesehatan").links)
    assert filing.reference in str(admin.open("/desk/?topik='--").links)


def test_a_report_lands_with_the_unit_of_its_topic_and_the_history_says_why(
    scene: Scene, admin: Browser
) -> None:
    unit = scene.unit("Dinas Bina Marga")
    change(admin, ROADS, unit_id=unit)
    assert "ke Dinas Bina Marga" in admin.open(PUBLISH).words
    publish(scene, admin)
    filing = scene.filed(category_id=topic(scene))
    assert scene.case(filing).unit_id == unit
    with scene.inside() as session:
        about = sa.select(CaseEvent).where(CaseEvent.case_id == filing.case_id)
        events = session.scalars(about.order_by(CaseEvent.id)).all()
        assert [one.kind for one in events] == ["filed", "assigned"]
        assert events[1].data == {"by": "topic", "name": "Jalan rusak"}
        audit = session.scalars(sa.select(AuditEntry).where(AuditEntry.act == "case.filed")).one()
        assert audit.data == {"by": "topic"}
    page = admin.open(f"/desk/laporan/{filing.reference}")
    assert "menurut unit dari topik “Jalan rusak”" in page.words
    form = page.form("verifikasi")
    assert form.values["unit_id"] == str(unit)
    assert "" not in form.choices("unit_id")
    liaison = scene.desk(scene.person("liaison", units=[unit]))
    assert liaison.open(f"/desk/laporan/{filing.reference}").status == 200
    assert "verifikasi" not in str(
        [one.action for one in liaison.open(f"/desk/laporan/{filing.reference}").forms()]
    )
    admin.send(form)
    assert scene.case(filing).unit_id == unit
    citizen = scene.browser()
    tracked = citizen.send(
        citizen.open("/lacak").form("lacak"),
        reference=filing.reference,
        access_code=filing.access_code,
    )
    assert "menurut" not in tracked.words
    assert scene.case(scene.filed()).unit_id is None


def test_a_confidential_case_is_its_units_and_a_unit_that_is_gone_loses_no_report(
    scene: Scene, admin: Browser
) -> None:
    unit = scene.unit("Dinas Bina Marga")
    change(admin, ROADS, unit_id=unit)
    publish(scene, admin)
    secret = scene.filed(category_id=topic(scene), confidential=True)
    elsewhere = scene.desk(scene.person("liaison", units=[scene.unit("Dinas Lain")]))
    assert elsewhere.open(f"/desk/laporan/{secret.reference}").status == 404
    with scene.inside() as session:
        session.execute(sa.text("UPDATE unit SET active = false WHERE id = :id"), {"id": unit})
    assert scene.case(scene.filed(category_id=topic(scene))).unit_id is None


def test_a_unit_that_reports_go_to_is_neither_closed_nor_removed(
    scene: Scene, admin: Browser
) -> None:
    unit = scene.unit("Dinas Bina Marga")
    change(admin, ROADS, unit_id=unit)
    page = admin.send(admin.open(f"/kelola/unit/{unit}/hapus").form("hapus"))
    assert "mengirim laporan ke unit ini" in page.text
    page = change(admin, f"/kelola/unit/{unit}/ubah", active=False)
    assert any("mengirim laporan ke unit ini" in error for error in page.errors)


def test_a_version_that_names_a_unit_that_is_gone_says_so_and_holds_for_the_rest(
    scene: Scene, admin: Browser
) -> None:
    unit = scene.unit("Dinas Bina Marga")
    change(admin, ROADS, unit_id=unit)
    change(admin, f"{HOME}kesehatan", open=False)
    publish(scene, admin)
    change(admin, ROADS, unit_id="")
    publish(scene, admin)
    admin.send(admin.open(f"/kelola/unit/{unit}/hapus").form("hapus"))
    page = admin.open(f"{HISTORY}/1")
    assert "topik “Jalan rusak”" in page.words
    assert "unit yang sudah tidak ada" in page.words
    admin.send(page.form("riwayat/1"), reason="Lebih baik dahulu")
    again(scene)
    assert "kesehatan" not in offered(scene)
    assert scene.case(scene.filed(category_id=topic(scene))).unit_id is None


def test_an_own_topic_that_held_is_closed_by_an_undo_and_never_removed(
    scene: Scene, admin: Browser
) -> None:
    change(admin, f"{HOME}kesehatan", open=False)
    publish(scene, admin)
    add(admin)
    publish(scene, admin)
    filing = scene.filed(category_id=topic(scene), own_topic=1)
    assert "tidak dihapus" in admin.open(f"{HOME}instansi-1").words
    admin.send(admin.open(f"{HISTORY}/1").form("riwayat/1"), reason="Salah tambah")
    again(scene)
    assert "instansi-1" not in offered(scene)
    assert "Lampu jalan padam" in admin.open(f"/desk/laporan/{filing.reference}").words
    add(admin, "Trotoar rusak")
    publish(scene, admin)
    assert "instansi-2" in offered(scene)


def test_one_that_never_held_can_be_removed_and_leaves_nothing_to_the_next(
    admin: Browser,
) -> None:
    add(admin)
    change(admin, f"{HOME}instansi-1", first_answer="2")
    page = admin.open(f"{HOME}instansi-1")
    admin.send(page.form("instansi-1/hapus"))
    assert admin.open(f"{HOME}instansi-1").status == 404
    add(admin, "Trotoar rusak")
    assert admin.open(f"{HOME}instansi-2").form("instansi-2").values["first_answer"] == ""


def test_a_topic_is_stricter_than_its_agency_and_what_stands_below_it_too(
    scene: Scene, admin: Browser
) -> None:
    add(admin)
    change(admin, ROADS, first_answer="2", completion_pengaduan="7")
    words = admin.open(PUBLISH).words
    assert "Tanggapan pertama, Jalan rusak" in words
    assert "2 hari kerja (topik ini)" in words
    publish(scene, admin)
    about = {"category_id": topic(scene)}
    for own in (None, 1):
        filing = scene.verify(scene.filed(**about, own_topic=own), **about, own_topic=own)
        case = scene.case(filing)
        assert (day(case.answer_due_at), day(case.complete_due_at)) == ("2026-12-02", "2026-12-09")
    case = scene.case(scene.verify(scene.filed()))
    assert day(case.answer_due_at) == "2026-12-07"


@pytest.mark.parametrize(
    ("path", "typed", "words"),
    [
        (ROADS, {"first_answer": "9"}, "Paling lama 5 hari kerja"),
        (ROADS, {"completion_aspirasi": "x"}, "dari 1 sampai 120"),
        (f"{HOME}baru", {"under": "jalan-rusak", "name": "Jalan rusak"}, "Sudah ada topik"),
        (f"{HOME}baru", {"under": "jalan-rusak", "name": "x" * 81}, "Paling panjang 80"),
        (f"{HOME}baru", {"under": "jalan-rusak"}, "Isi nama topik"),
        (f"{HOME}baru", {"name": "Lampu jalan"}, "Pilih topik nasional"),
    ],
)
def test_what_is_wrong_is_refused_in_words_and_kept(
    admin: Browser, path: str, typed: dict[str, str], words: str
) -> None:
    page = change(admin, path, **typed)
    assert page.status == 422
    assert any(words in error for error in page.errors), page.errors
    values = page.form(path.removeprefix("/kelola/")).values
    assert {name: values[name] for name in typed} == typed


def test_complaints_are_taken_by_law_and_other_kinds_can_be_closed(
    scene: Scene, admin: Browser
) -> None:
    page = admin.open(HOME)
    assert "Pasal 36 ayat (1)" in page.words
    admin.send_filled(page.form("topik/"), {**page.form("topik/").values, "offered": []})
    publish(scene, admin)
    choices = scene.browser().open("/lapor").form("lapor").choices("classification")
    assert choices == ["pengaduan"]
    with pytest.raises(Invalid):
        scene.filed(classification="aspirasi")


def test_two_who_draft_at_once_do_not_overwrite_each_other(scene: Scene, admin: Browser) -> None:
    mine = admin.open(ROADS).form("topik/jalan-rusak")
    add(scene.desk(scene.person("admin", "Made Rekan")))
    page = admin.send(mine, first_answer="2")
    assert page.status == 409
    admin.send(page.form("topik/jalan-rusak"))
    assert admin.open(f"{HOME}instansi-1").status == 200
    assert admin.open(ROADS).form("topik/jalan-rusak").values["first_answer"] == "2"


@pytest.mark.parametrize("role", ["liaison", "head", "viewer"])
def test_only_an_admin_may(scene: Scene, role: str) -> None:
    other = scene.desk(scene.person(role))
    assert {other.open(path).status for path in (HOME, ROADS, f"{HOME}baru")} == {403}


def test_another_agencys_topics_are_another_world(scene: Scene, app: Flask, admin: Browser) -> None:
    other = Scene(app, make_agency(app))
    add(other.desk())
    publish(other, other.desk())
    assert admin.open(f"{HOME}instansi-1").status == 404
    assert "instansi-1" not in offered(scene)
    with pytest.raises(Invalid):
        scene.filed(category_id=topic(scene), own_topic=1)
    unit = other.unit()
    page = admin.open(ROADS).form("topik/jalan-rusak")
    refused = admin.send_filled(page, {**page.values, "unit_id": str(unit)})
    assert refused.status == 422
