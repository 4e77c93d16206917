"""Reference numbers: written well, read well, and every usual slip noticed."""

from __future__ import annotations

import random
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from itertools import combinations

import pytest

from sp4n.cases.references import ALPHABET, make_reference, parse_reference, with_check

LENGTH = 10
ADJACENT = [(n, n + 1) for n in range(LENGTH - 1)]


def compact(reference: str) -> str:
    return reference.replace("-", "")


def test_a_new_number_is_grouped_and_reads_back_as_itself() -> None:
    for _ in range(2000):
        reference = make_reference()
        assert [len(group) for group in reference.split("-")] == [3, 3, 4]
        assert set(compact(reference)) <= set(ALPHABET)
        assert parse_reference(reference) == reference


def test_the_alphabet_holds_no_two_characters_that_look_alike() -> None:
    for alike in ("0ODQ", "1ILJ7", "2Z", "5S", "6G", "8B", "UVW", "MN", "FV"):
        assert len(set(alike) & set(ALPHABET)) <= 1
    assert not set("AEIOU") & set(ALPHABET)
    assert len(ALPHABET) == len(set(ALPHABET)) == 19


@pytest.mark.parametrize("position", range(LENGTH))
def test_every_substitution_of_one_character_is_noticed(position: int) -> None:
    """Every character by every other, at every place, among any neighbours."""
    luck = random.Random(position)
    tried: Counter[str] = Counter()
    while len(tried) < 19 or min(tried.values()) < 10:
        number = compact(with_check("".join(luck.choices(ALPHABET, k=LENGTH - 1))))
        right = number[position]
        for wrong in set(ALPHABET) - {right}:
            assert parse_reference(number[:position] + wrong + number[position + 1 :]) is None
        tried[right] += 1
    assert set(tried) == set(ALPHABET)


@pytest.mark.parametrize(("first", "second"), list(combinations(range(LENGTH), 2)))
def test_every_swap_of_two_different_characters_is_noticed(first: int, second: int) -> None:
    """Every pair of characters at every pair of places: the adjacent ones are among them."""
    luck = random.Random(first * LENGTH + second)
    pairs: set[tuple[str, str]] = set()
    while len(pairs) < 19 * 18:
        number = compact(with_check("".join(luck.choices(ALPHABET, k=LENGTH - 1))))
        one, other = number[first], number[second]
        if one == other:
            continue
        swapped = list(number)
        swapped[first], swapped[second] = other, one
        assert parse_reference("".join(swapped)) is None
        pairs.add((one, other))
    assert len(pairs) == 19 * 18


@pytest.mark.parametrize(("first", "second"), ADJACENT)
def test_every_change_of_two_equal_neighbours_into_others_is_noticed(
    first: int, second: int
) -> None:
    luck = random.Random(first)
    tried: set[str] = set()
    while len(tried) < 19:
        number = list(compact(with_check("".join(luck.choices(ALPHABET, k=LENGTH - 1)))))
        if number[first] != number[second]:
            continue
        tried.add(number[first])
        for other in set(ALPHABET) - {number[first]}:
            changed = [other if n in (first, second) else c for n, c in enumerate(number)]
            assert parse_reference("".join(changed)) is None
    assert tried == set(ALPHABET)


@pytest.mark.parametrize("typed", [" {} ", "#{}", "{}.", "\t{}\n", "“{}”", "\u200b{}", "({})"])
def test_marks_around_a_number_do_not_matter(typed: str) -> None:
    reference = make_reference()
    assert parse_reference(typed.format(reference)) == reference


@pytest.mark.parametrize("dash", ["", " ", "–", "—", "−", "‑", "_", ".", "/", " - ", "\u00a0"])
def test_the_dashes_may_be_missing_or_others(dash: str) -> None:
    reference = make_reference()
    assert parse_reference(reference.replace("-", dash)) == reference
    assert parse_reference(dash.join(compact(reference))) == reference


def test_small_letters_and_wide_ones_are_accepted() -> None:
    reference = make_reference()
    wide = "".join(chr(ord(c) + 0xFEE0) for c in compact(reference))
    assert parse_reference(reference.lower()) == reference
    assert parse_reference(wide) == reference


def test_characters_that_are_taken_for_others_are_read_as_those() -> None:
    reference = with_check("8526MFYKP")
    assert parse_reference("BSZ-GNV-JKP" + reference[-1]) == reference
    assert parse_reference("bsz gnv jkp" + reference[-1].lower()) == reference


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "---",
        "KP7",
        "0000000000",
        "OOO-OOO-OOOO",
        "111-111-1111",
        "КР7-4ХМ-9R3T",
        "٢٢٢-٢٢٢-٢٢٢٢x",
        "\x00",
        "🙂" * 10,
        "2" * 9,
        "2" * 11,
        "2" * 100_000,
        "-" * 100_000,
        "' OR 1=1 --",
        "\ud800",
    ],
)
def test_what_is_no_number_is_refused_quietly(text: str) -> None:
    assert parse_reference(text) is None


def test_many_numbers_are_different_and_use_the_whole_alphabet_evenly() -> None:
    made = [compact(make_reference()) for _ in range(50_000)]
    assert len(set(made)) >= 49_999  # 0.004 collisions are expected
    for position in range(LENGTH):
        counts = Counter(number[position] for number in made)
        assert len(counts) == 19
        assert max(counts.values()) < 1.15 * 50_000 / 19


def test_fifty_people_at_once_get_fifty_numbers() -> None:
    with ThreadPoolExecutor(max_workers=50) as people:
        made = list(people.map(lambda _: make_reference(), range(50)))
    assert len(set(made)) == 50
