"""What people write into cells, and what is understood."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from sp4n.spreadsheets import values
from sp4n.spreadsheets.tables import Trouble, address, column_name, place_of
from sp4n.spreadsheets.values import Unclear


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("Rp 1.250.000,00", 1_250_000),
        ("Rp1.250.000,-", 1_250_000),
        ("Rp. 1.250.000", 1_250_000),
        ("IDR 1,250,000.00", 1_250_000),
        ("1.250", 1250),
        ("1250000", 1_250_000),
        (1250000.0, 1_250_000),
        ("1,25 juta", 1_250_000),
        ("Rp 2 miliar", 2_000_000_000),
        ("2,5 M", 2_500_000_000),
        ("500 rb", 500_000),
        ("-", None),
        ("", None),
        (None, None),
        ("0", 0),
        (0.0, 0),
        ("'-", None),
    ],
)
def test_rupiah(written: Any, meant: int | None) -> None:
    assert values.rupiah_of(written) == meant


@pytest.mark.parametrize(
    "written", ["banyak", "Rp -5", "12,55", "1e12", "9" * 20, "5 dolar", Trouble("formula"), "1-2"]
)
def test_what_is_no_money_says_so(written: Any) -> None:
    with pytest.raises(Unclear) as refusal:
        values.rupiah_of(written)
    assert refusal.value.words


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("85%", "85"),
        ("85 persen", "85"),
        ("12,5", "12.5"),
        ("12.5", "12.5"),
        ("1.250", "1250"),
        ("1.250,75", "1250.75"),
        (0.1, "0.1"),
        (12, "12"),
        ("0", "0"),
    ],
)
def test_numbers(written: Any, meant: str) -> None:
    assert values.number_of(written) == Decimal(meant)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("TW I-II", (1, 2)),
        ("TW I – IV", (1, 2, 3, 4)),
        ("Triwulan 1 s.d. 3", (1, 2, 3)),
        ("TW II s/d TW IV", (2, 3, 4)),
        ("I, III", (1, 3)),
        ("Q1 & Q4", (1, 4)),
        ("1,2,3,4", (1, 2, 3, 4)),
        (2.0, (2,)),
        ("TW III 2026", (3,)),
        ("Semester II", (3, 4)),
        ("Januari - Juni 2026", (1, 2)),
        ("Agt s.d. Okt", (3, 4)),
        ("Sepanjang tahun", (1, 2, 3, 4)),
        ("tw.i dan tw.iii", (1, 3)),
        ("", ()),
    ],
)
def test_quarters(written: Any, meant: tuple[int, ...]) -> None:
    assert values.quarters_of(written) == meant


@pytest.mark.parametrize("written", ["TW V", "besok", "IV-I", "TW I-II-III", "5", Trouble("error")])
def test_what_is_no_quarter_says_so(written: Any) -> None:
    with pytest.raises(Unclear):
        values.quarters_of(written)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("31/12/2026", date(2026, 12, 31)),
        ("31-12-2026", date(2026, 12, 31)),
        ("31 Desember 2026", date(2026, 12, 31)),
        ("Kamis, 31 Des 2026", date(2026, 12, 31)),
        ("2026-12-31", date(2026, 12, 31)),
        (date(2026, 1, 2), date(2026, 1, 2)),
        ("", None),
    ],
)
def test_days_as_text(written: Any, meant: date | None) -> None:
    assert values.day_of(written) == meant


def test_years_and_days_that_are_none() -> None:
    assert values.year_of("Tahun 2026") == 2026
    assert values.year_of(2026.0) == 2026
    for wrong in ("31/02/2026", "besok", "32 Mei 2026"):
        with pytest.raises(Unclear):
            values.day_of(wrong)
    for wrong in ("20266", "tahun depan", "1066"):
        with pytest.raises(Unclear):
            values.year_of(wrong)


def test_addresses_there_and_back() -> None:
    assert [column_name(one) for one in (0, 25, 26, 701, 702)] == ["A", "Z", "AA", "ZZ", "AAA"]
    assert place_of("C14") == (14, 2)
    assert address(14, 2) == "C14"
    assert place_of("14") is place_of("C") is place_of("C0") is place_of("ÄÄ1") is None
