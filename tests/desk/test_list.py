"""The desk's list of cases and the trail: what each sees there, narrowed and in pages."""

from __future__ import annotations

from datetime import timedelta

import pytest

from sp4n import clock
from sp4n.tenants.resolver import AgencyFacts
from tests.cases.making import MONDAY
from tests.page_rules import words_in
from tests.pages import Browser, Page
from tests.scenes import Scene


def titles_on(page: Page) -> list[str]:
    return [words_in(a) for a in page.tree.findall(".//tbody//th//a")]


def tabs_of(page: Page) -> dict[str, int]:
    """What the tabs say: name -> count."""
    links = page.find_all("tabs__link")
    found = ((words_in(link), link.find("span")) for link in links)
    counted = [(words, words_in(number)) for words, number in found if number is not None]
    return {words.removesuffix(number): int(number) for words, number in counted}


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("", "Belum ada laporan untuk Anda"),
        ("?terlambat=1", "Semua laporan yang belum selesai masih dalam batas waktu."),
        ("?status=unverified", "Tidak ada yang menunggu verifikasi"),
        ("?status=unhandled", "Tidak ada yang menunggu tanggapan pertama"),
        ("?status=in_progress", "Tidak ada laporan yang sedang dikerjakan"),
        ("?status=awaiting_reply", "Tidak ada yang menunggu pelapor"),
        ("?status=closed", "Belum ada laporan di sini"),
        ("?q=qwxyz", "Tidak ada laporan yang cocok"),
    ],
)
def test_an_empty_list_says_why_it_is_empty(scene: Scene, query: str, words: str) -> None:
    assert words in scene.desk().open(f"/desk/{query}").words


def test_a_search_that_found_nothing_is_undone_and_stays_in_its_tab(scene: Scene) -> None:
    scene.filed(title="Yang ada")
    browser = scene.desk()
    page = browser.open("/desk/?q=qwxyz&status=unverified")
    assert titles_on(browser.follow(page, "Hapus filter")) == ["Yang ada"]


def test_each_row_says_how_much_time_is_left(scene: Scene) -> None:
    scene.answer(scene.verify(scene.filed(at=MONDAY)), final=True)
    scene.archive(scene.filed(at=MONDAY))
    scene.filed(at=MONDAY)
    seen = {}
    for days in (0, 2, 3, 10):
        with clock.frozen(MONDAY + timedelta(days=days)):
            page = scene.desk().open("/desk/")
            row = page.find_all("limit")[0]
            seen[days] = (words_in(row), row.get("class"))
    assert seen[0] == ("Sisa 3 hari kerja 5 November 2026", "limit limit--ok")
    assert seen[2] == ("Sisa 1 hari kerja 5 November 2026", "limit limit--soon")
    assert seen[3] == ("Jatuh tempo hari ini 5 November 2026", "limit limit--soon")
    assert seen[10][0].startswith("Terlambat 5 hari kerja")
    others = [words_in(one) for one in page.find_all("is-none")]
    assert "–" in others
    assert any(words_in(one).startswith("Giliran pelapor") for one in page.find_all("limit"))


def test_the_newest_case_stands_first_with_its_limit(scene: Scene) -> None:
    scene.filed(at=MONDAY, title="Laporan pertama")
    scene.filed(at=MONDAY + timedelta(hours=1), title="Laporan kedua")
    with clock.frozen(MONDAY + timedelta(days=2)):
        page = scene.desk().open("/desk/")
        assert titles_on(page) == ["Laporan kedua", "Laporan pertama"]
        assert "5 November 2026" in page.words
        assert "Terlambat" not in page.words.split("Batas waktu")[-1]
    with clock.frozen(MONDAY + timedelta(days=20)):
        page = scene.desk().open("/desk/?terlambat=1")
        assert page.words.count("Terlambat") >= 2


def test_tabs_and_filters_narrow_the_list_and_their_counts_are_true(scene: Scene) -> None:
    unit, other = scene.unit("Dinas Satu"), scene.unit("Dinas Dua")
    scene.filed(title="Belum diperiksa")
    scene.assign(scene.verify(scene.filed(title="Di unit satu")), unit)
    scene.answer(scene.assign(scene.verify(scene.filed(title="Di unit dua")), other))
    scene.archive(scene.filed(title="Iklan obat"))
    browser = scene.desk()
    page = browser.open("/desk/")
    tabs = tabs_of(page)
    assert tabs["Semua"] == 4
    for name, expected in (
        ("Belum terverifikasi", ["Belum diperiksa"]),
        ("Belum ditindaklanjuti", ["Di unit satu"]),
        ("Dalam proses", ["Di unit dua"]),
        ("Diarsipkan", ["Iklan obat"]),
    ):
        assert titles_on(browser.follow(page, name)) == expected
        assert tabs[name] == 1
    narrowed = browser.send(page.form("/desk/"), unit=str(unit))
    assert titles_on(narrowed) == ["Di unit satu"]
    assert titles_on(browser.send(page.form("/desk/"), q="iklan")) == ["Iklan obat"]
    assert browser.send(page.form("/desk/"), q="iklan").form("/desk/").values["q"] == "iklan"


def test_a_reference_finds_its_case_however_it_is_typed(scene: Scene) -> None:
    filing = scene.filed(title="Yang dicari")
    scene.filed(title="Yang lain")
    page = scene.desk().open(f"/desk/?q={filing.reference.lower().replace('-', '')}")
    assert titles_on(page) == ["Yang dicari"]


def test_a_long_list_has_pages_that_show_every_case_once(scene: Scene) -> None:
    for number in range(53):
        scene.filed(title=f"Laporan {number:02}")
    browser = scene.desk()
    first = browser.open("/desk/")
    rest = browser.follow(first, "Berikutnya")
    seen = titles_on(first) + titles_on(rest)
    assert (len(titles_on(first)), len(seen), len(set(seen))) == (50, 53, 53)
    assert not any("Berikutnya" in words_in(a) for a in rest.tree.iter("a"))


@pytest.mark.parametrize(
    "query",
    ["status=weather", "unit=abc", "unit=99999999999999999999", "sebelum=xx", "q=%00", "q=%25_'"],
)
def test_an_address_that_says_nonsense_shows_a_list_all_the_same(scene: Scene, query: str) -> None:
    scene.filed()
    assert scene.desk().open(f"/desk/?{query}").status == 200


def test_a_liaison_sees_the_cases_of_the_units_below_their_own(scene: Scene) -> None:
    mine, other = scene.unit("Dinas Saya"), scene.unit("Dinas Lain")
    scene.assign(scene.verify(scene.filed(title="Milik saya")), mine)
    hidden = scene.assign(scene.verify(scene.filed(title="Milik lain")), other)
    browser = scene.desk(scene.person("liaison", units=[mine]))
    page = browser.open("/desk/")
    assert titles_on(page) == ["Milik saya"]
    assert tabs_of(page)["Semua"] == 1
    assert browser.open(f"/desk/laporan/{hidden.reference}").status == 404


def test_who_is_not_signed_in_is_asked_to_and_comes_back(scene: Scene) -> None:
    filing = scene.filed()
    page = scene.browser().open(f"/desk/laporan/{filing.reference}")
    assert page.path == "/masuk"
    assert page.form("masuk").values["next"] == f"/desk/laporan/{filing.reference}"


def test_staff_of_one_agency_are_nobody_at_another(scene: Scene, other_agency: AgencyFacts) -> None:
    browser = scene.desk()
    cookie = browser.client.get_cookie("sp4n", domain=f"{scene.agency.slug}.localhost")
    assert cookie is not None
    stranger = Scene(scene.app, other_agency).browser()
    stranger.client.set_cookie("sp4n", cookie.value, domain=f"{other_agency.slug}.localhost")
    assert stranger.open("/desk/").path == "/masuk"


def test_the_trail_tells_who_did_what_with_a_way_to_the_case(scene: Scene) -> None:
    filing = scene.verify(scene.filed())
    browser: Browser = scene.desk(scene.person("head", "I Made Pimpinan"))
    page = browser.open("/desk/jejak")
    assert "Memverifikasi laporan" in page.words
    assert "Ni Luh Admin" in page.words
    assert browser.follow(page, filing.reference).heading == "Lampu jalan padam"


@pytest.mark.parametrize(("role", "status"), [("liaison", 403), ("viewer", 403), ("admin", 200)])
def test_the_trail_is_for_who_keeps_the_agency(scene: Scene, role: str, status: int) -> None:
    who = scene.admin if role == "admin" else scene.person(role)
    assert scene.desk(who).open("/desk/jejak").status == status


def test_who_may_not_is_told_so_with_a_way_back(scene: Scene) -> None:
    page = scene.desk(scene.person("viewer")).open("/desk/jejak")
    assert page.heading == "Anda tidak dapat membuka halaman ini"
    assert page.link("Ke daftar laporan").endswith("/desk/")


def test_a_refusal_keeps_who_is_signed_in_at_the_desk(scene: Scene) -> None:
    browser = scene.desk(scene.person("viewer", "I Wayan Pengamat"))
    for path, status in (("/desk/jejak", 403), ("/desk/laporan/AAA-BBBB-CCCC", 404)):
        page = browser.open(path)
        assert page.status == status
        assert "I Wayan Pengamat" in " ".join(words_in(one) for one in page.find_all("topbar"))
    stranger = scene.browser().open("/laporan/AAA-BBBB-CCCC")
    assert (stranger.status, stranger.find_all("topbar")) == (404, [])
