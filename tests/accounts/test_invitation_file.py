"""Lists of people as spreadsheets save them, and what is said of each line that is wrong."""

from __future__ import annotations

import pytest
from flask import Flask

from sp4n.accounts import invitation_file
from sp4n.accounts.invitation_file import (
    MOST_LINES,
    Reading,
    checked,
    decoded,
    rows_of,
    template,
)
from sp4n.errors import Invalid
from sp4n.organisation.queries import UnitNode

HEADER = "nama,email,peran,unit\n"
UNITS = [
    UnitNode(1, "Dinas Kesehatan", "Dinkes", None, True, 0),
    UnitNode(2, "Dinas Komunikasi, Informatika, dan Statistik", "Diskominfos", None, True, 0),
    UnitNode(3, "Puskesmas Kuta I", "Puskesmas", 1, True, 1),
    UnitNode(4, "Puskesmas Kuta II", "Puskesmas", 1, True, 1),
]


@pytest.fixture(autouse=True)
def speaking(app: Flask) -> object:
    with app.test_request_context():
        yield


def read(text: str, accounts: dict[str, bool] | None = None) -> Reading:
    return checked(rows_of(text), units=UNITS, accounts=accounts or {})


def line(text: str, header: str = HEADER) -> tuple[str, ...]:
    """What is wrong with one line."""
    reading = read(header + text)
    return reading.bad[0].problems if reading.bad else ()


@pytest.mark.parametrize(
    "content",
    [
        "nama,email,peran,unit\nNi Made,made@contoh.go.id,penghubung,Dinas Kesehatan\n",
        "NAMA;E-Mail;Peran;Unit\r\nNi Made;MADE@contoh.go.id;Pejabat  Penghubung;dinkes\r\n",
        "\ufeffname\temail\trole\tunits\nNi Made\tmade@contoh.go.id\tliaison\tDINAS KESEHATAN",
        "sep=;\nnama;email;peran;unit;\n;;;;;\nNi Made;mailto:made@contoh.go.id;liaison;Dinkes;;",
        'email,nama,unit,peran\n"made@contoh.go.id","Ni\u00a0Made","Dinas Kesehatan",penghubung',
        "nama,email,peran,unit\r# contoh,x,y,z\rNi Made , made@contoh.go.id ,penghubung,Dinkes\r",
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "cp1252"])
def test_a_list_is_read_however_a_spreadsheet_saves_it(content: str, encoding: str) -> None:
    raw = (
        content.removeprefix("\ufeff").encode(encoding) if encoding != "utf-8" else content.encode()
    )
    reading = read(decoded(raw))
    assert reading.bad == ()
    (guest,) = reading.guests
    assert (guest.name, guest.email, guest.role, guest.unit_ids) == (
        "Ni Made",
        "made@contoh.go.id",
        "liaison",
        [1],
    )


def test_units_are_found_by_their_names_commas_and_all() -> None:
    name = "Dinas Komunikasi, Informatika, dan Statistik"
    reading = read(f'{HEADER}Ni Made,m@contoh.go.id,penghubung,"{name} | Dinkes"\n')
    assert reading.guests[0].unit_ids == [2, 1]
    reading = read(f"nama;email;peran;unit\nNi Made;m@contoh.go.id;penghubung;{name}\n")
    assert reading.guests[0].unit_ids == [2]
    reading = read(f'{HEADER}Ni Made,m@contoh.go.id,penghubung,"Dinkes\nPuskesmas Kuta I"\n')
    assert reading.guests[0].unit_ids == [1, 3]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (",m@contoh.go.id,admin,", "Isi nama lengkap."),
        (f"{'x' * 121},m@contoh.go.id,admin,", "paling panjang 120"),
        ("Ni Made,,admin,", "Isi alamat email."),
        ("Ni Made,made@contoh,admin,", "belum lengkap"),
        ("Ni Made,m@contoh.go.id,,", "Isi peran"),
        ("Ni Made,m@contoh.go.id,super_admin,", "tidak dikenal. Tulis salah satu: admin"),
        ("Ni Made,m@contoh.go.id,admin,Dinkes", "Hanya penghubung yang menangani unit"),
        ("Ni Made,m@contoh.go.id,penghubung,Dinas Kesehatn", "Maksud Anda “Dinas Kesehatan”?"),
        ("Ni Made,m@contoh.go.id,penghubung,Bagian Umum", "tidak ada. Periksa daftar unit"),
        ("Ni Made,m@contoh.go.id,penghubung,Puskesmas", "beberapa unit bernama singkat"),
        ("Ni Made,m@contoh.go.id,admin,,lebih", "di luar kolom judul: “lebih”"),
        ('"Ni" Made,m@contoh.go.id,admin,', "Tanda kutip"),
        ('"Ni Made,m@contoh.go.id,admin,', "Tanda kutip"),
    ],
)
def test_a_bad_line_says_how_to_mend_it(text: str, words: str) -> None:
    assert words in " ".join(line(text))


def test_all_that_is_wrong_with_a_line_is_said_at_once_and_at_its_number() -> None:
    text = (
        'A,a@contoh.go.id,admin,\n\n"B\nB",b@contoh.go.id,admin,\n,x,y,z\nC,A@contoh.go.id,admin,\n'
    )
    reading = read(HEADER + text)
    assert [guest.number for guest in reading.guests] == [2, 4]
    assert reading.guests[1].name == "B B"
    assert [(bad.number, len(bad.problems)) for bad in reading.bad] == [(6, 4), (7, 1)]
    assert "sudah ada di baris 2" in reading.bad[1].problems[0]


def test_a_list_of_unknown_units_is_not_compared_without_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    compared: list[str] = []
    monkeypatch.setattr(
        invitation_file, "get_close_matches", lambda text, *_, **__: compared.append(text) or []
    )
    many = "|".join(f"unit {number}" for number in range(invitation_file.MOST_UNITS + 1))
    assert line(f"A,a@contoh.go.id,penghubung,{many}") == (
        "Paling banyak 50 unit dalam satu baris.",
    )
    few = "|".join(f"unit {number}" for number in range(15))
    lines = "".join(f"A,{number}@contoh.go.id,penghubung,{few}\n" for number in range(3))
    assert [len(bad.problems) for bad in read(HEADER + lines).bad] == [15, 15, 15]
    assert len(compared) == invitation_file.MOST_HINTS


def test_who_has_an_account_is_left_alone_and_a_closed_one_is_opened() -> None:
    text = f"{HEADER}A,a@contoh.go.id,admin,\nB,b@contoh.go.id,admin,\nC,c@contoh.go.id,admin,\n"
    reading = read(text, {"a@contoh.go.id": True, "b@contoh.go.id": False})
    assert [guest.email for guest in reading.known] == ["a@contoh.go.id"]
    assert [(guest.email, guest.reopens) for guest in reading.guests] == [
        ("b@contoh.go.id", True),
        ("c@contoh.go.id", False),
    ]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "kosong"),
        ("\n\n;;;\n", "kosong"),
        (HEADER, "Belum ada orang"),
        ("Ni Made,m@contoh.go.id,admin\n", "Yang belum ada: nama, email, peran"),
        ("nama,peran\nNi Made,admin\n", "Yang belum ada: email"),
        ("nama,email,email,peran\nA,b,c,d\n", "dua kali"),
        (HEADER + "A,a@contoh.go.id,admin,\n" * (MOST_LINES + 1), "paling banyak"),
        (HEADER + "A,a@contoh.go.id,penghubung," + "x|" * 200_000, "terlalu besar"),
    ],
)
def test_a_list_that_is_none_is_refused_as_a_whole(text: str, words: str) -> None:
    with pytest.raises(Invalid, match=words):
        rows_of(text)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"PK\x03\x04" + b"x" * 50, "lembar kerja"),
        (b"\xff\xfe\x00", "bukan teks"),
        (b"\x89PNG\x00\xff\xfe", "bukan teks"),
        (b"x" * 300_000, "terlalu besar"),
    ],
)
def test_a_file_that_is_no_text_is_refused(content: bytes, words: str) -> None:
    with pytest.raises(Invalid, match=words):
        decoded(content)


def test_the_template_is_a_list_of_nobody_and_starts_no_formula() -> None:
    text = decoded(template(["=1+1", "Dinas Kesehatan"]))
    assert text.startswith("nama;email;peran;unit\n")
    assert ";'=1+1 |" in text
    with pytest.raises(Invalid, match="Belum ada orang"):
        rows_of(text)
