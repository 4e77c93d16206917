"""The page where a receipt is checked, and the heads that are published."""

from __future__ import annotations

import json
import re
from datetime import timedelta

import sqlalchemy as sa
from flask import Flask

from sp4n import clock
from sp4n.cases.operations import FiledCase
from sp4n.cases.references import with_check
from sp4n.seals.codes import proof_code, proven_reference
from sp4n.tenants.resolver import AgencyFacts
from tests.cases.making import MONDAY
from tests.factories import ClientFor
from tests.pages import Browser
from tests.scenes import Scene
from tests.seals.test_sealing import seal

REFERENCE = with_check("23456789C")
SECRET = "a secret of these tests, long enough to be one"


def checked(scene: Scene, filed: FiledCase, browser: Browser | None = None) -> str:
    """What the page says to who scans the receipt's QR code."""
    code = proof_code(scene.app.config["SECRET_KEY"], filed.reference)
    page = (browser or scene.browser()).open(f"/periksa?nomor={filed.reference}&bukti={code}")
    [verdict] = re.findall(r'data-verdict="(\w+)"', page.text)
    return verdict


def test_the_code_is_the_references_own_and_is_read_as_people_write() -> None:
    code = proof_code(SECRET, REFERENCE)
    assert re.fullmatch(r"(?:[2-9A-Z]{4}-){2}[2-9A-Z]{4}", code)
    typed = code.lower().replace("-", " ")
    assert proven_reference(SECRET, REFERENCE.lower().replace("-", ""), typed) == REFERENCE
    assert proven_reference(SECRET, REFERENCE, code[:-1]) is None
    assert proven_reference(SECRET, REFERENCE, proof_code(SECRET, "")) is None
    assert proven_reference(SECRET, "", proof_code(SECRET, "")) is None


def test_a_receipt_shows_unsealed_intact_and_altered(
    scene: Scene, superuser: sa.Connection
) -> None:
    filed = scene.verify(scene.filed())
    assert checked(scene, filed) == "unsealed"
    seal(scene)
    assert checked(scene, filed) == "intact"
    superuser.execute(
        sa.text("UPDATE case_record SET title = 'Lain' WHERE id = :case"), {"case": filed.case_id}
    )
    assert checked(scene, filed) == "changed"


def test_nothing_of_a_case_is_shown_and_notes_have_no_name(
    scene: Scene, superuser: sa.Connection
) -> None:
    filed = scene.filed(confidential=True)
    scene.note(filed, "Pelapor dikenal")
    seal(scene)
    superuser.execute(
        sa.text("UPDATE case_event SET body = 'x' WHERE case_id = :case AND NOT public"),
        {"case": filed.case_id},
    )
    code = proof_code(scene.app.config["SECRET_KEY"], filed.reference)
    text = scene.browser().open(f"/periksa?nomor={filed.reference}&bukti={code}").text
    assert "Langkah internal instansi" in text
    for secret in ("Catatan internal", "Pelapor dikenal", "Lampu", "Kuta", "Made"):
        assert secret not in text


def test_a_wrong_code_and_an_unknown_reference_are_answered_alike(scene: Scene) -> None:
    filed, browser = scene.filed(), scene.browser()
    pages = []
    for reference in (filed.reference, REFERENCE):
        page = browser.open(f"/periksa?nomor={reference}&bukti=XXXX-XXXX-XXXX")
        assert page.status == 422
        text = re.sub(r'value="[^"]*"', "", page.text).replace(reference, "")
        pages.append(re.sub(r"[\w.-]{60,}", "", text))
    assert pages[0] == pages[1]


def test_guessing_at_codes_is_slowed_down(scene: Scene) -> None:
    browser, filed = scene.browser(), scene.filed()
    statuses = [
        browser.open(f"/periksa?nomor={filed.reference}&bukti=XXXX-XXXX-XXX{one}").status
        for one in "23456789"
    ]
    assert statuses[:5] == [422] * 5
    assert statuses[-1] == 429


def test_another_agency_leads_on_with_the_right_code_alone(
    app: Flask, scene: Scene, other_agency: AgencyFacts, client_for: ClientFor
) -> None:
    filed = scene.filed()
    there, code = client_for(other_agency), proof_code(app.config["SECRET_KEY"], filed.reference)
    led = there.get(f"/periksa?nomor={filed.reference}&bukti={code}")
    assert led.status_code == 303
    assert scene.agency.slug in led.location
    assert there.get(f"/periksa?nomor={filed.reference}&bukti=x").status_code == 422
    by_number = client_for(None).get(f"/periksa?nomor={filed.reference}")
    assert by_number.status_code == 302
    assert client_for(None).get(f"/periksa?nomor={REFERENCE}").status_code == 404


def test_heads_are_published_once_their_hour_is_over(scene: Scene, client_for: ClientFor) -> None:
    with clock.frozen(MONDAY):
        scene.filed()
        seal(scene)
        assert json.loads(client_for(scene.agency).get("/segel.json").data)["heads"] == []
    with clock.frozen(MONDAY + timedelta(hours=1)):
        [head] = json.loads(client_for(scene.agency).get("/segel.json").data)["heads"]
        assert head["number"] == 1
        assert head["head"][:32] in scene.browser().open("/segel").text
        asked = client_for(scene.agency).get("/segel.json?bulan=2026-11").json
        assert asked["heads"] == [head]
        assert client_for(scene.agency).get("/segel.json?bulan=2026-10").json["heads"] == []
        assert client_for(scene.agency).get("/segel.json?bulan=9999-12").status_code == 200
        every = client_for(None).get("/segel.json").json["heads"]
        assert {**head, "agency": scene.agency.slug} in every
    assert client_for(None).get("/segel").status_code == 200
