"""Everyone sees a photo only as it was drawn for them, and only for as long as it is shown."""

from __future__ import annotations

import re
from io import BytesIO
from urllib.parse import urlsplit

import pytest
import sqlalchemy as sa
from PIL import Image

from sp4n.cases.operations import FiledCase
from sp4n.errors import Invalid
from sp4n.files.covering import read_boxes
from tests.desk.test_acts import case_page
from tests.factories import make_agency
from tests.files.making import picture
from tests.pages import Browser, Form, Page
from tests.scenes import Scene


@pytest.fixture
def filing(scene: Scene) -> FiledCase:
    filing = scene.verify(scene.filed())
    admin = scene.desk()
    form = case_page(admin, filing).form("/jawab")
    photo = ("hasil.jpg", picture("JPEG", (400, 200)))
    admin.send(form, body="Lampu sudah menyala.", final="no", attachments=photo)
    return filing


def publicity(browser: Browser, filing: FiledCase) -> Page:
    return browser.open(f"/desk/laporan/{filing.reference}/umum")


def photo_page(admin: Browser, filing: FiledCase) -> Page:
    found = re.search(r"/desk/laporan/[^/]+/umum/foto/\d+", publicity(admin, filing).text)
    assert found is not None
    return admin.open(found[0])


def box_form(page: Page) -> Form:
    return next(one for one in page.forms() if "boxes" in one.controls)


def show(admin: Browser, filing: FiledCase, boxes: str = "0, 0, 50, 100") -> Page:
    return admin.send(box_form(photo_page(admin, filing)), words="Lampu jalan menyala", boxes=boxes)


def address(scene: Scene, filing: FiledCase) -> str:
    page = scene.browser().open(f"/laporan/{filing.reference}")
    found = re.search(r'src="(/laporan/[^"]+/foto/[0-9a-f]{32})"', page.text)
    return found[1] if found else ""


def status(scene: Scene, path: str) -> int:
    return scene.browser().client.get(path).status_code


def test_everyone_sees_a_photo_drawn_anew_and_black_where_it_was_asked_for(
    scene: Scene, filing: FiledCase
) -> None:
    assert not address(scene, filing)
    assert show(scene.desk(), filing).status == 200
    answer = scene.browser().client.get(address(scene, filing))
    assert (answer.status_code, answer.mimetype) == (200, "image/jpeg")
    assert "no-store" in answer.headers["Cache-Control"]
    with Image.open(BytesIO(answer.data)) as drawn:
        assert drawn.size == (400, 200)
        assert not drawn.getexif()
        assert all(max(drawn.getpixel((x, 100))) < 40 for x in (2, 100, 190))
        assert max(drawn.getpixel((390, 100))) > 40
    assert "Lampu jalan menyala" in scene.browser().open(f"/laporan/{filing.reference}").text


def test_who_was_slower_uncovers_nothing(scene: Scene, filing: FiledCase) -> None:
    admin, other = scene.desk(), scene.desk()
    old = box_form(photo_page(other, filing))
    show(admin, filing, boxes="0, 0, 50, 100")
    shown = address(scene, filing)
    page = other.send(old, words="Lampu", boxes="")
    assert page.status == 409
    assert "Lampu" in page.text
    assert address(scene, filing) == shown


def test_an_address_is_gone_with_what_it_showed(scene: Scene, filing: FiledCase) -> None:
    admin = scene.desk()
    show(admin, filing)
    first = address(scene, filing)
    show(admin, filing, "0, 0, 100, 100")
    second = address(scene, filing)
    assert first != second
    assert (status(scene, first), status(scene, second)) == (404, 200)
    assert Scene(scene.app, make_agency(scene.app)).browser().client.get(second).status_code == 404
    other = scene.verify(scene.filed())
    assert status(scene, second.replace(filing.reference, other.reference)) == 404
    admin.send(publicity(admin, filing).form("/tutup"))
    assert status(scene, second) == 404
    assert not address(scene, filing)
    show(admin, filing)
    third = address(scene, filing)
    scene.archive(filing)
    assert status(scene, third) == 404


def test_what_may_not_be_shown_is_not(
    scene: Scene, filing: FiledCase, superuser: sa.Connection
) -> None:
    unit = scene.unit()
    scene.assign(filing, unit)
    admin, liaison = scene.desk(), scene.desk(scene.person("liaison", units=[unit]))
    path = urlsplit(photo_page(admin, filing).url).path
    assert liaison.open(path).status == 403
    assert scene.desk(scene.person("viewer")).open(path).status == 403
    assert Scene(scene.app, make_agency(scene.app)).desk().client.get(path).status_code == 404
    show(admin, filing)
    liaison.send(publicity(liaison, filing).form("/tutup"))
    assert not address(scene, filing)
    superuser.execute(
        sa.text(
            "UPDATE case_event SET actor_kind = 'reporter' WHERE agency_id = :a AND "
            "kind = 'answered'"
        ),
        {"a": scene.agency.id},
    )
    assert show(admin, filing).status == 200
    superuser.execute(
        sa.text("UPDATE case_record SET photos_told = false WHERE agency_id = :a"),
        {"a": scene.agency.id},
    )
    assert admin.open(path).status == 409
    superuser.execute(
        sa.text("UPDATE case_event SET public = false WHERE agency_id = :a AND kind = 'answered'"),
        {"a": scene.agency.id},
    )
    assert admin.open(path).status == 409


@pytest.mark.parametrize(
    "text", ["1, 2, 3", "a, b, c, d", "0, 0, 0, 10", "0, 0, 101, 5", "nan,0,1,1"]
)
def test_a_box_that_is_none_is_said(text: str) -> None:
    with pytest.raises(Invalid):
        read_boxes(text)
    assert read_boxes("10%, 20, 30.5, 15\n\n") == [(10, 20, 30.5, 15)]


def test_what_was_typed_is_kept(scene: Scene, filing: FiledCase) -> None:
    admin = scene.desk()
    page = show(admin, filing, "1, 2")
    assert page.status == 422
    assert box_form(page).values["boxes"] == "1, 2"
    assert not address(scene, filing)
