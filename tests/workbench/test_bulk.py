"""Acts on many cases: looked at first, done as by hand, refused one by one, stopped, taken back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from bench.counting import statements
from sp4n import clock
from sp4n.audit.actors import Actor
from sp4n.audit.models import AuditEntry
from sp4n.cases.models import CaseEvent
from sp4n.cases.operations import FiledCase
from sp4n.jobs import run
from sp4n.jobs.models import Outbox
from sp4n.tenants.resolver import AgencyFacts
from sp4n.workbench import operations
from sp4n.workbench.models import BulkAct, BulkItem, ReplyTemplate
from sp4n.workbench.operations import GO_ON
from tests.pages import Browser, Page
from tests.scenes import Scene

TEMPLATE = "Laporan {nomor} sudah kami selesaikan."


def template(scene: Scene, **over: Any) -> str:
    with scene.inside() as session:
        row = ReplyTemplate(**{"name": "Selesai", "body": TEMPLATE, "final": "yes", **over})
        session.add(row)
        session.flush()
        return f"i{row.id}"


def open_cases(scene: Scene, number: int, unit: int | None = None) -> list[FiledCase]:
    return [scene.verify(scene.filed(), unit_id=unit) for _number in range(number)]


def begun(browser: Browser, act: str, filings: Sequence[FiledCase]) -> Page:
    picked = "&".join(f"pilih={one.reference}" for one in filings)
    return browser.open(f"/desk/massal/{act}?{picked}")


def looked_at(browser: Browser, act: str, filings: Sequence[FiledCase], **typed: Any) -> Page:
    page = begun(browser, act, filings)
    return browser.send(page.form(f"/massal/{act}"), **typed)


def done(browser: Browser, act: str, filings: Sequence[FiledCase], **typed: Any) -> Page:
    page = looked_at(browser, act, filings, **typed)
    return browser.send(page.form(f"/massal/{act}"))


def work(scene: Scene, later: timedelta = operations.GRACE) -> int:
    """Does what is owed of bulk acts; how many batches there were."""
    run.serve(scene.app)
    for batches in range(20):
        with scene.inside() as session:
            undone = (Outbox.kind == GO_ON, Outbox.state.in_(("scheduled", "waiting")))
            owed = session.scalar(sa.select(Outbox.id).where(*undone).order_by(Outbox.id).limit(1))
            if owed is None:
                return batches
            session.execute(sa.update(Outbox).where(Outbox.id == owed).values(state="waiting"))
        with clock.frozen(clock.now() + later):
            run.run_outbox(scene.agency.id, owed)
    raise AssertionError("no end of it")


def kinds(scene: Scene, filing: FiledCase) -> list[str]:
    with scene.inside() as session:
        history = sa.select(CaseEvent.kind).where(CaseEvent.case_id == filing.case_id)
        return list(session.scalars(history.order_by(CaseEvent.id)))


def counted(scene: Scene, table: Any, *conditions: Any) -> int:
    with scene.inside() as session:
        found = sa.select(sa.func.count()).select_from(table).where(*conditions)
        return session.scalar(found) or 0


def test_ticked_cases_go_to_a_unit_and_come_back(scene: Scene) -> None:
    first, second = scene.unit(), scene.unit()
    filings = [*open_cases(scene, 2), *open_cases(scene, 1, first)]
    there, fresh = open_cases(scene, 1, second)[0], scene.filed()
    browser = scene.desk()
    page = browser.open("/desk/")
    assert f'value="{fresh.reference}" form="massal"' in " ".join(page.text.split())
    page = looked_at(browser, "teruskan", [*filings, there, fresh], unit_id=str(second))
    assert "Teruskan 3 laporan" in page.text
    assert "2 laporan dilewati" in page.words
    assert "Laporan ini sudah ada di unit itu." in page.words
    assert "Status sekarang: Belum terverifikasi" in page.words
    page = browser.send(page.form("/teruskan"))
    assert "3 dari 3 laporan diproses" in page.words
    for filing in filings:
        assert scene.case(filing).unit_id == second
        assert kinds(scene, filing).count("assigned") == (2 if filing is filings[2] else 1)
    scene.answer(filings[1])
    page = browser.send(page.form("/kembalikan"))
    assert "2 laporan kembali ke unit semula" in page.words
    assert [scene.case(one).unit_id for one in filings] == [None, second, first]
    page = browser.open(f"/desk/laporan/{filings[0].reference}")
    assert "Penerusan sebelumnya dibatalkan." in page.words
    assert "Ni Luh Admin" in browser.open("/desk/massal").words


def test_an_assignment_is_not_taken_back_after_ten_minutes(scene: Scene) -> None:
    unit = scene.unit()
    page = done(browser := scene.desk(), "teruskan", open_cases(scene, 1), unit_id=str(unit))
    form = page.form("/kembalikan")
    with clock.frozen(clock.now() + timedelta(minutes=11)):
        page = browser.send(form)
    assert "kurang dari 10 menit" in page.text
    assert not page.has_form("/kembalikan")


def test_an_answer_waits_for_two_minutes_and_is_then_as_by_hand(scene: Scene) -> None:
    filings, key = open_cases(scene, 3), template(scene)
    archived = scene.archive(scene.filed())
    browser = scene.desk()
    page = looked_at(browser, "jawab", [*filings, archived], template=key)
    assert f"Laporan {filings[0].reference} sudah kami selesaikan." in page.words
    assert "1 laporan dilewati" in page.words
    page = browser.send(page.form("/jawab"))
    assert "Dimulai" in page.words
    assert [scene.case(one).state for one in filings] == ["unhandled"] * 3
    assert work(scene) == 1
    for filing in filings:
        assert scene.case(filing).state == "awaiting_reply"
        assert kinds(scene, filing) == ["filed", "verified", "answered"]
    ids = [one.case_id for one in filings]
    answered = (AuditEntry.act == "case.answered", AuditEntry.object_id.in_(ids))
    assert counted(scene, AuditEntry, *answered) == 3
    letters = sa.select(CaseEvent.id).where(CaseEvent.kind == "answered")
    owed = (Outbox.kind == "notice.case_answered", Outbox.object_id.in_(letters))
    assert counted(scene, Outbox, *owed) == 3
    page = browser.open(page.path)
    assert "3 dari 3 laporan diproses, 0 dilewati." in page.words
    with scene.inside() as session:  # asked for once more: nothing is done twice
        session.execute(sa.update(Outbox).where(Outbox.kind == GO_ON).values(state="waiting"))
    work(scene)
    assert counted(scene, AuditEntry, *answered) == 3


def test_an_answer_can_be_stopped_before_it_goes_out(scene: Scene) -> None:
    filings, key = open_cases(scene, 2), template(scene)
    page = done(browser := scene.desk(), "jawab", filings, template=key)
    page = browser.send(page.form("/hentikan"))
    assert "Dihentikan." in page.text
    work(scene)
    assert [scene.case(one).state for one in filings] == ["unhandled"] * 2
    assert not page.has_form("/hentikan")


def test_who_was_quicker_is_named_and_the_others_are_answered(scene: Scene) -> None:
    filings, key = open_cases(scene, 2), template(scene)
    page = done(browser := scene.desk(), "jawab", filings, template=key)
    scene.answer(filings[0], "Lebih cepat.")
    work(scene)
    page = browser.open(page.path)
    assert "baru saja diubah oleh Ni Luh Admin" in page.words
    assert [scene.case(one).state for one in filings] == ["in_progress", "awaiting_reply"]


def test_many_are_done_batch_by_batch(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(operations, "BATCH", 2)
    monkeypatch.setattr(operations, "AT_ONCE", 1)
    unit, filings = scene.unit(), open_cases(scene, 5)
    page = done(browser := scene.desk(), "teruskan", filings, unit_id=str(unit))
    assert "0 dari 5" in page.words
    assert work(scene) == 3
    page = browser.open(page.path)
    assert "5 dari 5" in page.words
    browser.send(page.form("/kembalikan"))
    assert work(scene) == 3
    assert {scene.case(one).unit_id for one in filings} == {None}


def test_each_case_more_costs_six_statements_at_most(scene: Scene) -> None:
    key, needed = template(scene), []
    for number in (2, 6):
        done(scene.desk(), "jawab", open_cases(scene, number), template=key)
        with statements() as sent:
            work(scene)
        needed.append(len(sent))
    assert counted(scene, BulkItem, BulkItem.state == "acted") == 8
    assert needed[1] - needed[0] <= 4 * 6


def test_all_that_a_list_finds_can_be_archived(scene: Scene) -> None:
    filings, answered = [scene.filed() for _number in range(2)], scene.verify(scene.filed())
    browser = scene.desk()
    page = browser.open("/desk/?status=unverified")
    form = page.form("massal/jawab")
    kept = {name: form.values[name] for name in ("status",)}
    query = "&".join(f"{name}={value}" for name, value in kept.items())
    page = browser.open(f"/desk/massal/arsipkan?{query}&semua=1")
    assert "2 laporan dipilih" in page.words
    page = browser.send(page.form("/arsipkan"), reason="spam", message="Halo {nama}.")
    assert "{nama} tidak dikenal" in page.errors[0]
    page = browser.send(page.form("/arsipkan"), message="Laporan {nomor} bukan laporan.")
    browser.send(page.form("/arsipkan"))
    work(scene)
    assert [scene.case(one).state for one in (*filings, answered)] == [
        *("archived", "archived"),
        "unhandled",
    ]


def test_another_template_needs_another_look(scene: Scene) -> None:
    filings, key = open_cases(scene, 1), template(scene)
    page = looked_at(browser := scene.desk(), "jawab", filings, template=key)
    form = page.form("/jawab")
    with scene.inside() as session:
        session.execute(sa.update(ReplyTemplate).values(body="Lain sama sekali."))
    page = browser.send(form)
    assert "Lain sama sekali." in page.words
    assert counted(scene, BulkAct) == 0


def test_a_liaison_reaches_the_cases_of_their_unit_only(scene: Scene) -> None:
    here, there = scene.unit(), scene.unit()
    mine, others = open_cases(scene, 1, here), open_cases(scene, 1, there)
    key = template(scene)
    liaison = scene.person("liaison", units=[here])
    browser = scene.desk(liaison)
    page = looked_at(browser, "jawab", [*mine, *others], template=key)
    assert others[0].reference not in page.text
    form = page.form("/jawab")
    assert form.values["cases"].startswith(mine[0].reference)
    forged = f"{form.values['cases']} {others[0].reference}:{scene.case(others[0]).version}"
    page = browser.send_filled(form, {**form.values, "cases": forged})
    work(scene)
    assert scene.case(mine[0]).state == "awaiting_reply"
    assert scene.case(others[0]).state == "unhandled"
    browser.strict = False
    assert browser.open("/desk/massal/teruskan").status == 403
    elsewhere = scene.desk(scene.person("liaison", units=[there]))
    elsewhere.strict = False
    assert elsewhere.open(page.path).status == 404


@pytest.mark.parametrize("role", ["head", "viewer"])
def test_who_only_reads_has_nothing_to_tick(scene: Scene, role: str) -> None:
    filings = open_cases(scene, 1)
    browser = scene.desk(scene.person(role))
    assert "pilih" not in browser.open("/desk/").text.replace("Pilih", "")
    browser.strict = False
    for act in ("teruskan", "jawab", "arsipkan"):
        assert begun(browser, act, filings).status == 403


def test_who_has_left_since_answers_nobody(scene: Scene) -> None:
    unit = scene.unit()
    filings, key = open_cases(scene, 1, unit), template(scene)
    who: Actor = scene.person("liaison", units=[unit])
    done(scene.desk(who), "jawab", filings, template=key)
    with scene.inside() as session:
        session.execute(sa.text("UPDATE account SET active = false WHERE id = :id"), {"id": who.id})
    work(scene)
    assert scene.case(filings[0]).state == "unhandled"
    assert counted(scene, BulkItem, BulkItem.state == "refused") == 1


def test_cases_of_another_agency_are_nobodys_here(scene: Scene, other_agency: AgencyFacts) -> None:
    other = Scene(scene.app, other_agency)
    theirs, unit = open_cases(other, 1), scene.unit()
    page = begun(browser := scene.desk(), "teruskan", theirs)
    assert "Tidak ada laporan yang dipilih" in page.words
    page = begun(browser, "teruskan", open_cases(scene, 1))
    form = page.form("/teruskan")
    values = {**form.values, "unit_id": str(unit), "cases": f"{theirs[0].reference}:2"}
    page = browser.send_filled(form, values)
    assert (page.status, page.errors) == (
        422,
        ["Tidak ada laporan yang dipilih. Kembali ke daftar."],
    )


def test_personal_data_in_answers_to_many_is_asked_about_and_masked(scene: Scene) -> None:
    key = template(scene, body="Pak Komang di 0812-3456-7890 menangani {nomor}.", final="no")
    reporter = {"reporter_name": "Komang", "reporter_email": "k@example.org"}
    one, two = (scene.verify(scene.filed(**over)) for over in (reporter, {}))
    hidden = scene.verify(scene.filed(), publish=False)
    browser = scene.desk()
    page = looked_at(browser, "jawab", [one, two, hidden], template=key)
    form = page.form("/jawab")
    assert sorted(form.choices("hide")) == ["0812-3456-7890", "Komang"]
    browser.send(form)
    assert work(scene) == 1
    for filing in (one, two):
        public = scene.browser().open(f"/laporan/{filing.reference}")
        assert f"menangani {filing.reference}" in public.words
        assert "0812" not in public.text
        assert "Komang" not in public.text
    assert scene.case(hidden).hidden == []
    assert counted(scene, BulkAct, sa.cast(BulkAct.asked, sa.Text).contains('"hidden": []')) == 1
    assert kinds(scene, hidden)[-1] == "answered"
    page = looked_at(browser, "jawab", [one], template=key)
    assert "hide" not in page.form("/jawab").controls  # it is masked already
