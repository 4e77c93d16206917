"""A report with several complaints in it: each its own case, one access code, and no time won."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from sp4n import clock
from sp4n.cases import operations
from sp4n.cases.models import CaseRecord
from sp4n.cases.operations import FiledCase, Part
from sp4n.errors import NotPossible
from sp4n.figures.operations import correct
from tests.cases.making import COORDINATOR
from tests.desk.conftest import MONDAY
from tests.desk.test_acts import case_page
from tests.factories import make_agency
from tests.files.making import picture
from tests.pages import Browser, Page
from tests.scenes import Scene

pytestmark = pytest.mark.usefixtures("that_monday")


def split_page(browser: Browser, filing: FiledCase) -> Page:
    return browser.open(f"/desk/laporan/{filing.reference}/bagi")


def split(scene: Scene, filing: FiledCase, *titles: str, **typed: Any) -> Page:
    words = {f"title_{n}": title for n, title in enumerate(titles, 1)}
    words |= {f"description_{n}": f"Isi {title}." for n, title in enumerate(titles, 1)}
    admin = scene.desk()
    return admin.send(split_page(admin, filing).form("/bagi"), **words, **typed)


def parts_of(scene: Scene, filing: FiledCase) -> list[CaseRecord]:
    sql = sa.text("SELECT part_id FROM case_part WHERE whole_id = :w ORDER BY part_id")
    with scene.inside() as session:
        ids = session.scalars(sql, {"w": filing.case_id}).all()
        wanted = sa.select(CaseRecord).where(CaseRecord.id.in_(ids)).order_by(CaseRecord.id)
        found = list(session.scalars(wanted))
        session.expunge_all()
        return found


def tracking(scene: Scene, reference: str, code: str) -> tuple[Browser, Page]:
    browser = scene.browser()
    form = browser.open("/lacak").form("lacak")
    return browser, browser.send(form, reference=reference, access_code=code)


def test_each_part_is_a_case_of_its_own_and_no_time_is_won(scene: Scene) -> None:
    filing = scene.filed(at=MONDAY - timedelta(days=20))
    with clock.frozen(MONDAY - timedelta(days=18)):
        scene.verify(filing, unit_id=(first := scene.unit()), hidden=["Senin"])
        scene.answer(filing)
    unit = scene.unit("Dinas Kebersihan")
    page = split(scene, filing, "Got mampet", "Petugas kasar", unit_1=str(unit))
    assert page.status == 200, page.errors
    whole, (drain, clerk) = scene.case(filing), parts_of(scene, filing)
    assert (whole.state, whole.unit_id, whole.title) == ("in_progress", first, "Lampu jalan padam")
    assert (drain.state, drain.unit_id, clerk.unit_id) == ("unhandled", unit, None)
    assert len({whole.reference, drain.reference, clerk.reference}) == 3
    for part in (drain, clerk):
        assert (part.filed_at, part.verified_at) == (whole.filed_at, whole.verified_at)
        assert part.complete_due_at == whole.complete_due_at
        assert part.due_at == whole.answer_due_at < MONDAY
        assert (part.published, part.hidden) == (False, ["Senin"])
    with scene.inside() as session:
        assert correct(session) == 0
        reachable = "SELECT count(*) FROM identity WHERE sealed = (SELECT sealed FROM identity "
        reachable += "WHERE case_id = :c) AND reachable"
        assert session.scalar(sa.text(reachable), {"c": filing.case_id}) == 3
        owed = set(session.scalars(sa.text("SELECT kind FROM outbox")))
    assert {"notice.case_split", "notice.staff_assigned"} <= owed
    page = case_page(scene.desk(), filing)
    assert drain.reference in page.words
    assert filing.reference in scene.desk().open(f"/desk/laporan/{clerk.reference}").words


def test_one_access_code_opens_every_part(scene: Scene) -> None:
    filing = scene.verify(scene.filed())
    split(scene, filing, "Got mampet")
    (part,) = parts_of(scene, filing)
    browser, page = tracking(scene, filing.reference, filing.access_code)
    page = browser.open(page.link("Got mampet"))
    assert page.status == 200
    page = browser.send(page.form("/tanggapan"), body="Masih mampet.")
    assert "Masih mampet." in page.words
    browser, page = tracking(scene, part.reference, filing.access_code)
    assert browser.open(page.link("Lampu jalan padam")).status == 200
    stranger, _page = tracking(scene, (other := scene.filed()).reference, other.access_code)
    assert stranger.open(f"/lacak/{part.reference}").status == 404
    _browser, page = tracking(scene, part.reference, other.access_code)
    assert page.status == 422


def test_files_go_with_the_part_that_they_are_chosen_for(scene: Scene) -> None:
    filing, admin = scene.verify(scene.filed()), scene.desk()
    photo = ("hasil.jpg", picture("JPEG", (40, 20)))
    admin.send(
        case_page(admin, filing).form("/jawab"), body="Lihat.", final="no", attachments=photo
    )
    choices = re.findall(r'name="files_1"[^>]*value="(\d+)"', split_page(admin, filing).text)
    choices += re.findall(r'value="(\d+)"[^>]*name="files_1"', split_page(admin, filing).text)
    split(scene, filing, "Got mampet", "Petugas kasar", files_1=choices[:1])
    with_file, without = parts_of(scene, filing)
    browser, page = tracking(scene, with_file.reference, filing.access_code)
    assert browser.client.get(page.link("hasil.jpg")).status_code == 200
    assert "hasil.jpg" not in tracking(scene, without.reference, filing.access_code)[1].text


@pytest.mark.parametrize("over", [{"anonymous": True}, {"confidential": True}])
def test_what_its_reporter_chose_holds_for_the_parts(scene: Scene, over: dict[str, bool]) -> None:
    filing = scene.filed(**over)
    split(scene, filing, "Got mampet")
    (part,) = parts_of(scene, filing)
    assert part.state == "unverified"
    assert part.verify_due_at == scene.case(filing).verify_due_at == part.due_at
    assert all(getattr(part, name) for name in over)
    viewer = scene.desk(scene.person("viewer"))
    seen = viewer.open(f"/desk/laporan/{part.reference}").status
    assert seen == (404 if "confidential" in over else 200)
    with scene.inside() as session:
        assert correct(session) == 0


@pytest.mark.parametrize("end", ["hold", "archive", "final", "part", "forwarded"])
def test_what_cannot_be_split_says_what_to_do(scene: Scene, end: str) -> None:
    filing = scene.verify(scene.filed())
    if end == "hold":
        scene.hold(filing)
    elif end == "archive":
        scene.archive(filing)
    elif end == "final":
        scene.answer(filing, final=True)
    elif end == "forwarded":
        with scene.inside() as session:
            case, to = scene.case(filing, session), make_agency(scene.app)
            operations.send_case(
                session, case=case, actor=scene.admin, to=to, reason="Jalan provinsi."
            )
    else:
        split(scene, filing, "Got mampet")
        (part,) = parts_of(scene, filing)
        filing = FiledCase(**{**vars(filing), "case_id": part.id, "reference": part.reference})
    page = split(scene, filing, "Satu lagi")
    assert page.status == 409
    assert page.errors
    assert page.form("/bagi").values["title_1"] == "Satu lagi"
    assert not parts_of(scene, filing)


def test_wrong_input_is_said_and_nothing_is_made(scene: Scene) -> None:
    filing = scene.verify(scene.filed())
    assert split(scene, filing).status == 422
    assert split(scene, filing, "x" * 151).status == 422
    assert split(scene, filing, "a", "b", "c", "d").status == 200
    assert split(scene, filing, "e").status == 422
    assert len(parts_of(scene, filing)) == 4


def test_the_same_form_twice_splits_once(scene: Scene) -> None:
    filing = scene.verify(scene.filed())
    admin = scene.desk()
    form = split_page(admin, filing).form("/bagi")
    words = {"title_1": "Got mampet", "description_1": "Got mampet."}
    assert admin.send(form, **words).status == 200
    assert admin.send(form, **words).status == 409
    assert len(parts_of(scene, filing)) == 1


def test_nobody_else_splits_it_and_a_kill_leaves_nothing(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    filing = scene.verify(scene.filed())
    path = f"/desk/laporan/{filing.reference}/bagi"
    unit = scene.unit()
    for role in ("viewer", "head", "liaison"):
        assert scene.desk(scene.person(role, units=[unit])).open(path).status in (403, 404)
    assert Scene(scene.app, make_agency(scene.app)).desk().open(path).status == 404
    parts = [Part("Got", "Got mampet."), Part("Lampu", "Lampu padam.")]

    def killed(*_args: object, **_values: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("sp4n.cases.operations.splitting._count", killed)
    with pytest.raises(KeyboardInterrupt), scene.inside() as session:
        case = scene.case(filing, session)
        operations.split_case(session, case=case, actor=scene.admin, parts=parts)
    monkeypatch.undo()
    assert not parts_of(scene, filing)
    with pytest.raises(NotPossible), scene.inside() as session:
        stale = scene.case(filing, session)
        operations.split_case(
            session, case=stale, actor=COORDINATOR, parts=parts, version=stale.version - 1
        )


def test_the_public_reads_of_no_part_that_was_not_published(scene: Scene) -> None:
    filing = scene.verify(scene.filed())
    split(scene, filing, "RAHASIATITIK")
    (part,) = parts_of(scene, filing)
    browser = scene.browser()
    assert browser.open(f"/laporan/{part.reference}").status == 404
    for path in ("/", "/laporan", f"/laporan/{filing.reference}"):
        assert "RAHASIATITIK" not in browser.open(path).text
