"""Files of agencies, good lines and bad ones."""

from __future__ import annotations

from datetime import date

import pytest

from sp4n.errors import Invalid
from sp4n.tenants.register.csv_file import central_agencies, read_agencies
from sp4n.tenants.register.entry import Period

HEADER = "kind,slug,name,short_name,valid_from,valid_to,successors\n"
GOOD = "lembaga,ujicoba,Badan Uji Coba,BUC,,,\n"


def read(*lines: str | bytes, header: str = HEADER) -> tuple[list[str], dict[int, str]]:
    """The slugs of the good lines; line number -> reason of the bad ones."""
    raw = b"".join(line if isinstance(line, bytes) else line.encode() for line in lines)
    reading = read_agencies(header.encode() + raw)
    return [line.entry.slug for line in reading.lines], {b.number: b.reason for b in reading.bad}


def test_a_good_line_becomes_an_entry() -> None:
    line = 'kementerian,lama,"Kementerian Lama, Sekali",KL,2014-10-27,2024-10-20,satu dua\n'
    [found] = read_agencies((HEADER + line).encode()).lines
    assert found.number == 2
    entry = found.entry
    assert (entry.kind, entry.slug, entry.short_name) == ("kementerian", "lama", "KL")
    assert entry.name == "Kementerian Lama, Sekali"
    assert entry.connected == Period(date(2014, 10, 27), date(2024, 10, 20))
    assert entry.successors == ("satu", "dua")
    assert (entry.region_code, entry.parent, entry.time_zone, entry.colour) == (None,) * 4


def test_the_four_optional_columns_are_read() -> None:
    header = "kind,slug,name,short_name,region_code,parent,time_zone,colour\n"
    line = "kabupaten,ujikab,Pemerintah Kabupaten Uji,Pemkab Uji,51.03,baliprov,wita,#0b5cad\n"
    [found] = read_agencies((header + line).encode()).lines
    entry = found.entry
    assert (entry.region_code, entry.parent) == ("51.03", "baliprov")
    assert (entry.time_zone, entry.colour) == ("Asia/Makassar", "#0b5cad")


def test_columns_that_a_file_does_not_have_say_nothing() -> None:
    header = "kind,slug,name,short_name\n"
    [found] = read_agencies((header + "lembaga,ujicoba,Badan Uji,BU\n").encode()).lines
    assert found.entry.connected is None
    assert found.entry.successors is None


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("yayasan,satu,Nama,N,,,\n", "Jenis “yayasan” tidak dikenal"),
        ("lembaga,Satu Dua,Nama,N,,,\n", "Alamat singkat hanya boleh"),
        ("lembaga,www,Nama,N,,,\n", "dipakai oleh sistem"),
        ("lembaga,,Nama,N,,,\n", "Isi alamat singkat"),
        ("lembaga,satu,,N,,,\n", "Nama belum diisi"),
        ("lembaga,satu,Nama,  ,,,\n", "Nama singkat belum diisi"),
        (f"lembaga,satu,{'N' * 201},N,,,\n", "Nama paling panjang 200 huruf"),
        ("lembaga,satu,Nama\u202eamaN,N,,,\n", "karakter yang tidak terlihat"),
        ("lembaga,satu,Nama\x07,N,,,\n", "karakter yang tidak terlihat"),
        ("lembaga,satu,Nama,N,kemarin,,\n", "Tanggal “kemarin” tidak dikenal"),
        ("lembaga,satu,Nama,N,2024-02-30,,\n", "Tanggal “2024-02-30” tidak dikenal"),
        ("lembaga,satu,Nama,N,2024-10-21,2024-10-20,\n", "mendahului"),
        ("lembaga,satu,Nama,N,,,satu\n", "menggantikan dirinya sendiri"),
        ("lembaga,satu,Nama,N,,\n", "Ada 6 kolom, seharusnya 7"),
        ("lembaga,satu,Nama, dengan koma,N,,,\n", "Ada 8 kolom, seharusnya 7"),
        ('lembaga,satu,"Nama,N,,,\n', "Tanda kutip"),
        ("lembaga,satu,Na\0ma,N,,,\n", "NUL"),
        (b"lembaga,satu,Nam\xe9,N,,,\n", "bukan UTF-8"),
    ],
)
def test_a_bad_line_is_named_with_its_reason_and_the_others_go_in(
    line: str | bytes, reason: str
) -> None:
    good, bad = read(GOOD, line, "lembaga,terakhir,Badan Terakhir,BT,,,\n")
    assert good == ["ujicoba", "terakhir"]
    assert list(bad) == [3]
    assert reason in bad[3]


def test_the_second_line_of_a_slug_is_refused_with_the_number_of_the_first() -> None:
    good, bad = read(GOOD, GOOD)
    assert good == ["ujicoba"]
    assert "baris 2" in bad[3]


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        ("51.3,,,", "Kode wilayah ditulis"),
        (",ujicoba,,", "induk dirinya sendiri"),
        (",,GMT+7,", "Zona waktu “GMT+7”"),
        (",,,biru", "Warna ditulis"),
    ],
)
def test_bad_optional_cells_are_refused(cell: str, reason: str) -> None:
    header = "kind,slug,name,short_name,region_code,parent,time_zone,colour\n"
    good, bad = read(f"lembaga,ujicoba,Badan Uji,BU,{cell}\n", header=header)
    assert good == []
    assert reason in bad[2]


def test_what_an_indonesian_excel_writes_is_read() -> None:
    text = (
        "kind;slug;name;short_name;valid_from;valid_to;successors\r\n"
        'lembaga;ujicoba;"Badan Uji; dan Coba, Nasional";BUC;21/10/2024;;\r\n'
        "\r\n"
        "lembaga;kedua;Badan Kedua;BK;;;\r\n"
    )
    reading = read_agencies(b"\xef\xbb\xbf" + text.encode())
    assert reading.bad == []
    first, second = reading.lines
    assert first.entry.name == "Badan Uji; dan Coba, Nasional"
    assert first.entry.connected == Period(date(2024, 10, 21))
    assert (second.number, second.entry.slug) == (4, "kedua")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "kosong"),
        (b"\n\n", "kosong"),
        (b"kind,slug,name\n", "“short_name” tidak ada"),
        (b"kind,slug,name,short_name,warna\n", "“warna” tidak dikenal"),
        (b"kind,slug,name,short_name,slug\n", "“slug” ada dua kali"),
        ("kind,slug,name,short_name\n".encode("utf-16"), "bukan UTF-8"),
        (b"\x89PNG\r\n\x1a\n\0\0", "tidak ada di baris judul"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(content: bytes, reason: str) -> None:
    with pytest.raises(Invalid, match=reason):
        read_agencies(content)


def test_the_central_agencies_of_the_project_are_all_good() -> None:
    entries = central_agencies()
    assert len(entries) == 160
    slugs = {entry.slug for entry in entries}
    assert {slug for entry in entries for slug in entry.successors or ()} <= slugs
