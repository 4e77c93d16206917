"""An agency's own questions in the filing form: a page more, without scripts."""

from __future__ import annotations

import gzip
from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa

from bench.counting import statements
from sp4n.cases.extra_answers import answer_lines
from sp4n.cases.models import CaseRecord
from sp4n.settings.extra_questions import MOST_OF_A_CATEGORY, Kind, Option, Question
from sp4n.tenants.resolver import AgencyFacts
from tests.factories import Inside
from tests.portal.asking import EVERY, HURT, ROLE, ROOM, SIGNS, ask
from tests.portal.walking import ANSWERS, Page, Walker
from tests.scenes import Scene

PATIENT = {"q_peran": "pasien", "q_kamar": "Melati 3", "q_luka": "tidak"}


@pytest.fixture
def asked(inside: Inside, agency: AgencyFacts) -> None:
    ask(inside, agency, *EVERY)


def at_questions(walker: Walker, **over: str) -> Page:
    walker.open("/lapor")
    while walker.page.step in ("lapor", "jenis", "isi", "tempat"):
        known = {**ANSWERS, **over}
        walker.go(**{n: known[n] for n in walker.page.names & known.keys()})
    return walker.page


def kept(inside: Inside, agency: AgencyFacts) -> dict[str, Any]:
    with inside(agency) as session:
        found = session.scalars(sa.select(CaseRecord.extra_answers)).one()
    return dict(answer_lines(found, "id"))


def test_nothing_more_is_asked_where_the_agency_asks_nothing(walker: Walker) -> None:
    assert at_questions(walker).step == "lampiran"
    assert "Langkah 4 dari 6" in walker.page.words.replace("\xa0", " ")


@pytest.mark.usefixtures("asked")
def test_questions_of_the_topic_are_asked_and_their_answers_go_along(
    walker: Walker, inside: Inside, agency: AgencyFacts, scene: Scene
) -> None:
    page = at_questions(walker)
    assert (page.step, page.status) == ("rincian", 200)
    assert "Langkah 4 dari 7" in page.words.replace("\xa0", " ")
    assert page.names >= {"q_luka", "q_peran", "q_gejala"}
    assert "q_kamar" not in page.names
    # What was answered asks for more: the same page again, with what was typed.
    page = walker.go(q_peran="pasien", q_luka="tidak", q_gejala="batuk")
    assert (page.step, page.status) == ("rincian", 200)
    assert "pertanyaan lanjutan" in page.words
    assert (page.fields["q_peran"], page.fields["q_luka"]) == ("pasien", "tidak")
    page = walker.go()
    assert (page.step, page.status) == ("rincian", 422)
    assert "Belum dijawab: Di kamar berapa?" in page.error_at("q_kamar")
    assert walker.go(q_kamar="Melati 3").step == "lampiran"
    page = walker.answer()
    for words in ("Anda siapa? Pasien", "Di kamar berapa? Melati 3", "Apa gejalanya? Batuk"):
        assert words in page.words
    page = walker.go()
    assert page.step == "selesai"
    assert kept(inside, agency) == {
        "Ada yang terluka?": "Tidak",
        "Anda siapa?": "Pasien",
        "Di kamar berapa?": "Melati 3",
        "Apa gejalanya?": "Batuk",
    }
    citizen = scene.browser()
    form = citizen.open("/lacak").form("lacak")
    numbers = {
        "reference": page.marked("data-reference"),
        "access_code": page.marked("data-access-code"),
    }
    assert "Di kamar berapa? Melati 3" in citizen.send(form, **numbers).words
    desk = scene.desk().open(f"/desk/laporan/{numbers['reference']}")
    assert "Di kamar berapa? Melati 3" in desk.words


@pytest.mark.usefixtures("asked")
def test_questions_cost_no_statement(walker: Walker) -> None:
    at_questions(walker)
    path = walker.page.path
    with statements() as sent:
        walker.open(path)
    assert not [one for one in sent if "category" in one or "configuration" in one]
    walker.go(q_peran="keluarga")
    page = walker.answer()
    with statements() as sent:
        answer = walker.client.post(page.form.get("action"), data=page.fields)
    assert (answer.status_code, "/lapor/selesai" in answer.location) == (303, True)
    assert len(sent) <= 4, "\n\n".join(sent)


@pytest.mark.usefixtures("asked")
def test_several_boxes_are_kept_together_and_shown_ticked_again(
    walker: Walker, inside: Inside, agency: AgencyFacts
) -> None:
    page = at_questions(walker)
    both: dict[str, Any] = {**page.fields, "q_gejala": ["demam", "batuk"], "q_peran": "keluarga"}
    page = walker.send(page.form.get("action"), both)
    assert page.step == "lampiran"
    page = walker.go("kembali")
    ticked = [one for one in page.form.iter("input") if "checked" in one.attrib]
    assert {one.get("value") for one in ticked} == {"demam", "batuk", "keluarga"}
    walker.send(page.form.get("action"), both)
    walker.answer()
    walker.go()
    assert kept(inside, agency)["Apa gejalanya?"] == "Demam\nBatuk"


@pytest.mark.usefixtures("asked")
def test_another_topic_is_asked_its_own_questions_only(
    walker: Walker, inside: Inside, agency: AgencyFacts
) -> None:
    page = at_questions(walker, category="")
    assert (page.step, page.names & {"q_luka", "q_peran"}) == ("rincian", {"q_luka"})
    page = walker.answer()
    assert "Ada yang terluka? Tidak diisi" in page.words
    # Changed on the check page: what the new topic asks is asked before anything is sent.
    place = page.path.replace("/periksa", "/tempat") + "&ubah=1"
    walker.open(place)
    page = walker.go(category="kesehatan")
    assert (page.step, page.status) == ("rincian", 200)
    assert walker.go(**PATIENT).step == "periksa"
    # And back: answers that are not asked for any more stay behind.
    walker.open(place)
    page = walker.go(category="")
    assert page.step == "periksa"
    walker.go()
    assert walker.page.step == "selesai", walker.page.words
    assert kept(inside, agency) == {"Ada yang terluka?": "Tidak"}


@pytest.mark.usefixtures("asked")
def test_an_answer_whose_question_went_is_not_kept(
    walker: Walker, inside: Inside, agency: AgencyFacts
) -> None:
    at_questions(walker)
    walker.go(q_peran="pasien")
    walker.go(q_kamar="Melati 3")
    walker.go("kembali")
    assert walker.go(q_peran="keluarga").step == "lampiran"
    page = walker.answer()
    assert "Melati" not in page.words
    walker.go()
    assert "Di kamar berapa?" not in kept(inside, agency)


@pytest.mark.usefixtures("asked")
def test_a_stopper_says_where_to_go_and_lets_nothing_through(walker: Walker) -> None:
    page = at_questions(walker)
    page = walker.go(q_peran="lain")
    assert (page.step, page.status) == ("rincian", 422)
    assert "Hubungi dinas kesehatan provinsi." in page.words
    assert 'href="https://dinkes.contoh.go.id"' in page.text
    assert "tidak dikirim ke sini" in page.error_at("q_peran")
    check = page.path.split("?")[0].replace("rincian", "periksa")
    fields = {name: page.fields[name] for name in ("csrf_token", "form_key")}
    page = walker.send(check, fields)
    assert (page.status, page.fields["q_peran"]) == (422, "lain")
    assert "tidak dikirim ke sini" in page.error_at("q_peran")


@pytest.mark.usefixtures("asked")
@pytest.mark.parametrize(
    ("typed", "field", "words"),
    [
        ({"q_peran": ""}, "q_peran", "Belum dijawab: Anda siapa?"),
        ({"q_peran": "direktur"}, "q_peran", "pilih dari jawaban"),
        ({"q_luka": "mungkin"}, "q_luka", "pilih dari jawaban"),
        ({"q_gejala": ["demam", "pusing"]}, "q_gejala", "pilih dari jawaban"),
        ({"q_kamar": "x" * 201, "asked": ["peran", "kamar"]}, "q_kamar", "paling banyak 200"),
    ],
)
def test_wrong_answers_are_told_and_stay_as_they_were_typed(
    walker: Walker, typed: dict[str, Any], field: str, words: str
) -> None:
    page = at_questions(walker)
    fields = {**page.fields, "q_peran": "pasien", "asked": ["luka", "peran", "gejala", "kamar"]}
    page = walker.send(page.form.get("action"), {**fields, **typed})
    assert page.status == 422
    assert page.title.startswith("Galat: ")
    assert words in page.error_at(field)
    assert words in page.summary
    if field == "q_kamar":
        assert page.fields["q_kamar"] == typed["q_kamar"]
    assert walker.open(page.path).status == 200


@pytest.mark.usefixtures("asked")
def test_what_nobody_asked_is_neither_kept_nor_counted(
    walker: Walker, inside: Inside, agency: AgencyFacts
) -> None:
    at_questions(walker)
    walker.go(q_peran="keluarga", q_asing="x", q_kamar="Melati", **{"q_' OR 1=1": "x"})
    assert walker.page.step == "lampiran"
    walker.answer()
    walker.go()
    assert kept(inside, agency) == {"Anda siapa?": "Keluarga pasien"}


def test_a_question_that_is_new_is_asked_before_sending(
    walker: Walker, inside: Inside, agency: AgencyFacts
) -> None:
    walker.open("/lapor")
    walker.answer()
    ask(inside, agency, ROLE, ROOM)
    page = walker.go()
    assert (page.status, "Anda siapa?" in page.words) == (422, True)
    assert "masih menanyakan" in page.summary
    page = walker.go(q_peran="keluarga")
    assert page.step == "lampiran"
    walker.answer()
    assert walker.go().step == "selesai"
    assert kept(inside, agency) == {"Anda siapa?": "Keluarga pasien"}


@pytest.mark.usefixtures("asked")
def test_a_question_that_changed_is_shown_once_more_before_sending(
    walker: Walker, inside: Inside, agency: AgencyFacts
) -> None:
    at_questions(walker)
    walker.go(q_peran="keluarga", q_luka="ya")
    walker.answer()
    ask(inside, agency, replace(HURT, label="Ada korban?"), ROLE, ROOM, SIGNS)
    page = walker.go()
    assert (page.step, page.status) == ("periksa", 422)
    assert "baru saja berubah" in page.summary
    assert "Ada korban? Ya" in page.words
    assert walker.go().step == "selesai"
    assert kept(inside, agency)["Ada korban?"] == "Ya"


@pytest.mark.usefixtures("asked")
def test_a_question_that_was_retired_meanwhile_goes_and_that_is_said(
    walker: Walker, inside: Inside, agency: AgencyFacts
) -> None:
    page = at_questions(walker)
    ask(inside, agency, replace(HURT, retired=True), ROLE, ROOM, SIGNS)
    page = walker.go(q_peran="keluarga", q_luka="ya")
    assert page.step == "lampiran"
    walker.answer()
    ask(inside, agency)
    page = walker.go()
    assert (page.step, page.status) == ("periksa", 422)
    assert "baru saja berubah" in page.summary
    assert walker.go().step == "selesai"
    assert kept(inside, agency) == {}
    ask(inside, agency, *EVERY)
    assert "Nomor" in walker.open(walker.page.path).words


@pytest.mark.usefixtures("asked")
def test_a_choice_that_went_meanwhile_is_asked_again_with_the_rest_as_it_was(
    walker: Walker, inside: Inside, agency: AgencyFacts
) -> None:
    at_questions(walker)
    walker.go(q_peran="keluarga", q_luka="ya")
    walker.answer()
    ask(inside, agency, HURT, replace(ROLE, options=ROLE.options[:1]), ROOM)
    page = walker.go()
    assert (page.status, page.error_at("q_peran") != "") == (422, True)
    assert page.fields["q_luka"] == "ya"


@pytest.mark.usefixtures("asked")
def test_the_questions_speak_english_where_they_can(walker: Walker) -> None:
    page = at_questions(walker)
    page = walker.open(f"{page.path}&lang=en")
    assert "Who are you?" in page.words
    page = walker.go(q_peran="lain")
    assert "Call the province's health office." in page.words


@pytest.mark.usefixtures("asked")
def test_back_after_sending_tells_answers_that_did_not_go(walker: Walker) -> None:
    at_questions(walker)
    questions, action = dict(walker.page.fields), walker.page.form.get("action")
    walker.send(action, {**questions, "q_peran": "keluarga"})
    walker.answer()
    walker.go()
    assert walker.send(action, {**questions, "q_peran": "keluarga"}).step == "selesai"
    page = walker.send(action, {**questions, "q_peran": "pasien"})
    assert (page.status, "Pasien" in page.words) == (422, True)


def test_a_long_answer_far_over_the_limit_comes_back_and_is_refused(
    walker: Walker, inside: Inside, agency: AgencyFacts
) -> None:
    ask(inside, agency, Question("cerita", Kind.LONG, "Ceritakan", help="Urutan kejadian"))
    at_questions(walker)
    page = walker.go(q_cerita="😡" * 100_000)
    assert page.status == 422
    assert page.fields["q_cerita"] == "😡" * 100_000
    assert walker.go(q_cerita="Singkat saja.").step == "lampiran"


def test_a_page_that_was_open_too_long_keeps_what_was_typed(
    walker: Walker, inside: Inside, agency: AgencyFacts
) -> None:
    ask(inside, agency, HURT)
    page = at_questions(walker)
    fields = {**page.fields, "q_luka": "ya", "csrf_token": "lama"}
    page = walker.send(page.form.get("action"), fields)
    assert (page.status, page.fields["q_luka"]) == (422, "ya")
    assert walker.go().step == "lampiran"


def test_the_longest_page_of_questions_is_light(
    walker: Walker, inside: Inside, agency: AgencyFacts
) -> None:
    choices = tuple(Option(f"o{n}", f"Jawaban ke-{n} yang agak panjang") for n in range(20))
    many = [
        replace(ROLE, key=f"k{n}", category=("", "kesehatan")[n % 2], options=choices)
        for n in range(2 * MOST_OF_A_CATEGORY)
    ]
    ask(inside, agency, *many)
    page = at_questions(walker)
    assert len(page.names & {f"q_{one.key}" for one in many}) == len(many)
    assert len(gzip.compress(page.text.encode())) < 15_000


@pytest.mark.usefixtures("asked")
def test_answers_are_nowhere_in_public(walker: Walker, scene: Scene) -> None:
    at_questions(walker)
    walker.go(q_peran="pasien")
    walker.go(q_kamar="Melati 3")
    walker.answer()
    page = walker.go()
    admin = scene.desk()
    desk = admin.open(f"/desk/laporan/{page.marked('data-reference')}")
    form = desk.form("verifikasi")
    admin.send(form, publish=True)
    public = scene.browser().open(f"/laporan/{page.marked('data-reference')}")
    assert public.status == 200
    assert "Melati" not in public.text
    assert "Pasien" not in public.text
