"""/kelola/pengaturan/publikasi: what is published as a rule, and which files are taken."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest

from sp4n.files.own_limits import limits_of
from tests.desk.test_topics import PUBLISH, change, publish
from tests.files.making import picture
from tests.pages import Browser, Page
from tests.scenes import Scene

pytestmark = pytest.mark.usefixtures("that_monday")
HOME = "/kelola/pengaturan/publikasi"


def proposed(scene: Scene, admin: Browser, **over: Any) -> bool:
    """Whether the box is ticked for who verifies."""
    page = admin.open(f"/desk/laporan/{scene.filed(**over).reference}")
    return "publish" in page.form("verifikasi").values


def at_files(scene: Scene) -> tuple[Browser, Page]:
    browser = scene.browser()
    page = browser.send(browser.open("/lapor").form("lapor"), classification="pengaduan")
    words = {"title": "Jalan rusak parah", "description": "Jalan berlubang di depan pasar."}
    page = browser.send(page.form("lapor"), **words)
    return browser, browser.send(page.form("lapor"))


def attached(scene: Scene, *files: tuple[bytes, str]) -> Page:
    browser, page = at_files(scene)
    browser.strict = False  # what is attached can be removed by forms of its own, above
    sent = [(BytesIO(content), name) for content, name in files]
    form = page.form("lapor")
    return browser.send_filled(form, {**form.values, "attachments": sent})


def test_what_is_published_as_a_rule_is_proposed_and_the_reporter_is_told(
    scene: Scene, admin: Browser
) -> None:
    assert not proposed(scene, admin)
    change(admin, HOME, public_classes=["pengaduan"])
    assert "Pengaduan" in admin.open(PUBLISH).words
    publish(scene, admin)
    assert proposed(scene, admin)
    assert not proposed(scene, admin, classification="aspirasi")
    browser, page = at_files(scene)
    page = browser.send(page.form("lapor"))
    page = browser.send(page.form("lapor"))
    assert "instansi ini biasanya menampilkan" in page.words


def test_a_confidential_report_is_never_proposed_and_the_law_stays(
    scene: Scene, admin: Browser
) -> None:
    change(admin, HOME, public_classes=["pengaduan"])
    publish(scene, admin)
    filing = scene.filed(confidential=True)
    page = admin.open(f"/desk/laporan/{filing.reference}")
    assert "tidak pernah diumumkan" in page.words
    scene.verify(filing, publish=True)
    assert scene.browser().open(f"/laporan/{filing.reference}").status == 404
    locked = admin.open(HOME)
    assert "Undang-Undang Nomor 27 Tahun 2022" in locked.words
    assert "identity_publicity" not in locked.form("publikasi").controls


def test_only_files_of_the_kinds_sizes_and_number_that_are_taken_come_in(
    scene: Scene, admin: Browser
) -> None:
    png, jpeg = picture("PNG", (300, 200)), picture("JPEG", (300, 200))
    change(admin, HOME, file_kinds=["JPEG", "PDF"], file_size="1", file_count="2")
    publish(scene, admin)
    page = at_files(scene)[1]
    assert "JPEG, PDF. Paling banyak 2 berkas, masing-masing 1 MB" in page.words
    assert 'accept="image/jpeg,application/pdf"' in page.text
    page = attached(scene, (png, "foto.png"))
    assert any("tidak diterima instansi ini. Lampirkan JPEG, PDF" in one for one in page.errors)
    large = jpeg + b"\0" * (1024 * 1024)
    assert any("1 MB" in one for one in attached(scene, (large, "besar.jpg")).errors)
    photos = [(picture("JPEG", (300, 200 + n)), f"{n}.jpg") for n in range(3)]
    assert attached(scene, *photos).errors
    assert not attached(scene, *photos[:2]).errors


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"file_size": "11"}, "dari 1 sampai 10"),
        ({"file_size": "0"}, "dari 1 sampai 10"),
        ({"file_count": "6"}, "dari 1 sampai 5"),
        ({"file_count": "dua"}, "dari 1 sampai 5"),
    ],
)
def test_what_is_looser_than_the_house_is_refused_and_kept(
    admin: Browser, typed: dict[str, str], words: str
) -> None:
    page = change(admin, HOME, **typed)
    assert page.status == 422
    assert any(words in error for error in page.errors), page.errors
    values = page.form("publikasi").values
    assert {name: values[name] for name in typed} == typed


def test_what_equals_the_default_is_the_default(scene: Scene, admin: Browser) -> None:
    kinds = ["JPEG", "PNG", "WEBP", "PDF"]
    change(admin, HOME, file_kinds=kinds, file_size="10", file_count="5")
    assert "Draf ini sama dengan yang berlaku" in admin.open(PUBLISH).words
    assert admin.open(HOME).form("publikasi").values["file_kinds"] == kinds
    change(admin, HOME, file_kinds=["PDF"])
    page = admin.open(HOME)
    assert page.words.count("Diatur instansi ini") == 1
    admin.send(page.form("publikasi"), ("bawaan", "file_kinds"))
    assert "Diatur instansi ini" not in admin.open(HOME).words
    assert limits_of(scene.agency).kind_names == "JPEG, PNG, WEBP, PDF"
