"""What an agency can set, one by one: the groups that pages show, and what each value must be.

A key is the name of a fact that `tenants.resolver.AgencyFacts` carries, so that what is published
holds on every page, mail and document without anybody asking for it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from email_validator import EmailNotValidError, validate_email
from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from sp4n.calendars.local_holidays import read_holidays, written_holidays
from sp4n.settings.own_limits import read_limits, written_limits
from sp4n.tenants.register.palette import correct

PHONE: Final = re.compile(r"[0-9+][0-9 ()+./-]{3,29}|\([0-9]{2,5}\)[0-9 ./-]{3,25}")


class NotRight(ValueError):
    """Of one value: the words for the person who typed it."""


def text(value: str) -> str:
    return value


def colour(value: str) -> str:
    """The colour itself, or the nearest darker one that white text can be read on."""
    try:
        return correct(value if value.startswith("#") else f"#{value}")
    except ValueError:
        raise NotRight(_("Tulis warna seperti #0b6b5c, atau pilih dari kotak warna.")) from None


def email(value: str) -> str:
    try:
        return validate_email(value, check_deliverability=False).normalized
    except EmailNotValidError:
        raise NotRight(_("Tulis alamat email seperti pengaduan@contoh.go.id.")) from None


def phone(value: str) -> str:
    if not PHONE.fullmatch(value):
        raise NotRight(_("Tulis nomor telepon dengan angka, seperti (0361) 555123."))
    return value


def holidays(value: str) -> str:
    """As `calendars.local_holidays` writes them, each day once."""
    try:
        days = read_holidays(value)
    except ValueError:
        raise NotRight(_("Tambahkan hari libur satu per satu, dengan nama dan dasarnya.")) from None
    if len({one.day for one in days}) < len(days):
        raise NotRight(_("Satu tanggal hanya dapat ditulis sekali."))
    return written_holidays(days)


def time_limits(value: str) -> str:
    """As `settings.own_limits` writes them; whether they are stricter is `limits.set_limits`'."""
    try:
        return written_limits(set(read_limits(value)))
    except ValueError:
        raise NotRight(_("Ubah batas waktu satu per satu, dalam hari kerja.")) from None


@dataclass(frozen=True)
class Setting:
    """`check` gives the value to keep, or raises NotRight; it is not asked about an empty one.

    `locked`: why an agency cannot change it.
    """

    key: str
    label: LazyString
    hint: LazyString | str = ""
    longest: int = 120
    check: Callable[[str], str] = text
    lines: int = 1
    locked: LazyString | str = ""


@dataclass(frozen=True)
class Group:
    """`page`: the endpoint of a page of its own, where its values are no plain fields."""

    key: str
    label: LazyString
    about: LazyString
    settings: tuple[Setting, ...]
    page: str = ""


REGISTERED: Final = _l("Nama resmi ditetapkan tingkat nasional. Mintalah perubahan ke koordinator.")

GROUPS: Final = (
    Group(
        "tampilan",
        _l("Nama dan tampilan"),
        _l("Warna dan sapaan di halaman warga."),
        (
            Setting("name", _l("Nama instansi"), locked=REGISTERED),
            Setting("short_name", _l("Nama singkat"), locked=REGISTERED),
            Setting(
                "colour",
                _l("Warna utama"),
                _l("Kami gelapkan seperlunya agar tulisan putih di atasnya terbaca."),
                longest=7,
                check=colour,
            ),
            Setting(
                "welcome_title",
                _l("Judul sapaan"),
                _l("Judul besar di halaman depan. Kosongkan untuk memakai judul bawaan."),
                longest=80,
            ),
            Setting(
                "welcome_text",
                _l("Kalimat sapaan"),
                _l("Satu atau dua kalimat di bawah judul."),
                longest=240,
                lines=3,
            ),
        ),
    ),
    Group(
        "kontak",
        _l("Kontak dan jam layanan"),
        _l("Tampil di kaki setiap halaman warga."),
        (
            Setting("contact_phone", _l("Telepon"), longest=30, check=phone),
            Setting("contact_email", _l("Email"), longest=254, check=email),
            Setting("address", _l("Alamat kantor"), longest=200, lines=2),
            Setting(
                "opening_hours",
                _l("Jam layanan"),
                _l("Misalnya: Senin sampai Jumat, 08.00 sampai 15.00 WITA."),
                longest=120,
            ),
        ),
    ),
    Group(
        "surat",
        _l("Surat"),
        _l("Email kepada pelapor dan petugas."),
        (
            Setting(
                "mail_signature",
                _l("Penutup surat"),
                _l("Ditulis di akhir setiap email, misalnya nama tim pengelola pengaduan."),
                longest=200,
                lines=3,
            ),
        ),
    ),
    Group(
        "libur",
        _l("Hari libur daerah"),
        _l("Hari tanpa layanan, di luar libur nasional dan cuti bersama."),
        (Setting("local_holidays", _l("Hari libur daerah"), longest=20_000, check=holidays),),
        page="kelola_libur.index_view",
    ),
    Group(
        "batas-waktu",
        _l("Batas waktu"),
        _l("Lebih ketat dari batas nasional, untuk seluruh instansi atau satu unit."),
        (Setting("time_limits", _l("Batas waktu"), longest=200_000, check=time_limits),),
        page="kelola_batas.index_view",
    ),
)

SETTINGS: Final[Mapping[str, Setting]] = {
    one.key: one for group in GROUPS for one in group.settings
}


def group_named(key: str) -> Group | None:
    return next((group for group in GROUPS if group.key == key), None)


def checked(setting: Setting, value: str) -> str:
    """The value to keep; "" means the default. Raises NotRight."""
    if len(value) > setting.longest:
        raise NotRight(_("Paling panjang %(n)s huruf.", n=setting.longest))
    return setting.check(value) if value else ""
