"""A passkey in a real browser, with an authenticator that the browser itself plays."""

from __future__ import annotations

from typing import Any

import pytest

from tests.accounts.people import PASSWORD
from tests.journeys.conftest import Visit
from tests.journeys.test_staff import email_of
from tests.journeys.visitor import PHONE, Device, Visitor
from tests.journeys.walks import sign_in
from tests.scenes import Scene

pytestmark = pytest.mark.browser


def authenticator(visitor: Visitor) -> Any:
    """A device that asks for a finger, and gets it each time."""
    line = visitor.page.context.new_cdp_session(visitor.page)
    line.send("WebAuthn.enable")
    device = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    return line.send("WebAuthn.addVirtualAuthenticator", {"options": device})


def test_a_key_is_added_and_signs_in_after_the_password_and_alone(
    visit: Visit, site: str, scene: Scene
) -> None:
    staff, email = visit(Device(PHONE)), email_of(scene, "head")
    authenticator(staff)
    sign_in(staff, site, email, PASSWORD)
    staff.open(f"{site}/akun/kunci-sandi/baru")
    staff.type(name="Telepon kantor", current=PASSWORD)
    staff.find("form[action$='/baru'] button").click()
    staff.page.wait_for_selector("[data-recovery-codes]")
    staff.look()
    staff.open(f"{site}/akun/dua-langkah")
    assert "Telepon kantor" in staff.words
    staff.page.context.clear_cookies()
    staff.open(f"{site}/masuk")
    staff.find("form[data-form=kunci] button").click()
    staff.page.wait_for_url(f"{site}/desk/")
    staff.page.context.clear_cookies()
    staff.open(f"{site}/masuk")
    staff.type(email=email, password=PASSWORD)
    staff.find("form[data-form=masuk] button").click()
    staff.page.wait_for_url(f"{site}/desk/")
    staff.look()
