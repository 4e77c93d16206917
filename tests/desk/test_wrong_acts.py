"""Acts of keeping that go wrong on the way: each a clear answer, and nothing is half done."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from sp4n import clock
from sp4n.accounts import operations as people
from sp4n.cases.recount_models import DueRecount
from sp4n.configuration import operations
from sp4n.configuration.models import ConfigurationVersion
from tests.accounts.people import PASSWORD
from tests.desk.test_questions import HOME as QUESTIONS
from tests.desk.test_questions import add, button, drafted
from tests.desk.test_recount import publish, stricter
from tests.desk.test_settings import CONTACT, NOON, PUBLISH, change, due, public
from tests.pages import Browser
from tests.scenes import Scene

PHONE = "(0361) 111222"


def states(scene: Scene) -> list[str]:
    with scene.inside() as session:
        wanted = sa.select(ConfigurationVersion.state).order_by(ConfigurationVersion.number)
        return list(session.scalars(wanted))


def recounts(scene: Scene) -> int:
    with scene.inside() as session:
        return session.scalar(sa.select(sa.func.count()).select_from(DueRecount)) or 0


def killed(*_about: object, **_more: object) -> None:
    raise RuntimeError("killed half-way")


def test_a_publish_that_is_killed_half_way_has_published_nothing(
    scene: Scene, admin: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene.filed()
    change(admin, CONTACT, contact_phone=PHONE)
    stricter(admin, verification="1")
    form = admin.open(PUBLISH).form("terbitkan")
    with monkeypatch.context() as broken:
        broken.setattr(operations, "_record", killed)  # the last of it: all else is written
        answer = admin.client.post(PUBLISH, data={**form.values, "reason": "Nomor baru"})
        assert answer.status_code == 500
    assert (states(scene), recounts(scene)) == (["draft"], 0)
    assert PHONE not in public(scene).text
    admin.send(admin.open(PUBLISH).form("terbitkan"), reason="Nomor baru")
    assert (states(scene), recounts(scene)) == (["published"], 1)
    assert PHONE in public(scene).text


def test_a_schedule_that_is_killed_half_way_publishes_once_when_it_is_tried_again(
    scene: Scene, admin: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    with clock.frozen(NOON):
        change(admin, CONTACT, contact_phone=PHONE)
        form = admin.open(PUBLISH).form("terbitkan")
        admin.send(form, reason="Nomor baru", when="later", publish_at="2026-11-25T14:00")
    with monkeypatch.context() as broken:
        broken.setattr(operations, "_record", killed)
        due(scene, NOON + timedelta(hours=3))
    assert states(scene) == ["scheduled"]
    assert PHONE not in public(scene).text
    due(scene, NOON + timedelta(hours=4))
    due(scene, NOON + timedelta(hours=5))
    assert states(scene) == ["published"]
    assert PHONE in public(scene).text


def test_a_question_that_has_answers_goes_and_they_stay(scene: Scene, admin: Browser) -> None:
    add(admin, "text", "Nomor pelanggan?")
    publish(scene, admin)
    (one,) = drafted(scene)
    filing = scene.filed(extra=((one.key, "PLN 778"),))
    page = admin.open(f"{QUESTIONS}{one.key}")
    assert not page.has_form("hapus")
    admin.send(button(page, "berhenti", ""))
    publish(scene, admin)
    assert "Nomor pelanggan? PLN 778" in admin.open(f"/desk/laporan/{filing.reference}").words


def test_an_invitation_is_its_owners_whoever_opens_it_and_counts_once(
    scene: Scene, admin: Browser
) -> None:
    with scene.inside() as session:
        invited = people.invite(
            session, email="baru@contoh.go.id", name="Baru", role="viewer", actor=scene.admin
        )
        link = people.make_token(session, account_id=invited.id, purpose="invitation")
    admin.strict = False
    page = admin.open(f"/atur-sandi/{link}")
    assert "baru@contoh.go.id" in page.words
    admin.send(page.form("atur-sandi"), password="seekor gajah membaca koran")
    # The colleague's own password is what it was; the link is used up, also for its owner.
    owner = scene.browser()
    owner.strict = False
    page = owner.open(f"/atur-sandi/{link}")
    assert page.status == 404
    assert "tidak berlaku" in page.words
    with scene.inside() as session:
        mine = people.person_by_id(session, person_id=scene.admin.id or 0)
        assert people.sign_in(session, email=mine.email, password=PASSWORD).person.id == mine.id
