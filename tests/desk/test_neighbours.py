"""Beside a case stands the list it was opened from; after an act the work goes on in it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from sp4n.cases.operations import FiledCase
from tests.cases.making import MONDAY
from tests.page_rules import words_in
from tests.pages import Page
from tests.scenes import Scene


@pytest.fixture
def three(scene: Scene) -> list[FiledCase]:
    """Oldest first; the list has them the other way round."""
    return [
        scene.filed(at=MONDAY + timedelta(hours=hour), title=title)
        for hour, title in enumerate(("Tertua", "Tengah", "Terbaru"))
    ]


def listed(page: Page) -> list[str]:
    return [words_in(one) for one in page.find_all("caselist__link")]


def steps_of(page: Page) -> dict[str, str]:
    """What the bar offers: words -> the title it leads to."""
    return {words_in(one): one.get("title") for one in page.find_all("casebar__link")}


def test_the_list_beside_a_case_has_the_order_of_the_list(
    scene: Scene, three: list[FiledCase]
) -> None:
    page = scene.desk().open(f"/desk/laporan/{three[1].reference}")
    assert listed(page) == ["Terbaru", "Tengah", "Tertua"]
    assert steps_of(page) == {"Sebelumnya": "Terbaru", "Berikutnya": "Tertua"}


def test_the_ends_of_the_list_lead_nowhere(scene: Scene, three: list[FiledCase]) -> None:
    browser = scene.desk()
    assert steps_of(browser.open(f"/desk/laporan/{three[2].reference}")) == {"Berikutnya": "Tengah"}
    first = browser.open(f"/desk/laporan/{three[0].reference}")
    assert steps_of(first) == {"Sebelumnya": "Tengah"}


def test_a_case_keeps_the_tab_it_was_opened_from(scene: Scene, three: list[FiledCase]) -> None:
    scene.verify(three[1])
    browser = scene.desk()
    page = browser.follow(browser.open("/desk/?status=unverified"), "Terbaru")
    assert listed(page) == ["Terbaru", "Tertua"]
    assert page.link("Belum terverifikasi").endswith("/desk/?status=unverified")
    assert browser.follow(page, "Berikutnya").heading == "Tertua"


def test_after_an_act_the_next_case_of_the_tab_is_offered(
    scene: Scene, three: list[FiledCase]
) -> None:
    browser = scene.desk()
    page = browser.open(f"/desk/laporan/{three[2].reference}?status=unverified")
    page = browser.send(page.form("/verifikasi"))
    assert "Laporan sudah diverifikasi. Laporan berikutnya: Tengah" in page.words
    assert page.url.endswith("?status=unverified")
    assert browser.follow(page, "Tengah").heading == "Tengah"


def test_without_a_tab_the_next_case_is_the_one_that_is_due_first(
    scene: Scene, three: list[FiledCase]
) -> None:
    browser = scene.desk()
    page = browser.open(f"/desk/laporan/{three[1].reference}")
    page = browser.send(page.form("/catatan"), body="Sudah saya telepon.")
    assert "Catatan sudah disimpan. Laporan berikutnya: Tertua" in page.words


def test_after_the_last_case_it_says_that_nothing_is_left(scene: Scene) -> None:
    filing = scene.filed()
    browser = scene.desk()
    page = browser.send(browser.open(f"/desk/laporan/{filing.reference}").form("/verifikasi"))
    assert "Tidak ada laporan lain yang perlu dikerjakan." in page.words


def test_a_liaison_is_offered_their_own_cases_only(scene: Scene, three: list[FiledCase]) -> None:
    mine = scene.unit("Dinas Saya")
    for filing in three[1:]:
        scene.assign(scene.verify(filing), mine)
    browser = scene.desk(scene.person("liaison", units=[mine]))
    page = browser.open(f"/desk/laporan/{three[1].reference}")
    assert listed(page) == ["Terbaru", "Tengah"]
    page = browser.send(page.form("/catatan"), body="Dicek.")
    assert "Laporan berikutnya: Terbaru" in page.words


@pytest.mark.parametrize("query", ["status=weather", "unit=abc", "terlambat=2", "q=%00"])
def test_an_address_that_says_nonsense_shows_the_case_all_the_same(
    scene: Scene, three: list[FiledCase], query: str
) -> None:
    page = scene.desk().open(f"/desk/laporan/{three[1].reference}?{query}")
    assert listed(page) == ["Terbaru", "Tengah", "Tertua"]


def test_the_act_that_is_due_stands_first_and_is_marked(scene: Scene) -> None:
    filing, unit, browser = scene.filed(), scene.unit(), scene.desk()

    def due() -> str:
        panels = browser.open(f"/desk/laporan/{filing.reference}").find_all("panel--due")
        return words_in(panels[0].find("h2")) if panels else ""

    assert due() == "Perlu sekarang Verifikasi laporan"
    scene.verify(filing)
    assert due() == "Perlu sekarang Teruskan ke unit"
    scene.assign(filing, unit)
    assert due() == "Perlu sekarang Tanggapi pelapor"
    scene.answer(filing, final=True)
    assert due() == ""
