"""The languages that citizens may choose at an agency."""

from __future__ import annotations

from sp4n.cases.models import CaseRecord
from tests.desk.test_settings import LOOK, PUBLISH, change, publish
from tests.pages import Browser
from tests.portal.walking import Walker
from tests.scenes import Scene


def test_an_agency_that_offers_indonesian_alone_speaks_it_whatever_is_asked(
    scene: Scene, admin: Browser
) -> None:
    assert scene.browser(strict=False).open("/?lang=en").tree.get("lang") == "en"
    change(admin, LOOK, languages="id")
    page = admin.open(PUBLISH)
    assert "Indonesia, dan Inggris bagi yang memilihnya" in page.words
    assert "Hanya Indonesia" in page.words
    publish(admin)
    browser = scene.browser(strict=False)
    for path in ("/", "/laporan", "/lacak", "/lapor/jenis", "/tidak/ada"):
        page = browser.open(f"{path}?lang=en")
        assert page.tree.get("lang") == "id", path
        assert "hreflang" not in page.text, path
    walker = Walker(scene.browser().client)
    walker.open("/lapor?lang=en")
    walker.answer()
    reference = walker.go().marked("data-reference")
    with scene.inside() as session:
        case = session.query(CaseRecord).filter_by(reference=reference).one()
        assert case.language == "id"
    assert admin.open("/desk/?lang=en").tree.get("lang") == "en"


def test_a_draft_is_looked_at_in_its_own_languages(scene: Scene, admin: Browser) -> None:
    change(admin, LOOK, languages="id")
    admin.send(admin.open("/kelola/pengaturan/").form("pratinjau"))
    admin.strict = False
    assert admin.open("/?lang=en").tree.get("lang") == "id"
    assert scene.browser(strict=False).open("/?lang=en").tree.get("lang") == "en"


def test_a_language_that_is_not_offered_is_refused(scene: Scene, admin: Browser) -> None:
    form = admin.open(LOOK).form("tampilan")
    page = admin.send_filled(form, {**form.values, "languages": "jv"})
    assert page.status == 422
    assert len(page.errors) == 1
    page = change(admin, LOOK, languages="id")
    assert "Draf tersimpan" in page.text
    page = change(admin, LOOK, languages="")
    assert "belum terbit" not in page.words or "0 perubahan" in page.words
