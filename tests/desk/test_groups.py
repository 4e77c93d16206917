"""Cases about the same event: put together and taken apart without loss, answered at once, and
shown to nobody who may not see them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from sp4n import clock
from sp4n.cases import operations
from sp4n.cases.models import CaseEvent, CaseRecord
from sp4n.cases.operations import FiledCase
from sp4n.errors import Invalid, NotPossible
from sp4n.files.models import Attachment
from sp4n.jobs import run
from sp4n.jobs.models import Outbox
from sp4n.tenants.resolver import AgencyFacts
from sp4n.workbench.operations import GO_ON, GRACE, go_on
from tests.cases.between import between
from tests.desk.test_evidence import asking
from tests.factories import make_agency
from tests.files.making import picture
from tests.pages import Browser, Page
from tests.scenes import Scene

LAMP = "Lampu jalan padam di depan pasar Kuta"


def open_cases(scene: Scene, number: int, **over: Any) -> list[FiledCase]:
    return [scene.verify(scene.filed(title=LAMP), **over) for _one in range(number)]


def grouped(scene: Scene, *filings: FiledCase) -> list[FiledCase]:
    with scene.inside() as session:
        first, *others = (scene.case(one, session) for one in filings)
        operations.group_cases(session, case=first, others=others, actor=scene.admin)
    return list(filings)


def leads(scene: Scene, *filings: FiledCase) -> list[int | None]:
    return [scene.case(one).lead_id for one in filings]


def kinds(scene: Scene, filing: FiledCase) -> list[str]:
    with scene.inside() as session:
        history = sa.select(CaseEvent.kind).where(CaseEvent.case_id == filing.case_id)
        return list(session.scalars(history.order_by(CaseEvent.id)))


def page(browser: Browser, filing: FiledCase, rest: str = "") -> Page:
    return browser.open(f"/desk/laporan/{filing.reference}/serupa{rest}")


def work(scene: Scene) -> None:
    """What is owed of acts on many cases, each batch twice, as after a worker that was killed."""
    run.serve(scene.app)
    with clock.frozen(clock.now() + GRACE):
        with scene.inside() as session:
            owed = list(session.scalars(sa.select(Outbox.id).where(Outbox.kind == GO_ON)))
            session.execute(sa.update(Outbox).where(Outbox.id.in_(owed)).values(state="waiting"))
        for one in owed:
            run.run_outbox(scene.agency.id, one)
            with scene.inside() as session:
                bulk_id = session.scalar(sa.select(Outbox.object_id).where(Outbox.id == one))
                go_on(session, bulk_id=bulk_id or 0, agency=scene.agency)


def test_what_is_alike_is_found_put_together_and_answered_at_once(scene: Scene) -> None:
    first, second, third = open_cases(scene, 3)
    other = scene.filed(title="Guru tidak masuk sekolah", description="Kelas kosong.")
    browser = scene.desk()
    assert "Cari laporan serupa" in browser.open(f"/desk/laporan/{first.reference}").words
    shown = page(browser, first)
    assert second.reference in shown.text
    assert other.reference not in shown.text
    form = shown.form("/serupa")
    shown = browser.send(form, pick=[second.reference, third.reference])
    assert "3 laporan digabung." in shown.words
    assert leads(scene, first, second, third) == [first.case_id] * 3
    assert "Digabung dengan:" in browser.open(f"/desk/laporan/{third.reference}").words
    scene.answer(third, final=True)

    shown = browser.open(shown.link("Jawab semuanya sekaligus"))
    shown = browser.send(
        shown.form("/jawab"), body="Lampu {nomor} sudah menyala.", final="yes", none_because="Ya."
    )
    assert "1 laporan dilewati" in shown.words
    assert f"Lampu {first.reference} sudah menyala." in shown.words
    shown = browser.send(shown.form("/jawab"))
    assert "Hentikan" in shown.words
    work(scene)
    shown = browser.open(shown.path)
    assert "2 dari 2 laporan diproses" in shown.words
    for filing in (first, second):
        assert kinds(scene, filing).count("answered") == 1
        assert scene.case(filing).state == "awaiting_reply"
    assert kinds(scene, third).count("answered") == 1


def test_an_answer_that_cannot_be_given_says_so_for_each_case(scene: Scene) -> None:
    filings = grouped(scene, *open_cases(scene, 2))
    form = page(browser := scene.desk(), filings[0], "/jawab").form("/jawab")
    shown = browser.send(form, body="Selesai {nomer}.", final="yes")
    assert "tidak dikenal" in shown.text
    shown = browser.send(form, body="Selesai.", final="yes", link="bukan alamat")
    assert "2 laporan dilewati" in shown.words
    assert "Tulis alamat lengkap" in shown.words
    assert "Jalankan" not in shown.words


def test_a_group_is_undone_without_loss(scene: Scene) -> None:
    first, second, third = open_cases(scene, 3)
    scene.answer(second)
    before = {one.case_id: stable(scene.case(one)) for one in (first, second, third)}
    grouped(scene, first, second, third)
    browser = scene.desk()
    browser.send(page(browser, first).form(f"{first.reference}/serupa/keluarkan"))
    assert leads(scene, first, second, third) == [None, second.case_id, second.case_id]
    shown = browser.send(page(browser, third).form("/bubarkan"))
    assert "2 laporan dipisahkan." in shown.words
    assert leads(scene, first, second, third) == [None] * 3
    for filing in (first, second, third):
        assert stable(scene.case(filing)) == before[filing.case_id]
        assert kinds(scene, filing)[-2:] == ["grouped", "ungrouped"]


def stable(case: CaseRecord) -> tuple[Any, ...]:
    return (case.state, case.due_at, case.unit_id, case.complete_due_at, case.answer_due_at)


def test_two_are_a_group_and_one_is_none(scene: Scene) -> None:
    first, second = grouped(scene, *open_cases(scene, 2))
    with scene.inside() as session:
        operations.ungroup_case(session, case=scene.case(second, session), actor=scene.admin)
    assert leads(scene, first, second) == [None, None]
    with scene.inside() as session, pytest.raises(NotPossible):
        operations.ungroup_case(session, case=scene.case(second, session), actor=scene.admin)


def test_there_is_no_group_of_two_groups_and_no_case_in_two(scene: Scene) -> None:
    first, second, third, fourth, fifth = open_cases(scene, 5)
    grouped(scene, first, second)
    grouped(scene, third, fourth)
    with pytest.raises(Invalid, match="kelompok lain"):
        grouped(scene, first, third)
    with pytest.raises(Invalid, match="belum ada di kelompok"):
        grouped(scene, first, second)
    with pytest.raises(Invalid, match="Pilih laporan lain"):
        grouped(scene, fifth, fifth)
    grouped(scene, fifth, second)  # who is alone comes to the group
    assert leads(scene, first, second, fifth) == [first.case_id] * 3
    assert leads(scene, third, fourth) == [third.case_id] * 2


@pytest.mark.parametrize("kind", ["confidential", "supervision", "archived", "withdrawn"])
def test_some_cases_are_never_in_a_group(scene: Scene, kind: str) -> None:
    (mine,) = open_cases(scene, 1)
    other = scene.filed(title=LAMP, confidential=kind == "confidential")
    if kind == "supervision":
        scene.verify(other, supervision=True)
    if kind == "archived":
        scene.archive(other)
    if kind == "withdrawn":
        with scene.inside() as session:
            operations.withdraw_case(session, case=scene.case(other, session))
    for pair in ((mine, other), (other, mine)):
        with pytest.raises(Invalid, match=r"tidak dapat digabung|ditarik"):
            grouped(scene, *pair)
    assert leads(scene, mine, other) == [None, None]
    assert f'value="{other.reference}"' not in page(scene.desk(), mine).text


def test_a_trial_and_a_report_are_never_in_one_group(app: Flask, superuser: sa.Connection) -> None:
    scene = Scene(app, make_agency(app, status="preparing"))
    (trial,) = open_cases(scene, 1, publish=False)
    live = sa.text("UPDATE agency SET status = 'active' WHERE id = :id")
    superuser.execute(live, {"id": scene.agency.id})
    scene = Scene(app, replace(scene.agency, status="active"))
    (mine,) = open_cases(scene, 1)
    with pytest.raises(Invalid, match="tidak dapat digabung"):
        grouped(scene, mine, trial)
    assert leads(scene, mine, trial) == [None, None]


def test_a_case_found_to_be_of_supervision_leaves_its_group(scene: Scene) -> None:
    filings = [scene.filed(title=LAMP) for _one in range(3)]
    grouped(scene, *filings)
    scene.verify(filings[0], supervision=True)
    assert leads(scene, *filings) == [None, filings[1].case_id, filings[1].case_id]


def test_a_case_that_goes_to_another_agency_leaves_its_group(
    app: Flask, superuser: sa.Connection, agency: AgencyFacts, other_agency: AgencyFacts
) -> None:
    two = between(app, superuser, agency, other_agency)
    first, second, third = grouped(two.here, *open_cases(two.here, 3))
    two.hand_over(first)
    assert leads(two.here, first, second, third) == [None, second.case_id, second.case_id]
    page = two.there.desk().open(f"/desk/laporan/{first.reference}")
    assert "Digabung dengan laporan tentang kejadian yang sama" in page.words
    assert "Laporan utama" not in page.words
    assert second.reference not in page.text


def test_the_reporter_reads_how_many_and_nothing_of_whose(scene: Scene) -> None:
    first, second = grouped(scene, *open_cases(scene, 2))
    browser = scene.browser()
    typed = {"reference": first.reference, "access_code": first.access_code}
    shown = browser.send(browser.open("/lacak").form("lacak"), **typed)
    assert "digabung dengan 1 laporan lain" in shown.words
    assert "tetap milik Anda" in shown.words
    assert second.reference not in shown.text
    public = scene.browser().open(f"/laporan/{first.reference}")
    assert "igabung" not in public.words


def test_a_liaison_sees_and_moves_only_what_is_of_their_unit(scene: Scene) -> None:
    here, there = scene.unit(), scene.unit()
    mine, second = open_cases(scene, 2, unit_id=here)
    (other,) = open_cases(scene, 1, unit_id=there)
    grouped(scene, other, mine, second)
    browser = scene.desk(scene.person("liaison", units=[here]))
    shown = page(browser, mine)
    assert other.reference not in shown.text
    assert "dan 1 laporan unit lain" in shown.words
    assert (
        other.reference
        not in browser.open(f"/desk/laporan/{mine.reference}").words.partition("Riwayat laporan")[0]
    )
    shown = browser.send(shown.form("/bubarkan"))
    assert "memuat laporan unit lain" in shown.text
    form = page(browser, mine).form("/serupa")
    shown = browser.send(form, reference=other.reference)
    assert (shown.status, "yang dapat Anda buka" in shown.text) == (422, True)
    assert other.reference in shown.text  # as it was typed
    assert page(browser, mine, "/jawab").text.count(other.reference) == 0
    assert leads(scene, mine, second, other) == [other.case_id] * 3


@pytest.mark.parametrize("role", ["viewer", "head"])
def test_who_only_reads_can_look_and_no_more(scene: Scene, role: str) -> None:
    first, second = grouped(scene, *open_cases(scene, 2))
    browser = scene.desk(scene.person(role))
    shown = page(browser, first)
    assert second.reference in shown.text
    assert not shown.has_form("/bubarkan")
    for rest in ("", "/keluarkan", "/bubarkan", "/jawab"):
        path = f"/desk/laporan/{first.reference}/serupa{rest}"
        assert browser.client.post(path).status_code in (400, 403)
    assert leads(scene, first, second) == [first.case_id] * 2


def test_another_agencys_case_is_not_there(
    scene: Scene, app: Any, other_agency: AgencyFacts
) -> None:
    (mine,) = open_cases(scene, 1)
    theirs = Scene(app, other_agency)
    (other,) = open_cases(theirs, 1)
    browser = scene.desk()
    form = page(browser, mine).form("/serupa")
    shown = browser.send(form, reference=other.reference)
    assert (shown.status, "yang dapat Anda buka" in shown.text) == (422, True)
    assert page(browser, other).status == 404
    shown = browser.send(form, reference="bukan nomor")
    assert "yang dapat Anda buka" in shown.text
    assert "Centang laporan" in browser.send(form).text


def test_two_who_group_at_once_wait_for_each_other(scene: Scene) -> None:
    """Each takes the agency's turn first."""
    first, second = open_cases(scene, 2)
    with scene.inside() as session:
        operations.group_cases(
            session,
            case=scene.case(first, session),
            others=[scene.case(second, session)],
            actor=scene.admin,
        )
        held = sa.text("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND granted")
        assert session.scalar(held) == 1


def test_the_case_page_asks_no_more_of_a_case_in_a_group(scene: Scene) -> None:
    from bench.counting import statements

    first, *_rest = grouped(scene, *open_cases(scene, 4))
    browser = scene.desk()
    path = f"/desk/laporan/{first.reference}"
    browser.open(path)
    with statements() as sent:
        browser.open(path)
    assert len(sent) <= 7
    assert timedelta(0) < GRACE


def test_files_go_to_everyone_with_the_answer(scene: Scene) -> None:
    browser = asking(scene, answer_evidence="pengaduan")
    filings = grouped(scene, *open_cases(scene, 2))
    form = page(browser, filings[0], "/jawab").form("/jawab")
    words = {"body": "Sudah menyala.", "final": "yes"}
    shown = browser.send(form, **words, attachments=("catatan.exe", b"MZ"))
    assert shown.status == 422
    shown = browser.send(shown.form("/jawab"), **words, attachments=("lampu.jpg", picture()))
    assert "Kirim 2 tanggapan" in shown.text
    assert "lampu.jpg" in shown.words
    browser.send(shown.form("/jawab"))
    work(scene)
    with scene.inside() as session:
        for filing in filings:
            enclosed = sa.select(Attachment.file_name, CaseEvent.kind).join(
                CaseEvent, CaseEvent.id == Attachment.event_id
            )
            rows = session.execute(enclosed.where(Attachment.case_id == filing.case_id)).all()
            assert [tuple(row) for row in rows] == [("lampu.jpg", "answered")]
    citizen = scene.browser()
    form = citizen.open("/lacak").form("lacak")
    one = filings[1]
    shown = citizen.send(form, reference=one.reference, access_code=one.access_code)
    assert "lampu.jpg" in shown.words
