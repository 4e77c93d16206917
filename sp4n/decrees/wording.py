"""What a decree says where nobody has written anything else yet. To be read by a lawyer of the
agency: the law's wording is not ours to vouch for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

ORDINALS: Final = (
    *("KESATU", "KEDUA", "KETIGA", "KEEMPAT", "KELIMA", "KEENAM", "KETUJUH", "KEDELAPAN"),
    *("KESEMBILAN", "KESEPULUH"),
)
# What the three parts are headed with, in the decree's own language.
CONSIDERING, GROUNDS_HEAD, RULED = "Menimbang", "Mengingat", "Menetapkan"
# Citations as in the reference data of duties and rule sets; those that were not read in full are
# marked there, and the form says so.
GROUNDS: Final = (
    "Undang-Undang Nomor 25 Tahun 2009 tentang Pelayanan Publik",
    "Peraturan Presiden Nomor 76 Tahun 2013 tentang Pengelolaan Pengaduan Pelayanan Publik",
    "Peraturan Presiden Nomor 95 Tahun 2018 tentang Sistem Pemerintahan Berbasis Elektronik",
    "Peraturan Menteri Pendayagunaan Aparatur Negara dan Reformasi Birokrasi Nomor 5 Tahun 2025"
    " tentang Penyelenggaraan SP4N",
)


@dataclass(frozen=True, slots=True)
class Wording:
    considering: str
    grounds: str
    rulings: str
    copies: str
    place: str


def first_wording(agency: str, title: str, place: str, replaced: str) -> Wording:
    revoked = f", dan {replaced} dicabut dan dinyatakan tidak berlaku" if replaced else ""
    return Wording(
        considering="\n".join(
            (
                "bahwa penyelenggara pelayanan publik wajib menyediakan sarana pengaduan dan"
                " menugaskan pelaksana yang kompeten untuk mengelolanya",
                f"bahwa agar pengaduan masyarakat di lingkungan {agency} ditangani secara cepat,"
                " tepat, dan tuntas, perlu dibentuk tim pengelola pengaduan",
                "bahwa berdasarkan pertimbangan sebagaimana dimaksud dalam huruf a dan huruf b,"
                f" perlu menetapkan keputusan tentang {title}",
            )
        ),
        grounds="\n".join(GROUNDS),
        rulings="\n".join(
            (
                f"Membentuk tim pengelola pengaduan di lingkungan {agency} dengan susunan"
                " sebagaimana tercantum dalam Lampiran yang merupakan bagian tidak terpisahkan"
                " dari Keputusan ini.",
                "Tim sebagaimana dimaksud dalam Diktum KESATU melaksanakan tugas sebagaimana"
                " tercantum dalam Lampiran melalui SP4N-LAPOR!.",
                "Dalam melaksanakan tugasnya, tim bertanggung jawab dan melapor kepada pejabat yang"
                " menetapkan Keputusan ini.",
                "Biaya yang timbul akibat ditetapkannya Keputusan ini dibebankan pada anggaran"
                f" {agency}.",
                f"Keputusan ini mulai berlaku pada tanggal ditetapkan{revoked}.",
            )
        ),
        copies="",
        place=place,
    )


def lines(text: str) -> Sequence[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]
