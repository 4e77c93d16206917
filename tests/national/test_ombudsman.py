"""After the time that the rules name a reporter hands their case to the Ombudsman: asked, prepared,
received, decided, each seen by reporter, agency and coordinator."""

from __future__ import annotations

import io
import zipfile
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from sp4n import clock
from sp4n.cases.models import CaseEvent, CaseRecord
from sp4n.cases.ombudsman_models import OmbudsmanHandoff
from sp4n.cases.operations import (
    PREPARE,
    FiledCase,
    ask_ombudsman,
    note_receipt,
    note_result,
    offer_batch,
    prepare_handoff,
    withdraw_from_ombudsman,
)
from sp4n.errors import NotPossible
from sp4n.jobs import run
from sp4n.jobs.models import Outbox
from sp4n.tenants.resolver import AgencyFacts
from tests.cases.between import between, kinds
from tests.cases.making import COORDINATOR, MONDAY
from tests.desk.test_holding import tracked
from tests.files.making import picture
from tests.pages import Browser, Page
from tests.scenes import Scene, coordinator_browser

LATER = MONDAY + timedelta(days=61)
REASON = "Menyerahkan laporan kepada Ombudsman."
NUMBER, RESULT = "0123/LM/I/2027/JKT", "Ombudsman menemukan penundaan berlarut."
OFFER = "/ombudsman"


@pytest.fixture
def scene(app: Flask, agency: AgencyFacts) -> Scene:
    app.extensions["sp4n.throttle"].counters.memory.reset()
    return Scene(app, agency)


def asked(scene: Scene, filing: FiledCase) -> tuple[Browser, Page]:
    citizen, page = tracked(scene, filing)
    return citizen, citizen.send(page.form(OFFER), consent=True)


def prepare(scene: Scene) -> int:
    run.serve(scene.app)
    with scene.inside() as session:
        wanted = sa.select(Outbox.id, Outbox.object_id).where(Outbox.kind == PREPARE)
        owed, handoff_id = session.execute(wanted.order_by(Outbox.id.desc())).first() or (0, 0)
    run.run_outbox(scene.agency.id, owed)
    return int(handoff_id or 0)


def test_a_case_goes_to_the_ombudsman_and_everyone_sees_where_it_stands(
    app: Flask, scene: Scene, other_agency: AgencyFacts
) -> None:
    with clock.frozen(MONDAY):
        filing = scene.verify(scene.filed())
        scene.note(filing, "catatan kita saja")
    with clock.frozen(MONDAY + timedelta(days=59)):
        assert not tracked(scene, filing)[1].has_form(OFFER)
    with clock.frozen(LATER):
        citizen, page = tracked(scene, filing)
        page = citizen.send(page.form(OFFER))
        assert (page.status, page.errors) == (422, ["Centang persetujuan Anda."])
        page = citizen.send(page.form(OFFER), consent=True)
        assert "Diminta pelapor" in page.words
        assert not page.has_form(OFFER)
        handoff_id = prepare(scene)
        page = citizen.open(page.path)
        assert "Berkas siap diserahkan" in page.words
        mine = citizen.client.get(f"{page.path}/ombudsman.pdf")
        assert mine.data.startswith(b"%PDF")
        assert (
            "Pelapor menyerahkan laporan"
            in scene.desk().open(f"/desk/laporan/{filing.reference}").words
        )
        browser = coordinator_browser(app)
        page = browser.open("/nasional/ombudsman")
        assert "Lampu jalan padam" not in page.words
        page = browser.follow(page, filing.reference)
        page = browser.send(page.form("/buka"), reason=REASON)
        assert page.path.endswith(f"/ombudsman/{handoff_id}")
        form = page.form("/paket")
        package = browser.client.post(form.action, data=form.filled({}))
        assert package.data.startswith(b"%PDF")
        page = browser.send(page.form(f"/ombudsman/{handoff_id}"), number="")
        assert page.status == 422
        page = browser.send(page.form(f"/ombudsman/{handoff_id}"), number=NUMBER)
        assert "Diterima Ombudsman" in page.words
        page = browser.send(page.form(f"/ombudsman/{handoff_id}"), result=RESULT)
        assert RESULT in page.words
        assert "Catat hasil" not in page.words
        _citizen, page = tracked(scene, filing)
        for words in (NUMBER, RESULT, "Ada hasil dari Ombudsman"):
            assert words in page.words
        assert RESULT in scene.desk().open(f"/desk/laporan/{filing.reference}").words
        assert RESULT not in scene.browser().open(f"/laporan/{filing.reference}").words
        trail = scene.desk().open("/desk/jejak").words
        assert "Mengunduh paket untuk Ombudsman" in trail
    with scene.inside() as session:
        row = session.scalars(sa.select(OmbudsmanHandoff)).one()
        assert [one["limit"] for one in row.missed] == ["first_answer", "completion"]
        kinds = session.scalars(sa.select(Outbox.kind)).all()
    assert kinds.count("notice.case_ombudsman") == 2
    assert kinds.count("notice.staff_ombudsman") == 3
    theirs = Scene(app, other_agency)
    with theirs.inside() as session:
        assert session.scalars(sa.select(OmbudsmanHandoff)).all() == []


def test_steps_are_noted_once_and_in_their_order(scene: Scene) -> None:
    with clock.frozen(MONDAY):
        filing = scene.filed()
    with clock.frozen(LATER):
        asked(scene, filing)
        handoff_id = prepare(scene)
        with scene.inside() as session:
            assert not prepare_handoff(session, handoff_id=handoff_id)
        with scene.inside() as session, pytest.raises(NotPossible):
            note_result(session, handoff_id=handoff_id, actor=COORDINATOR, result=RESULT)
        with scene.inside() as session, pytest.raises(NotPossible, match="sudah diserahkan"):
            ask_ombudsman(session, case=scene.case(filing, session), consent=True)
    with scene.inside() as session:
        wanted = sa.select(CaseEvent.kind).where(CaseEvent.kind.startswith("ombudsman"))
        assert session.scalars(wanted).all() == ["ombudsman_asked"]


def test_a_reporter_takes_their_consent_back_until_the_ombudsman_has_it(
    app: Flask, scene: Scene
) -> None:
    with clock.frozen(MONDAY):
        filing = scene.filed()
    with clock.frozen(LATER):
        citizen, page = asked(scene, filing)
        handoff_id = prepare(scene)
        page = citizen.send(citizen.open(page.path).form("/tarik-ombudsman"))
        assert "Persetujuan ditarik pelapor" in page.words
        assert citizen.open(f"{page.path}/ombudsman.pdf").status == 404
        assert scene.browser().client.post(f"{page.path}/tarik-ombudsman").status_code in (400, 404)
        browser = coordinator_browser(app)
        inside = browser.follow(browser.open("/nasional/ombudsman"), filing.reference)
        inside = browser.send(inside.form("/buka"), reason=REASON)
        assert "Jangan serahkan paketnya" in inside.words
        assert not inside.has_form("/paket")
        with scene.inside() as session, pytest.raises(NotPossible):
            note_receipt(session, handoff_id=handoff_id, actor=COORDINATOR, number=NUMBER)
        page = citizen.send(citizen.open(page.path).form(OFFER), consent=True)  # once more
        prepare(scene)
        with scene.inside() as session:
            note_receipt(session, handoff_id=handoff_id, actor=COORDINATOR, number=NUMBER)
        page = citizen.open(page.path)
        assert not page.has_form("/tarik-ombudsman")
        with scene.inside() as session, pytest.raises(NotPossible, match=NUMBER):
            withdraw_from_ombudsman(session, case=scene.case(filing, session))


def test_attachments_are_in_the_package_that_is_brought_to_the_ombudsman(
    app: Flask, scene: Scene
) -> None:
    with clock.frozen(MONDAY):
        filing = scene.filed()
    with clock.frozen(LATER):
        citizen, page = tracked(scene, filing)
        form = page.form("/tanggapan").filled({"body": "Ini fotonya."})
        form["attachments"] = (io.BytesIO(picture("PNG")), "jalan rusak.png")
        citizen.client.post(f"{page.path}/tanggapan", data=form)
        citizen.send(citizen.open(page.path).form(OFFER), consent=True)
        prepare(scene)
        browser = coordinator_browser(app)
        inside = browser.follow(browser.open("/nasional/ombudsman"), filing.reference)
        form = browser.send(inside.form("/buka"), reason=REASON).form("/paket")
        package = browser.client.post(form.action, data=form.filled({}))
    with zipfile.ZipFile(io.BytesIO(package.data)) as whole:
        names = whole.namelist()
        assert names == [f"ombudsman-{filing.reference}.pdf", "lampiran/01-jalan rusak.png"]
        assert whole.read(names[0]).startswith(b"%PDF")
        assert whole.read(names[1]).startswith(b"\x89PNG")


def test_what_is_solved_young_or_somebody_elses_is_not_handed_over(scene: Scene) -> None:
    with clock.frozen(MONDAY):
        solved = scene.answer(scene.verify(scene.filed()), final=True)
        open_one = scene.filed()
        aspiration = scene.filed(classification="aspirasi")
    with clock.frozen(LATER):
        for filing in (solved, aspiration):
            assert not tracked(scene, filing)[1].has_form(OFFER)
        stranger = scene.browser()
        assert stranger.open(f"/lacak/{open_one.reference}/ombudsman.pdf").status == 404
        viewer = scene.desk(scene.person("viewer"))
        assert viewer.open("/nasional/ombudsman").status == 404
        young = scene.filed()
        with scene.inside() as session, pytest.raises(NotPossible, match="belum atau tidak"):
            ask_ombudsman(session, case=scene.case(young, session), consent=True)


def test_of_a_traceless_reporter_the_minute_is_not_kept(scene: Scene) -> None:
    with clock.frozen(MONDAY):
        filing = scene.filed(anonymous=True, reporter_name="", reporter_email="", reporter_phone="")
    with clock.frozen(LATER + timedelta(minutes=17)):
        asked(scene, filing)
        prepare(scene)
    with scene.inside() as session:
        row = session.scalars(sa.select(OmbudsmanHandoff)).one()
        assert (row.asked_at.minute, row.prepared_at and row.prepared_at.minute) == (0, 0)


def offer(scene: Scene) -> None:
    with scene.inside() as session:
        assert not offer_batch(session)


def offers(scene: Scene) -> list[str]:
    """References of the cases whose reporters were told, and what is owed for it."""
    with scene.inside() as session:
        told = sa.select(CaseRecord.reference).join(
            CaseEvent,
            sa.and_(
                CaseEvent.agency_id == CaseRecord.agency_id, CaseEvent.case_id == CaseRecord.id
            ),
        )
        wanted = told.where(CaseEvent.kind == "ombudsman_offered").order_by(CaseEvent.id)
        letters = sa.select(sa.func.count()).where(
            Outbox.kind == "notice.case_ombudsman_offered", Outbox.agency_id == scene.agency.id
        )
        found = list(session.scalars(wanted))
        assert session.scalar(letters) == len(found)
        return found


def test_who_waits_too_long_is_told_once_that_they_may(scene: Scene) -> None:
    with clock.frozen(MONDAY):
        filing = scene.verify(scene.filed())
        weighty = scene.verify(scene.filed(), supervision=True, publish=False)
        scene.answer(scene.verify(scene.filed()), final=True)
        scene.filed(classification="aspirasi")
        before = scene.case(filing).version
    with clock.frozen(MONDAY + timedelta(days=60)):
        offer(scene)
        assert offers(scene) == []
    with clock.frozen(LATER):
        offer(scene)
        offer(scene)
        assert offers(scene) == [filing.reference, weighty.reference]
        assert scene.case(filing).version == before  # nobody's typed work is refused for it
        citizen, page = tracked(scene, filing)
        assert "Pelapor diberi tahu: laporan ini dapat diserahkan kepada Ombudsman" in page.words
        citizen.send(page.form(OFFER), consent=True)
    with clock.frozen(LATER + timedelta(days=90)):
        offer(scene)
        assert offers(scene) == [filing.reference, weighty.reference]


def test_nobody_is_told_at_night_nor_of_what_they_have_handed_over(scene: Scene) -> None:
    with clock.frozen(MONDAY):
        filing, other = scene.filed(), scene.filed()
    with clock.frozen(LATER):
        asked(scene, filing)
    with clock.frozen(LATER.replace(hour=17)):  # one o'clock in the morning, in Bali
        offer(scene)
        assert offers(scene) == []
    with clock.frozen(LATER + timedelta(days=1)):
        offer(scene)
        assert offers(scene) == [other.reference]


def test_who_was_told_of_it_is_not_told_again_by_the_next_agency(
    app: Flask, superuser: sa.Connection, scene: Scene, other_agency: AgencyFacts
) -> None:
    two = between(app, superuser, scene.agency, other_agency)
    with clock.frozen(MONDAY):
        filing = scene.filed()
    with clock.frozen(LATER):
        offer(scene)
        two.hand_over(filing)
    with clock.frozen(LATER + timedelta(days=1)):
        offer(two.there)
    assert kinds(two.there, filing).count("ombudsman_offered") == 1


def test_many_are_told_batch_by_batch(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sp4n.cases.operations.ombudsman_offer.BATCH", 2)
    with clock.frozen(MONDAY):
        filings = [scene.filed() for _number in range(3)]
    run.serve(scene.app)
    with clock.frozen(LATER):
        with scene.inside() as session:
            assert offer_batch(session)
        with scene.inside() as session:
            more = session.scalar(sa.select(Outbox.id).where(Outbox.kind == "ombudsman.offer"))
        assert offers(scene) == [one.reference for one in filings[:2]]
        run.run_outbox(scene.agency.id, more or 0)
        assert offers(scene) == [one.reference for one in filings]
