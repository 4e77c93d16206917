"""A policy from its draft to the letter, through the desk; and who may not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from sp4n import clock
from sp4n.audit.actors import Actor
from sp4n.jobs.models import Outbox
from sp4n.policies.due import MEASURE
from sp4n.policies.models import PolicyProposal, PolicyRun
from tests.cases.making import MONDAY
from tests.pages import Browser, Page
from tests.policies.working import work
from tests.scenes import Scene, coordinator_browser

OCTOBER = datetime(2026, 10, 20, 2, tzinfo=UTC)
JANUARY = datetime(2027, 1, 20, 2, tzinfo=UTC)
RULE = {
    "subject": "unit",
    "period": "month",
    "measure": "first_in_time",
    "comparison": "at_least",
    "threshold": "90",
    "minimum": "2",
    "effect": "reward",
    "step": "certificate",
    "element": "discipline",
}
SANCTION = {
    **RULE,
    "comparison": "less",
    "threshold": "50,5",
    "effect": "sanction",
    "step": "ladder",
}


def written(desk: Browser, *rules: dict[str, str], title: str = "Kebijakan uji") -> Page:
    page = desk.open("/desk/kebijakan/baru")
    page = desk.send(page.form("kebijakan"), title=title, body="Dasar dan tujuan.")
    for rule in rules:
        page = desk.send(desk.follow(page, "Tambah aturan").form("aturan"), **rule)
    return page


def published(scene: Scene, *rules: dict[str, str], starts_on: str = "2026-11-01") -> Page:
    desk = scene.desk()
    with clock.frozen(OCTOBER):
        page = written(desk, *rules)
        return desk.send(page.form("terbit"), starts_on=starts_on)


def cases(scene: Scene, unit: int, number: int, *, answered: bool) -> None:
    with clock.frozen(MONDAY):
        filings = [scene.verify(scene.filed(), unit_id=unit) for _one in range(number)]
    if answered:
        with clock.frozen(MONDAY + timedelta(days=1)):
            for one in filings:
                scene.answer(one)


def measured(scene: Scene, at: datetime = JANUARY) -> list[PolicyProposal]:
    work(scene, at)
    with clock.frozen(at), scene.inside() as session:
        found = list(session.scalars(sa.select(PolicyProposal).order_by(PolicyProposal.id)))
        session.expunge_all()
        return found


def test_rules_are_written_and_contradictions_shown_before_anything_is_published(
    scene: Scene,
) -> None:
    desk = scene.desk()
    with clock.frozen(OCTOBER):
        page = written(desk, RULE, {**SANCTION, "threshold": "95"})
        assert "Aturan 1 dan 2 bertentangan" in page.words
        assert "Kinerja, Penilaian pengguna layanan" in page.words
        page = desk.send(page.form("terbit"), starts_on="2026-11-01")
        assert page.status == 409
        assert "Ada aturan yang bertentangan" in page.errors[0]
        form = desk.open(page.url.replace("terbit", "aturan/2")).form("aturan")
        page = desk.send(form, threshold="banyak")
        assert page.status == 422
        assert 'value="banyak"' in page.text
        page = desk.send(page.form("aturan"), threshold="101")
        assert page.errors == ["Antara 0 dan 100."]
        page = desk.send(page.form("aturan"), threshold="50,5", step="incentive")
        assert page.errors == ["Pilih langkah yang sesuai: penghargaan atau sanksi."]
        page = desk.send(page.form("aturan"), threshold="50,5", step="written_1")
        assert "kurang dari 50,5 %" in page.words
        assert "bertentangan" not in page.words
        stale = page
        page = desk.send(page.form("terbit"), starts_on="2026-10-19")
        assert "tidak berlaku surut" in page.errors[0]
        page = desk.send(page.form("terbit"), starts_on="2026-11-01")
        assert "Akan berlaku" in page.words
        again = desk.send(stale.form("terbit"), starts_on="2026-11-02")
        assert again.status == 404


def test_what_is_published_never_changes_and_the_next_version_judges_later_periods_only(
    scene: Scene,
) -> None:
    unit = scene.unit()
    page = published(scene, RULE)
    cases(scene, unit, 2, answered=True)
    with clock.frozen(MONDAY + timedelta(days=20)):
        desk = scene.desk()
        page = desk.send(desk.open(page.url).form("draf"))
        page = desk.send(
            desk.follow(page, "Aturan 1").form("aturan"), threshold="100", minimum="50"
        )
        page = desk.send(page.form("terbit"), starts_on="2026-12-01")
        assert "Versi 2" in page.words
        assert "Berlaku 1 November 2026 sampai 30 November 2026" in page.words
    (proposal,) = measured(scene)
    assert (proposal.unit_id, proposal.step) == (unit, "certificate")
    assert proposal.rule["minimum"] == 2
    with scene.inside() as session:
        runs = session.scalars(sa.select(PolicyRun).order_by(PolicyRun.starts_on)).all()
        assert [(one.starts_on.month, one.judged, one.proposed) for one in runs] == [
            (11, 1, 1),
            (12, 0, 0),
        ]
    assert measured(scene) != []  # nothing is measured twice
    with scene.inside() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(PolicyRun)) == 2
        owed = session.scalars(sa.select(Outbox.kind).where(Outbox.kind.like("%polic%"))).all()
        assert sorted(owed) == ["notice.policy_proposed", MEASURE, MEASURE]


def test_a_trial_shows_what_would_come_of_it_and_the_cases_behind_each_number(
    scene: Scene,
) -> None:
    good, small = scene.unit("Dinas Baik"), scene.unit("Dinas Kecil")
    cases(scene, good, 2, answered=True)
    cases(scene, small, 1, answered=True)
    with clock.frozen(JANUARY):
        desk = scene.desk()
        page = desk.follow(written(desk, RULE), "Uji pada periode")
        page = desk.send(page.form("uji"), periode="2026-11")
        assert "1 dinilai. 1 tidak dinilai: laporannya kurang dari 2." in page.words
        assert "Dinas Baik" in page.words
        assert "Dinas Kecil" not in page.words
        page = desk.open(next(link for link in page.links if "/uji/laporan" in link))
        assert page.words.count("Tepat waktu") == 2
        with scene.inside() as session:
            assert session.scalar(sa.select(PolicyProposal.id)) is None
        for wrong in ("uji?periode=2031-11", "uji?periode=x", "uji/laporan?siapa=unit&id=1"):
            assert desk.open(page.url.split("/uji")[0] + f"/{wrong}").status == 404


def test_a_unit_objects_the_head_answers_and_the_letter_is_printed(scene: Scene) -> None:
    unit, other = scene.unit("Dinas Lambat"), scene.unit("Dinas Lain")
    liaison = scene.person("liaison", "Made", units=[unit])
    head = scene.person("head", "I Made Pimpinan")
    published(scene, SANCTION)
    cases(scene, unit, 3, answered=False)
    (proposal,) = measured(scene)
    assert (proposal.step, len(proposal.cases)) == ("oral", 3)
    path = f"/desk/kebijakan/usulan/{proposal.id}"
    with clock.frozen(JANUARY):
        theirs, heads = scene.desk(liaison), scene.desk(head)
        page = heads.open(path)
        assert not page.has_form("beri")
        assert "Sanksi belum dapat diberikan" in page.words
        page = theirs.open(path)
        assert not page.has_form("tolak")
        assert page.words.count("Terlambat") == 3
        assert theirs.send(page.form("keberatan"), objection="").status == 422
        page = theirs.send(page.form("keberatan"), objection="Dua di antaranya bukan urusan kami.")
        assert "Ada keberatan" in page.words
        page = heads.open(path)
        page = heads.send(page.form("beri"), signatory="I Made", signatory_title="Sekda")
        assert page.errors == ["Jawab keberatan itu."]
        page = heads.send(page.form("beri"), reason="Sudah kami periksa; ketiganya urusan unit.")
        assert "Diberikan" in page.words
        letter = theirs.client.get(f"{path}/surat.pdf")
        assert letter.data.startswith(b"%PDF")
        assert theirs.open(f"/desk/kebijakan/hasil/{proposal.run_id}").status == 200
    for who in ("viewer", "liaison"):
        browser = scene.desk(scene.person(who, units=[other]))
        wanted = 403 if who == "viewer" else 404
        for rest in ("", "/surat.pdf"):
            assert browser.client.get(path + rest).status_code == wanted
        assert browser.client.get(f"/desk/kebijakan/hasil/{proposal.run_id}").status_code == wanted


def test_the_next_sanction_is_the_next_rung_for_as_long_as_the_window_says(scene: Scene) -> None:
    unit = scene.unit()
    liaison = scene.person("liaison", units=[unit])
    published(scene, SANCTION)
    cases(scene, unit, 2, answered=False)
    (first,) = measured(scene)
    granted(scene, first)
    with clock.frozen(MONDAY + timedelta(days=60)):
        filings = [scene.verify(scene.filed(), unit_id=unit) for _one in range(2)]
    assert len(filings) == 2
    second = measured(scene, JANUARY + timedelta(days=60))[-1]
    assert second.step == "written_1"
    assert liaison.unit_ids == {unit}


def granted(scene: Scene, proposal: PolicyProposal) -> None:
    with clock.frozen(JANUARY + timedelta(days=30)):
        desk = scene.desk()
        page = desk.open(f"/desk/kebijakan/usulan/{proposal.id}")
        said = {"signatory": "I Made", "signatory_title": "Sekretaris Daerah"}
        assert "Diberikan" in desk.send(page.form("beri"), **said).words


@pytest.mark.parametrize("role", ["viewer", "liaison", "head"])
def test_others_read_what_is_published_and_write_nothing(scene: Scene, role: str) -> None:
    page = published(scene, RULE)
    who: Actor = scene.person(role)
    browser, path = scene.desk(who), "/desk/kebijakan"
    policy = page.url.split("/desk/kebijakan/")[1]
    assert "Kebijakan uji" in browser.open(path).words
    assert "paling sedikit 90 %" in browser.open(f"{path}/{policy}").words
    for refused in ("baru", f"{policy}/draf", f"{policy}/draf/aturan"):
        assert browser.client.get(f"{path}/{refused}").status_code == 403
    assert browser.client.get(f"{path}/{policy}/uji").status_code == (
        200 if role == "head" else 403
    )


def test_everyone_reads_the_rules_in_force_and_coordinators_who_has_and_applies_them(
    scene: Scene,
) -> None:
    unit = scene.unit("Dinas Rahasia Hasilnya")
    published(scene, RULE, {**RULE, "element": "performance"}, {**RULE, "element": "users"})
    cases(scene, unit, 2, answered=True)
    proposals = measured(scene)
    assert sorted(len(one.cases) for one in proposals) == [0, 0, 2]  # one number, kept once
    with clock.frozen(JANUARY):
        for one in proposals:
            shown = scene.desk().open(f"/desk/kebijakan/usulan/{one.id}")
            assert shown.words.count("Tepat waktu") == 2
        public = scene.browser().open("/dokumen/kebijakan")
        assert "paling sedikit 90 %" in public.words
        assert "Dinas Rahasia" not in public.text
        line = "Ada dan memuat ketiga unsur, belum diterapkan secara rutin."
        assert line in scene.desk().open("/desk/instrumen").words
        console = coordinator_browser(scene.app)
        here = f"/nasional/kebijakan?q={scene.agency.slug}"
        page = console.open(f"{here}&nilai=B")
        assert scene.agency.name in page.words
        assert "Dinas Rahasia" not in page.text
        assert scene.agency.name not in console.open(f"{here}&nilai=D").words
