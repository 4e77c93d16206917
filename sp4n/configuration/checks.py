"""Checks of single values: each gives the value to keep, or says to who typed it what is wrong."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from email_validator import EmailNotValidError, validate_email
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from sp4n.calendars.local_holidays import read_holidays, written_holidays
from sp4n.files.drawing import NAME
from sp4n.notices.own_texts import read_texts, written_texts
from sp4n.settings.answer_rules import read_of_units, written_of_units
from sp4n.settings.extra_questions import check_questions, read_questions, written_questions
from sp4n.settings.intake import read_intake, written_intake
from sp4n.settings.own_limits import read_limits, written_limits
from sp4n.settings.routing import read_routing, written_routing
from sp4n.tenants.register.palette import correct

PHONE: Final = re.compile(r"[0-9+][0-9 ()+./-]{3,29}|\([0-9]{2,5}\)[0-9 ./-]{3,25}")


# What no agency can leave out, and the law that says so (looked up on 28 November 2026).
LOCKED_CLASS: Final = "pengaduan"
LOCKED_REASON: Final = _l(
    "Setiap penyelenggara wajib menyediakan sarana pengaduan: "
    "Undang-Undang Nomor 25 Tahun 2009 tentang Pelayanan Publik, Pasal 36 ayat (1)."
)


class NotRight(ValueError):
    """Of one value: the words for the person who typed it."""


def text(value: str) -> str:
    return value


def one_of(*values: str) -> Callable[[str], str]:
    def check(value: str) -> str:
        if value not in values:
            raise NotRight(_("Pilihan itu tidak ada di daftar. Pilih salah satu."))
        return value

    return check


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


def reply_address(value: str) -> str:
    """As `email`, in letters that every mail server takes: it stands in a header."""
    try:
        found = validate_email(value, check_deliverability=False, allow_smtputf8=False)
    except EmailNotValidError:
        raise NotRight(_("Tulis alamat email seperti pengaduan@contoh.go.id.")) from None
    return found.ascii_email or found.normalized


def phone(value: str) -> str:
    if not PHONE.fullmatch(value):
        raise NotRight(_("Tulis nomor telepon dengan angka, seperti (0361) 555123."))
    return value


def picture(value: str) -> str:
    """The name of a picture; whether there is such a one, the operation asks."""
    if not NAME.fullmatch(value):
        raise NotRight(_("Gambar itu tidak ada lagi. Pilih berkasnya sekali lagi."))
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


def message_texts(value: str) -> str:
    """As `notices.own_texts` writes them; `messages.set_texts` says what is wrong with one."""
    try:
        return written_texts(read_texts(value))
    except ValueError:
        raise NotRight(_("Ubah teks surat satu per satu, di halamannya.")) from None


def time_limits(value: str) -> str:
    """As `settings.own_limits` writes them; whether they are stricter is `limits.set_limits`'."""
    try:
        return written_limits(set(read_limits(value)))
    except ValueError:
        raise NotRight(_("Ubah batas waktu satu per satu, dalam hari kerja.")) from None


def intake(value: str) -> str:
    """As `settings.intake` writes it; whether units and topics are there is `topics`' to know."""
    try:
        found = read_intake(value)
    except ValueError:
        raise NotRight(_("Ubah topik satu per satu.")) from None
    if LOCKED_CLASS in found.closed:
        raise NotRight(str(LOCKED_REASON))
    return written_intake(found)


def routing(value: str) -> str:
    """As `settings.routing` writes it; whether units are there is `gone`'s to know."""
    try:
        return written_routing(read_routing(value))
    except ValueError:
        raise NotRight(_("Ubah aturan penyaluran satu per satu.")) from None


def some_of(*keys: str, all_is_default: bool = False) -> Callable[[str], str]:
    """Those of `keys` that are named, with commas between, in their order."""

    def check(value: str) -> str:
        named = value.split(",")
        if set(named) - set(keys):
            raise NotRight(_("Pilihan itu tidak ada di daftar. Pilih salah satu."))
        kept = [key for key in keys if key in named]
        return "" if all_is_default and len(kept) == len(keys) else ",".join(kept)

    return check


def number_below(most: int) -> Callable[[str], str]:
    """A whole number from 1 on; `most` itself is the default."""

    def check(value: str) -> str:
        number = int(value) if value.isascii() and value.isdigit() else 0
        if not 0 < number <= most:
            raise NotRight(_("Tulis angka dari 1 sampai %(n)s.", n=most))
        return "" if number == most else str(number)

    return check


def unit_rules(value: str) -> str:
    """As `settings.answer_rules` writes them; whether a unit is there is `unit_rules`' to know."""
    try:
        return written_of_units(read_of_units(value))
    except ValueError:
        raise NotRight(_("Ubah aturan unit satu per satu, di halamannya.")) from None


def questions(value: str) -> str:
    """As `settings.extra_questions` writes them, whatever an older version left out."""
    try:
        found = read_questions(value)
        check_questions(found)
    except (ValueError, TypeError, KeyError):
        raise NotRight(_("Ubah pertanyaan satu per satu.")) from None
    return written_questions(found)
