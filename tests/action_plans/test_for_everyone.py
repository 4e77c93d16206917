"""What everyone reads of an action plan: of ratified ones alone, and nobody's name."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from sp4n.action_plans.for_everyone import ON_A_PAGE
from sp4n.action_plans.lines import Line
from sp4n.action_plans.models import ActionPlan
from sp4n.action_plans.offices import office_of, office_words
from sp4n.action_plans.operations import new_version
from sp4n.action_plans.progress import Achieved, note_progress
from sp4n.documents.models import Document
from tests.action_plans.making import a_plan, in_force, whole_lines
from tests.factories import make_agency
from tests.scenes import Scene

NAME = "Ni Made Kartikasari"
READ = "/dokumen/rencana-aksi"


def named_lines() -> list[Line]:
    """The third one names a person before the office, the fourth one after it."""
    lines = whole_lines()
    lines[4] = replace(lines[4], responsible=NAME, supporting=NAME)
    lines[5] = replace(lines[5], responsible=f"Kepala Dinas Sosial ({NAME})", evidence=NAME)
    return lines


def test_a_ratified_plan_is_read_by_everyone_without_a_name(scene: Scene) -> None:
    plan_id = in_force(scene, named_lines())
    said = Achieved(2026, 2, "6", "Rp 500.000", evidence=NAME, note=NAME, link="https://contoh.id")
    with scene.inside() as session:
        note_progress(session, plan_id=plan_id, code="1.1.1", said=said, actor=scene.admin)
    citizen = scene.browser()
    register = citizen.open("/dokumen")
    page = citizen.follow(register, "Baca isinya dan capaiannya")
    assert page.path == f"{READ}/{plan_id}"
    for words in ("Pengaduan dijawab cepat", "Penguatan pengelola", "Kegiatan sdm", "188/7/2026"):
        assert words in page.words
    assert "Rp 3.000.000" in page.words
    assert "tercapai 6 sampai TW II, 60%" in page.words
    assert "1 dari 7 kegiatan" in page.words
    assert "Kepala Dinas Sosial" in page.words
    assert "Tidak ditampilkan" in page.words
    data = citizen.client.get(f"{READ}/{plan_id}/data.json").json
    first, *others = data["objectives"][0]["programmes"][0]["activities"]
    assert (first["budget_idr"], first["years"][0]["percent"]) == (1_000_000, 60)
    assert [one["responsible_office"] for one in others[1:3]] == [None, "Kepala Dinas Sosial"]
    (listed,) = citizen.client.get("/dokumen.json").json["action_plans"]
    assert listed["data"].endswith(f"{READ}/{plan_id}/data.json")
    for path in (f"{READ}/{plan_id}", f"{READ}/{plan_id}/data.json"):
        shown = citizen.client.get(path).text
        for name in (NAME, "Kartikasari", scene.admin.name, "contoh.id"):
            assert name not in shown


def test_what_is_not_ratified_or_kept_back_or_of_others_is_not_there(
    app: Flask, scene: Scene
) -> None:
    other = Scene(app, make_agency(app))
    theirs, draft = in_force(other, signed=False), a_plan(scene)
    citizen = scene.browser()
    for state in ("draft", "submitted", "needs_revision", "accepted"):
        with scene.inside() as session:
            session.execute(sa.update(ActionPlan).values(state=state))
        for plan_id in (draft, theirs):
            assert citizen.client.get(f"{READ}/{plan_id}").status_code == 404
            assert citizen.client.get(f"{READ}/{plan_id}/data.json").status_code == 404
    assert "Baca rencana" not in citizen.open("/dokumen").words
    # Without a signed file it is public all the same.
    assert "Baca rencana 2026–2027" in other.browser().open("/dokumen").words
    in_force(scene, plan_id=draft)
    assert citizen.client.get(f"{READ}/{draft}").status_code == 200
    with scene.inside() as session:
        session.execute(sa.update(Document).values(publicity="none"))
    assert citizen.client.get(f"{READ}/{draft}").status_code == 404
    assert citizen.client.get("/dokumen.json").json["action_plans"] == []


def test_the_address_of_a_former_version_leads_to_the_present_one(scene: Scene) -> None:
    first = in_force(scene, signed=False)
    with scene.inside() as session:
        second = new_version(session, plan_id=first, actor=scene.admin).id
    citizen = scene.browser()
    assert citizen.client.get(f"{READ}/{second}").status_code == 404
    in_force(scene, plan_id=second, signed=False)
    assert citizen.open(f"{READ}/{first}").path == f"{READ}/{second}"


def test_a_long_plan_comes_in_pages_and_says_what_it_lacks(scene: Scene) -> None:
    lines = whole_lines()
    lines += [
        Line(f"1.1.{n}", "kegiatan", "1.1", name=f"Kegiatan {n}") for n in range(8, ON_A_PAGE + 3)
    ]
    lines += [Line("2", "sasaran", name="Sasaran tanpa program")]
    plan_id = in_force(scene, lines, signed=False)
    page = scene.browser().open(f"{READ}/{plan_id}")
    assert "Kegiatan 8" in page.words
    assert "Sasaran tanpa program" not in page.words
    page = scene.browser().follow(page, "Berikutnya")
    assert "Sasaran tanpa program" in page.words
    assert "Penguatan pengelola" in page.words


OFFICES = {
    "Dinas Kominfo": "Dinas Kominfo",
    "Kepala Bagian Organisasi, Ni Made Uji, S.Sos., M.Si.": "Kepala Bagian Organisasi",
    "I Wayan Sudana, S.Kom. (Kepala Dinas Sosial)": "Kepala Dinas Sosial",
    "Sekretaris Daerah Wayan Adi": "Sekretaris Daerah",
    "Dinas Sosial dan Wayan": "Dinas Sosial",
    "WAYAN SUDANA NIP 19800101 200501 1 001": "",
    "Dinas Sosial; Dinas Kesehatan/Inspektorat": "Dinas Sosial, Dinas Kesehatan, Inspektorat",
    "Kepala UPTD Melati Indah": "Kepala UPTD Melati Indah",
    "Bupati Badung": "Bupati Badung",
    "": "",
}


@pytest.mark.parametrize(("typed", "shown"), OFFICES.items())
def test_of_those_responsible_the_office_is_kept_and_nothing_else(typed: str, shown: str) -> None:
    known: Any = office_words(["Kabupaten Badung", "UPTD Melati Indah"])
    assert office_of(typed, known) == shown
