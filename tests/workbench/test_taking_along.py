"""What is taken along of a list or a case: what is in it, what never is, and its trace."""

from __future__ import annotations

import csv
import io
import zipfile
from typing import Any

import pikepdf
import pytest
import sqlalchemy as sa

from sp4n.audit.models import AuditEntry
from sp4n.cases.models import IdentityLook
from sp4n.desk import list_exports
from sp4n.tenants.resolver import AgencyFacts
from tests.pages import Browser
from tests.scenes import Scene

FORMULA = "=cmd|' /C calc'!A0"


def taken(browser: Browser, query: str = "", **more: str) -> Any:
    token = browser.open("/akun").forms()[0].values["csrf_token"]
    return browser.client.post(f"/desk/unduh{query}", data={"csrf_token": token, **more})


def lines(browser: Browser, query: str = "") -> list[list[str]]:
    answer = taken(browser, query)
    assert answer.status_code == 200
    return list(csv.reader(io.StringIO(answer.get_data(as_text=True).removeprefix("\ufeff"))))


def acts(scene: Scene, act: str) -> list[dict[str, Any]]:
    with scene.inside() as session:
        wanted = sa.select(AuditEntry.data).where(AuditEntry.act == act).order_by(AuditEntry.id)
        return list(session.scalars(wanted))


def test_a_list_is_taken_as_it_is_shown_without_who_reported(scene: Scene) -> None:
    unit = scene.unit()
    mine = scene.verify(scene.filed(title=FORMULA), unit_id=unit)
    scene.note(mine, "catatanrahasia")
    other, hidden = scene.filed(), scene.verify(scene.filed(confidential=True))
    browser = scene.desk()
    found = lines(browser)
    assert [row[0] for row in found[1:]] == [one.reference for one in (hidden, other, mine)]
    assert found[3][1] == f"'{FORMULA}".replace("|'", "|''") or found[3][1].startswith("'=")
    assert found[3][5] == scene.unit_name(unit)
    text = "\n".join(map(",".join, found))
    for secret in ("made@contoh.id", "catatanrahasia"):
        assert secret not in text
    assert [row[0] for row in lines(browser, "?status=unverified")[1:]] == [other.reference]
    liaison = scene.desk(scene.person("liaison", units=[unit]))
    assert [row[0] for row in lines(liaison)[1:]] == [mine.reference]
    head = scene.desk(scene.person("head"))
    assert hidden.reference not in {row[0] for row in lines(head)}
    assert acts(scene, "case.list_exported")[1]["search"] == {"status": "unverified"}


def test_a_workbook_holds_text_and_no_formula(scene: Scene) -> None:
    scene.filed(title=FORMULA)
    answer = taken(scene.desk(), format="xlsx")
    assert answer.headers["Content-Disposition"].endswith('.xlsx"')
    with zipfile.ZipFile(io.BytesIO(answer.data)) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet
    assert "&apos;=cmd" in sheet or "'=cmd" in sheet
    assert len(acts(scene, "case.list_exported")) == 1


def test_a_long_list_ends_and_says_so(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    for _number in range(4):
        scene.filed()
    monkeypatch.setattr(list_exports, "AT_ONCE", 1)
    monkeypatch.setattr(list_exports, "MOST_ROWS", 3)
    found = lines(scene.desk())
    assert len(found) == 5
    assert "Hanya 3 laporan terbaru" in found[-1][0]


def words_of(answer: Any) -> str:
    with pikepdf.open(io.BytesIO(answer.data)) as pdf:
        streams = (page.Contents.read_bytes().decode("latin-1") for page in pdf.pages)
        return "\n".join(streams)


def test_a_case_is_taken_as_a_pdf_without_notes_and_with_who_reported_only_when_asked(
    scene: Scene,
) -> None:
    filing = scene.answer(scene.verify(scene.filed()))
    scene.note(filing, "catatanrahasia")
    page = (browser := scene.desk()).open(f"/desk/laporan/{filing.reference}")
    form = page.form("/pdf")
    path = form.action
    answer = browser.client.post(path, data=form.filled({}))
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    text = words_of(answer)
    assert "Petugas kami datang" in text
    assert "catatanrahasia" not in text
    assert "made@contoh.id" not in text
    answer = browser.client.post(path, data=form.filled({"identitas": "1"}))
    assert "made@contoh.id" in words_of(answer)
    assert [one["identity"] for one in acts(scene, "case.printed")] == [False, True]
    with scene.inside() as session:
        looks = session.scalars(sa.select(IdentityLook.purpose)).all()
        assert list(looks) == ["pdf"]


def test_nobody_prints_who_an_anonymous_reporter_is(scene: Scene) -> None:
    filing = scene.verify(scene.filed(anonymous=True))
    page = (browser := scene.desk()).open(f"/desk/laporan/{filing.reference}")
    form = page.form("/pdf")
    assert "identitas" not in form.controls
    data = {**form.values, "identitas": "1"}
    assert browser.client.post(form.action, data=data).status_code == 403
    head = scene.desk(scene.person("head"))
    page = head.open(f"/desk/laporan/{scene.verify(scene.filed()).reference}")
    form = page.form("/pdf")
    assert head.client.post(form.action, data={**form.values, "identitas": "1"}).status_code == 403


def test_who_only_reads_takes_nothing_along(scene: Scene, other_agency: AgencyFacts) -> None:
    theirs = Scene(scene.app, other_agency).filed()
    filing = scene.filed()
    viewer, admin = scene.desk(scene.person("viewer")), scene.desk()
    assert taken(viewer).status_code == 403
    assert not viewer.open(f"/desk/laporan/{filing.reference}").has_form("/pdf")
    token = admin.open("/akun").forms()[0].values["csrf_token"]
    path = f"/desk/laporan/{theirs.reference}/pdf"
    assert admin.client.post(path, data={"csrf_token": token}).status_code == 404
