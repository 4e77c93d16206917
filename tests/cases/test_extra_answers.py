"""Answers to an agency's own questions: what is right of them, and what stays with the case."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from sp4n.cases.extra_answers import answer_lines, read_number, understand
from sp4n.errors import Invalid
from sp4n.settings.extra_questions import (
    YES_AND_NO,
    Kind,
    Option,
    Question,
    When,
    written_questions,
)
from tests.cases.making import answers, case_of, filed
from tests.factories import Inside
from tests.scenes import Scene

RIVER = Option("sungai", "Sungai", "River")
MOTORWAY = Option("tol", "Jalan tol", stop="Hubungi Jasa Marga di 14080.")
WHERE = Question("letak", Kind.ONE, "Di mana letaknya?", required=True, options=(RIVER, MOTORWAY))
DEEP = Question(
    "dalam",
    Kind.NUMBER,
    "Berapa dalam airnya?",
    label_en="How deep is the water?",
    unit="cm",
    low="1",
    high="2000",
    required=True,
    when=When("letak", "sungai"),
)
HURT = Question("luka", Kind.YES_NO, "Ada yang terluka?", options=YES_AND_NO)
SIGNS = Question(
    "tanda", Kind.SEVERAL, "Apa tandanya?", options=(Option("bau", "Bau"), Option("buih", "Buih"))
)
SINCE = Question("sejak", Kind.DATE, "Sejak kapan?")
NEAR = Question("patokan", Kind.PLACE, "Patokan terdekat")
TOLD = Question("cerita", Kind.LONG, "Ceritakan")
NUMBER = Question("nomor", Kind.TEXT, "Nomor pelanggan")
EVERY = (WHERE, DEEP, HURT, SIGNS, SINCE, NEAR, TOLD, NUMBER)
TYPED = {
    "letak": "sungai",
    "dalam": "1.250,5",
    "luka": "tidak",
    "tanda": "buih\nbau",
    "sejak": "20/11/2026",
    "patokan": "jembatan   lama",
    "cerita": "Airnya\nhitam.",
    "nomor": "0812",
}


def test_what_is_right_is_stored_as_it_was_asked_and_read_in_both_languages() -> None:
    found = understand(EVERY, TYPED, "id")
    assert found.right
    assert dict(answer_lines(found.stored, "id")) == {
        "Di mana letaknya?": "Sungai",
        "Berapa dalam airnya?": "1.250,5 cm",
        "Ada yang terluka?": "Tidak",
        "Apa tandanya?": "Bau\nBuih",
        "Sejak kapan?": "20 November 2026",
        "Patokan terdekat": "jembatan lama",
        "Ceritakan": "Airnya\nhitam.",
        "Nomor pelanggan": "0812",
    }
    english = dict(answer_lines(found.stored, "en"))
    assert english["How deep is the water?"] == "1,250.5 cm"
    assert english["Di mana letaknya?"] == "River"


@pytest.mark.parametrize(
    ("key", "typed", "words"),
    [
        ("letak", "", "Belum dijawab: Di mana letaknya?"),
        ("letak", "laut", "Di mana letaknya: pilih dari jawaban yang ada"),
        ("letak", "sungai\ntol", "pilih dari jawaban"),
        ("tanda", "bau\nasap", "pilih dari jawaban"),
        ("dalam", "dalam sekali", "tulis dengan angka"),
        ("dalam", "0", "dari 1 sampai 2.000"),
        ("dalam", "2.001", "dari 1 sampai 2.000"),
        ("dalam", "1e3", "tulis dengan angka"),
        ("dalam", "Infinity", "tulis dengan angka"),
        ("dalam", "٣", "tulis dengan angka"),
        ("dalam", "1" * 13, "tulis dengan angka"),
        ("sejak", "31/02/2026", "tulis tanggal"),
        ("sejak", "0001-01-01", "tulis tanggal"),
        ("cerita", "x" * 1001, "paling banyak 1000 huruf, sekarang 1001"),
        ("nomor", "x" * 201, "paling banyak 200"),
    ],
)
def test_what_is_wrong_is_said_of_its_question(key: str, typed: str, words: str) -> None:
    assert words in understand(EVERY, {**TYPED, key: typed}, "id").wrong[key]


def test_what_is_not_asked_is_neither_missed_nor_kept() -> None:
    """A condition that changed hides the answer; what was never asked cannot be sent along."""
    other = replace(MOTORWAY, stop="")
    asked = (replace(WHERE, options=(RIVER, other)), DEEP)
    typed = {"letak": "tol", "dalam": "banyak", "asing": "x"}
    found = understand(asked, typed, "id")
    assert (found.right, [one["key"] for one in found.stored]) == (True, ["letak"])


def test_a_stopper_says_where_to_go_instead() -> None:
    found = understand(EVERY, {**TYPED, "letak": "tol"}, "id")
    assert not found.right
    assert found.stop == ("letak", MOTORWAY)


def filed_with(
    scene: Scene, inside: Inside, questions: tuple[Question, ...], **typed: str
) -> list[dict[str, Any]]:
    agency = replace(scene.agency, questions=written_questions(questions))
    with inside(agency) as session:
        filing = filed(session, agency, answers(extra=tuple(sorted(typed.items()))))
        return case_of(session, filing).extra_answers


def test_a_case_keeps_its_answers_and_desk_and_reporter_read_them(
    scene: Scene, inside: Inside
) -> None:
    agency = replace(scene.agency, questions=written_questions(EVERY))
    with inside(agency) as session:
        filing = filed(session, agency, answers(extra=tuple(sorted(TYPED.items()))))
    words = scene.desk().open(f"/desk/laporan/{filing.reference}").words
    assert "Berapa dalam airnya? 1.250,5 cm" in words


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({}, "q_letak"),
        ({"letak": "tol"}, "q_letak"),
        ({"letak": "sungai", "dalam": "x"}, "q_dalam"),
        ({"letak": "sungai", "dalam": "3", "nomor": "a\0b"}, "q_nomor"),
    ],
)
def test_the_operation_itself_refuses_what_is_not_right(
    scene: Scene, inside: Inside, typed: dict[str, str], field: str
) -> None:
    with pytest.raises(Invalid) as refusal:
        filed_with(scene, inside, EVERY, **typed)
    assert field in refusal.value.fields


def test_keys_that_nobody_asked_for_are_not_stored(scene: Scene, inside: Inside) -> None:
    assert filed_with(scene, inside, (HURT,), luka="ya", asing="x")[0]["key"] == "luka"
    assert len(filed_with(scene, inside, (HURT,), luka="ya", asing="x")) == 1
    assert filed_with(scene, inside, (), asing="x") == []


@pytest.mark.parametrize("text", ["9" * 13, "1.000" + ".000" * 4, "-1" + ",5" * 2])
def test_a_number_that_no_arithmetic_takes_is_no_number(text: str) -> None:
    assert read_number(text, "id") is None
