"""Removing by rule: looked at first, in steps, by agency; figures and seals stay."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import DBAPIError

from sp4n import clock
from sp4n.cases import operations
from sp4n.cases.handover_models import Handover
from sp4n.cases.models import CaseEvent, CaseRecord, Identity
from sp4n.cases.operations import FiledCase
from sp4n.cases.queries import tracked_case
from sp4n.errors import NotFound
from sp4n.files.models import Attachment, PublicPhoto
from sp4n.privacy import retention
from sp4n.privacy.retention import due_now, retain
from sp4n.tenants.resolver import AgencyFacts
from sp4n.workbench.bulk import Order
from sp4n.workbench.models import BulkAct, BulkItem
from tests.cases.between import between
from tests.desk.test_splitting import parts_of, split
from tests.scenes import Scene, coordinator_browser
from tests.seals.test_pages import checked
from tests.seals.test_sealing import faults, seal

WORD = "kenarisimpan"


@pytest.fixture
def ended(scene: Scene, superuser: sa.Connection) -> FiledCase:
    """Twelve years ago: noted, published and archived; another one is still open."""
    filing = scene.filed(title=f"{WORD} judul", description=f"{WORD} isi", location=WORD)
    scene.note(scene.verify(filing, public_body=WORD), f"{WORD} catatan")
    a_photo_of(scene, filing)
    scene.archive(filing, message=f"{WORD} pesan")
    ago = "UPDATE case_record SET closed_at = now() - interval '12 years' WHERE id = :case"
    superuser.execute(sa.text(ago), {"case": filing.case_id})
    long_ago = "UPDATE case_event SET at = at - interval '12 years' WHERE case_id = :case"
    superuser.execute(sa.text(long_ago), {"case": filing.case_id})
    scene.filed()
    seal(scene)
    return filing


def a_photo_of(scene: Scene, filing: FiledCase) -> None:
    with scene.inside() as session:
        named = {"file_name": "f.jpg", "media_type": "image/jpeg", "storage_key": "gone", "size": 1}
        file = Attachment(case_id=filing.case_id, **named, sha256=bytes(32))
        session.add(file)
        session.flush()
        by = {"at": clock.now(), "actor_kind": "staff", "actor_id": scene.admin.id}
        session.add(PublicPhoto(case_id=filing.case_id, attachment_id=file.id, **by, words=WORD))


def run(scene: Scene) -> int:
    with scene.inside() as session:
        return retain(session)


def chosen(scene: Scene, **over: str) -> object:
    desk = scene.desk()
    page = desk.open("/kelola/retensi/")
    return desk.send(page.form("retensi"), **over)


def start(scene: Scene) -> None:
    chosen(scene)
    desk = scene.desk()
    page = desk.open("/kelola/retensi/")
    assert "dinyalakan" in desk.send(page.form("nyalakan")).words


def test_nothing_goes_before_it_was_looked_at_and_switched_on(
    scene: Scene, ended: FiledCase
) -> None:
    assert run(scene) == 0
    page = scene.desk().open("/kelola/retensi/")
    assert ended.reference in page.words
    assert not page.has_form("nyalakan")
    chosen(scene)
    assert run(scene) == 0
    start(scene)
    assert run(scene) == 1


def test_all_steps_are_taken_and_case_figures_and_seals_stay(
    scene: Scene, ended: FiledCase, superuser: sa.Connection
) -> None:
    start(scene)
    assert [run(scene) for _ in range(5)] == [1, 1, 1, 1, 0]
    with scene.inside() as session:
        assert session.scalars(sa.select(Identity.case_id)).all() != [ended.case_id]
        with pytest.raises(NotFound):
            tracked_case(
                session,
                secret=scene.app.config["SECRET_KEY"],
                reference=ended.reference,
                access_code=ended.access_code,
            )
        files = sa.select(Attachment.id).where(Attachment.case_id == ended.case_id)
        assert session.scalars(files).all() == []
        kinds = sa.select(CaseEvent.kind).where(CaseEvent.case_id == ended.case_id)
        assert session.scalars(kinds).all().count("expired") == 4
        assert [one.removed for one in due_now(session)] == [1, 1, 1, 1]
    assert words_left(superuser, scene.agency.id) == set()
    seal(scene)
    assert checked(scene, ended) == "partly_removed"
    assert faults(scene) == []
    assert scene.desk().open(f"/desk/laporan/{ended.reference}").status == 200


def words_left(superuser: sa.Connection, agency_id: int) -> set[str]:
    tables = ("case_record", "case_event", "public_case", "publicity", "public_photo", "handover")
    having = "SELECT count(*) FROM {} t WHERE {} = {} AND t::text LIKE '%{}%'"
    whose = dict.fromkeys((*tables, "bulk_act"), "agency_id") | {"handover_answer": "to_agency_id"}
    said = {
        one: sa.text(having.format(one, column, agency_id, WORD)) for one, column in whose.items()
    }
    return {one for one, sql in said.items() if superuser.scalar(sql)}


def test_batches_go_on_where_the_last_one_ended(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "AT_ONCE", 2)
    with clock.frozen(clock.now() - timedelta(days=500)):
        for _ in range(3):
            scene.archive(scene.filed())
    start(scene)
    assert [run(scene) for _ in range(3)] == [2, 1, 0]


def test_an_agency_keeps_to_what_the_law_allows(scene: Scene) -> None:
    page = chosen(scene, contact="9")
    assert page.status == 422
    assert "Antara 1 dan 5 tahun." in page.words
    assert "9" in page.text
    page = chosen(scene, contact="5", access="2")
    assert "lebih pendek" in page.words


def test_periods_that_changed_since_are_looked_at_again(scene: Scene, ended: FiledCase) -> None:
    chosen(scene)
    desk = scene.desk()
    page = desk.open("/kelola/retensi/")
    chosen(scene, contact="2")
    assert "berubah" in desk.send(page.form("nyalakan")).words
    assert run(scene) == 0


def test_the_words_of_an_open_case_are_out_of_reach(scene: Scene, other_agency: object) -> None:
    """The one function that blanks words takes no case that has not ended, nor another agency's."""
    filing = scene.answer(scene.verify(scene.filed()))
    with scene.inside() as session:
        ids = sa.cast([filing.case_id], sa.ARRAY(sa.BigInteger))
        session.execute(sa.select(sa.func.words_expire(ids)))
        body = sa.select(CaseEvent.body).where(CaseEvent.kind == "answered")
        assert session.scalars(body).one()
    with pytest.raises(DBAPIError), scene.inside() as session:
        session.execute(sa.update(CaseEvent).values(body=""))


def test_another_agency_s_admin_takes_nothing_here(
    app: Flask, scene: Scene, ended: FiledCase, other_agency: object
) -> None:
    other = Scene(app, other_agency)  # type: ignore[arg-type]
    start(other)
    assert run(other) == 0
    with scene.inside() as session:
        case = sa.select(CaseRecord.title).where(CaseRecord.id == ended.case_id)
        assert WORD in session.scalars(case).one()
    assert scene.desk(scene.person("viewer")).client.get("/kelola/retensi/").status_code == 403


def test_coordinators_see_what_would_go_at_every_agency(
    app: Flask, scene: Scene, ended: FiledCase
) -> None:
    page = coordinator_browser(app).open("/nasional/retensi")
    assert scene.agency.name in page.words


def test_words_typed_in_splits_handovers_and_acts_on_many_go_too(
    app: Flask, scene: Scene, other_agency: AgencyFacts, superuser: sa.Connection
) -> None:
    two = between(app, superuser, scene.agency, other_agency)
    filing = scene.verify(scene.filed())
    split(scene, filing, f"{WORD} bagian", "Lampu padam")
    two.refuse(two.send(filing), f"{WORD} bukan kami")
    two.work()
    sent = two.send(filing)
    with scene.inside() as session:
        session.get_one(Handover, (scene.agency.id, sent)).decision = f"{WORD} putusan"
        case = scene.case(filing, session)
        operations.recall_case(session, case=case, actor=scene.admin)
        by = {"account_id": scene.admin.id, "account_name": "", "total": 1}
        made = {"made_at": clock.now(), "starts_at": clock.now(), "state": "done"}
        bulk = BulkAct(act="answer", asked=Order("answer", words=WORD).written(), **by, **made)
        session.add(bulk)
        session.flush()
        session.add(BulkItem(bulk_id=bulk.id, case_id=filing.case_id, version=1, state="acted"))
    scene.archive(filing)
    for part in parts_of(scene, filing):
        scene.archive(FiledCase(**vars(filing) | {"case_id": part.id, "reference": part.reference}))
    ago = "UPDATE {} SET {} = {} - interval '12 years' WHERE agency_id = :agency"
    for where in (("case_record", *["closed_at"] * 2), ("case_event", "at", "at")):
        superuser.execute(sa.text(ago.format(*where)), {"agency": scene.agency.id})
    tables = {"case_record", "case_event", "handover", "handover_answer", "bulk_act"}
    assert words_left(superuser, scene.agency.id) == tables
    start(scene)
    assert [run(scene) for _ in range(5)] == [1, 1, 1, 1, 0]
    assert words_left(superuser, scene.agency.id) == set()
    history = sa.select(CaseEvent.data).where(CaseEvent.kind == "split")
    with scene.inside() as session:
        assert [one["title"] for one in session.scalars(history).one()["parts"]] == ["", ""]
    assert scene.desk().open(f"/desk/laporan/{filing.reference}").status == 200


YEARS = "UPDATE case_record SET closed_at = now() - make_interval(:years) WHERE id = :case"
LIVED = "UPDATE case_event SET at = at - interval '20 years' WHERE agency_id = :agency"


def test_a_report_that_was_split_goes_as_one_when_its_last_case_is_old_enough(
    app: Flask, scene: Scene, superuser: sa.Connection
) -> None:
    filing = scene.filed(title=f"{WORD} judul", description=f"{WORD} isi")
    split(scene, scene.verify(filing), f"{WORD} bagian", f"{WORD} satu lagi")
    part, last = (
        FiledCase(**vars(filing) | {"case_id": one.id, "reference": one.reference})
        for one in parts_of(scene, filing)
    )
    ended_ago(scene, superuser, 12, part, filing)
    start(scene)
    assert run(scene) == 0  # one is open
    ended_ago(scene, superuser, 3, last)
    page = coordinator_browser(app).open("/nasional/retensi")
    (line,) = (row for row in page.text.split("<tr") if scene.agency.name in row)
    assert len(re.findall(r">\s*1\s*<", line)) == 2  # contact and code, of one report
    assert [run(scene) for _ in range(3)] == [1, 1, 0]
    assert words_left(superuser, scene.agency.id) >= {"case_record", "case_event"}
    code = {"secret": app.config["SECRET_KEY"], "access_code": filing.access_code}
    with scene.inside() as session:
        assert not session.scalar(sa.select(sa.exists().where(Identity.agency_id > 0)))
        for one in (filing, part, last):
            with pytest.raises(NotFound):
                tracked_case(session, reference=one.reference, **code)
    superuser.execute(sa.text(YEARS), {"years": 11, "case": last.case_id})
    back = "UPDATE retention_step SET through_at = '1990-01-01' WHERE agency_id = :a"
    superuser.execute(sa.text(back), {"a": scene.agency.id})
    assert [run(scene) for _ in range(5)] == [1, 1, 1, 1, 0]
    assert words_left(superuser, scene.agency.id) == set()


def ended_ago(scene: Scene, superuser: sa.Connection, years: int, *filings: FiledCase) -> None:
    for one in filings:
        scene.archive(one)
        superuser.execute(sa.text(YEARS), {"years": years, "case": one.case_id})
    superuser.execute(sa.text(LIVED), {"agency": scene.agency.id})


def test_what_an_agency_calls_old_but_lived_lately_does_not_expire(
    scene: Scene, superuser: sa.Connection
) -> None:
    filing = scene.archive(scene.answer(scene.verify(scene.filed()), WORD))
    ago = "UPDATE case_record SET closed_at = now() - interval '12 years' WHERE id = :case"
    superuser.execute(sa.text(ago), {"case": filing.case_id})
    with scene.inside() as session:
        ids = sa.cast([filing.case_id], sa.ARRAY(sa.BigInteger))
        session.execute(sa.select(sa.func.words_expire(ids)))
    assert "case_event" in words_left(superuser, scene.agency.id)
