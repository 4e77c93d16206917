"""What an agency can set, one by one: the groups that pages show, and what each value must be.

A key is the name of a fact that `tenants.resolver.AgencyFacts` carries, so that what is published
holds on every page, mail and document without anybody asking for it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from sp4n.cases.words import CLASSIFICATION_LABELS
from sp4n.configuration.checks import (
    NotRight,
    colour,
    email,
    holidays,
    intake,
    message_texts,
    number_below,
    one_of,
    phone,
    picture,
    questions,
    reply_address,
    routing,
    some_of,
    text,
    time_limits,
    unit_rules,
)
from sp4n.configuration.identity import profile_at, sender_name, website
from sp4n.files.drawing import Sort
from sp4n.files.kinds import ACCEPTED
from sp4n.files.own_limits import LARGEST, MOST
from sp4n.settings.answer_rules import APPROVAL, EVIDENCE, NO


@dataclass(frozen=True)
class Setting:
    """`check` gives the value to keep, or raises NotRight; it is not asked about an empty one.

    `locked`: why an agency cannot change it. `sort`: of a picture, what it is for. `choices`: boxes
    to tick; those that are ticked are kept with commas between. `default_words`: what "" means;
    `ticked`: which boxes it means. `one_choice`: only one of them can be chosen; "" is among them.
    """

    key: str
    label: LazyString
    hint: LazyString | str = ""
    longest: int = 120
    check: Callable[[str], str] = text
    lines: int = 1
    locked: LazyString | str = ""
    sort: Sort | None = None
    choices: tuple[tuple[str, LazyString | str], ...] = ()
    default_words: LazyString | str = ""
    ticked: str = ""
    one_choice: bool = False

    def shown(self, text: str) -> str:
        """As people read a value that is kept."""
        if not text:
            return str(self.default_words or _("(kosong)"))
        if not self.choices:
            return text
        return ", ".join(str(label) for key, label in self.choices if key in text.split(","))


@dataclass(frozen=True)
class Group:
    """`page`: the endpoint of a page of its own, where its values are no plain fields."""

    key: str
    label: LazyString
    about: LazyString
    settings: tuple[Setting, ...]
    page: str = ""


def picture_setting(sort: Sort, label: LazyString, hint: LazyString) -> Setting:
    return Setting(str(sort), label, hint, check=picture, sort=sort)


REGISTERED: Final = _l("Nama resmi ditetapkan tingkat nasional. Mintalah perubahan ke koordinator.")
BOTH_LANGUAGES: Final = _l("Indonesia, dan Inggris bagi yang memilihnya")

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
            Setting(
                "languages",
                _l("Bahasa halaman warga"),
                _l("Surat kepada pelapor mengikuti bahasa yang dipakai saat melapor."),
                check=one_of("id"),
                choices=(("", BOTH_LANGUAGES), ("id", _l("Hanya Indonesia"))),
                one_choice=True,
                default_words=BOTH_LANGUAGES,
            ),
        ),
    ),
    Group(
        "gambar",
        _l("Logo dan gambar"),
        _l("Lambang di kepala halaman, ikon di peramban, dan foto di halaman depan."),
        (
            picture_setting(
                Sort.LOGO,
                _l("Logo"),
                _l(
                    "PNG, JPEG, atau WebP, sedikitnya 64 x 64 piksel, paling besar 5 MB. "
                    "Tampil di atas dasar putih, di kepala halaman dan di tanda terima."
                ),
            ),
            picture_setting(
                Sort.ICON,
                _l("Ikon peramban"),
                _l("Gambar persegi yang tetap jelas bila kecil. Tanpa ini, logo yang dipakai."),
            ),
            picture_setting(
                Sort.COVER,
                _l("Foto sampul"),
                _l(
                    "Foto mendatar, sedikitnya 800 x 400 piksel, paling besar 10 MB. "
                    "Kami potong menjadi 2 banding 1 dan perkecil agar halaman tetap ringan."
                ),
            ),
            Setting(
                "cover_alt",
                _l("Keterangan foto sampul"),
                _l("Untuk yang tidak dapat melihatnya. Kosongkan bila fotonya hanya hiasan."),
                longest=150,
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
        "tautan",
        _l("Situs dan media sosial"),
        _l("Tautan di kaki setiap halaman warga."),
        (
            Setting(
                "website",
                _l("Situs web"),
                _l("Alamat lengkap, misalnya https://contoh.go.id."),
                longest=200,
                check=website,
            ),
            Setting("instagram", _l("Instagram"), longest=200, check=profile_at("instagram.com")),
            Setting("facebook", _l("Facebook"), longest=200, check=profile_at("facebook.com")),
            Setting("youtube", _l("YouTube"), longest=200, check=profile_at("youtube.com")),
            Setting("twitter", _l("X"), longest=200, check=profile_at("x.com", "twitter.com")),
            Setting("tiktok", _l("TikTok"), longest=200, check=profile_at("tiktok.com")),
        ),
    ),
    Group(
        "surat",
        _l("Surat"),
        _l("Email kepada pelapor dan petugas."),
        (
            Setting(
                "mail_name",
                _l("Nama pengirim"),
                _l(
                    "Tampil di kotak masuk penerima. Kosongkan untuk memakai nama singkat instansi."
                ),
                longest=60,
                check=sender_name,
            ),
            Setting(
                "reply_to",
                _l("Alamat balasan"),
                _l(
                    "Balasan atas email kami sampai ke alamat ini. "
                    "Kosongkan bila balasan tidak dibaca."
                ),
                longest=254,
                check=reply_address,
            ),
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
        "pesan",
        _l("Teks surat kepada pelapor"),
        _l("Kata-kata Anda sendiri di setiap email kepada pelapor."),
        (
            Setting(
                "message_texts",
                _l("Teks surat kepada pelapor"),
                longest=60_000,
                check=message_texts,
            ),
        ),
        page="kelola_pesan.index_view",
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
    Group(
        "topik",
        _l("Jenis laporan dan topik"),
        _l("Yang dapat dipilih pelapor, unit yang menerimanya, dan batas waktunya."),
        (Setting("intake", _l("Jenis laporan dan topik"), longest=60_000, check=intake),),
        page="kelola_topik.index_view",
    ),
    Group(
        "penyaluran",
        _l("Penyaluran laporan"),
        _l("Aturan yang mengirim laporan baru langsung ke unit yang tepat."),
        (Setting("routing", _l("Penyaluran laporan"), longest=100_000, check=routing),),
        page="kelola_salur.index_view",
    ),
    Group(
        "publikasi",
        _l("Publikasi dan lampiran"),
        _l("Laporan yang biasanya diumumkan, dan berkas yang diterima."),
        (
            Setting(
                "public_classes",
                _l("Biasanya diumumkan setelah diperiksa"),
                _l(
                    "Kotak “Umumkan” sudah tercentang bagi yang memverifikasi; ia tetap memeriksa "
                    "dan menyunting isinya. Pilihan rahasia pelapor selalu dihormati."
                ),
                check=some_of(*CLASSIFICATION_LABELS),
                choices=tuple(CLASSIFICATION_LABELS.items()),
                default_words=_l("Tidak ada: diputuskan untuk setiap laporan"),
            ),
            Setting(
                "identity_publicity",
                _l("Identitas pelapor dan laporan rahasia"),
                locked=_l(
                    "Tidak pernah diumumkan. Identitas pelapor dirahasiakan menurut Peraturan "
                    "Presiden Nomor 76 Tahun 2013 dan Undang-Undang Nomor 27 Tahun 2022 tentang "
                    "Pelindungan Data Pribadi."
                ),
            ),
            Setting(
                "file_kinds",
                _l("Jenis berkas yang diterima"),
                _l("Hanya jenis yang dapat kami periksa dan bersihkan."),
                check=some_of(*(kind.label for kind in ACCEPTED), all_is_default=True),
                choices=tuple((kind.label, kind.label) for kind in ACCEPTED),
                ticked=",".join(kind.label for kind in ACCEPTED),
                default_words=_l("Semua jenis"),
            ),
            Setting(
                "file_size",
                _l("Ukuran terbesar satu berkas (MB)"),
                _l("Nasional: %(n)s. Hanya yang lebih kecil yang diterima.", n=LARGEST),
                longest=3,
                check=number_below(LARGEST),
                default_words=str(LARGEST),
            ),
            Setting(
                "file_count",
                _l("Berkas terbanyak dalam satu laporan"),
                _l("Nasional: %(n)s. Hanya yang lebih kecil yang diterima.", n=MOST),
                longest=3,
                check=number_below(MOST),
                default_words=str(MOST),
            ),
        ),
    ),
    Group(
        "tanggapan",
        _l("Persetujuan dan bukti"),
        _l("Siapa yang menyetujui tanggapan, dan apa yang menyertai tanggapan akhir."),
        (
            Setting(
                "answer_approval",
                _l("Tanggapan disetujui dahulu"),
                _l(
                    "Pejabat penghubung menulis draf; admin menyetujui atau mengembalikannya. "
                    "Batas waktu tetap berjalan selama menunggu persetujuan."
                ),
                check=one_of(*APPROVAL.values),
                choices=(
                    (NO, _l("Tidak, langsung dikirim")),
                    (APPROVAL.yes, _l("Ya, tanggapan pejabat penghubung disetujui admin")),
                ),
                one_choice=True,
            ),
            Setting(
                "answer_evidence",
                _l("Bukti penyelesaian"),
                _l("Berkas, alamat halaman, atau alasan tertulis mengapa tidak ada bukti."),
                check=one_of(*EVIDENCE.values),
                choices=(
                    (NO, _l("Dianjurkan")),
                    (EVIDENCE.yes, _l("Wajib pada tanggapan akhir atas pengaduan")),
                ),
                one_choice=True,
            ),
        ),
    ),
    Group(
        "tanggapan-unit",
        _l("Persetujuan dan bukti per unit"),
        _l("Bagi unit yang aturannya lain dari instansinya."),
        (
            Setting(
                "unit_rules",
                _l("Persetujuan dan bukti per unit"),
                longest=60_000,
                check=unit_rules,
            ),
        ),
        page="kelola_aturan.index_view",
    ),
    Group(
        "pertanyaan",
        _l("Pertanyaan tambahan"),
        _l("Ditanyakan kepada pelapor, untuk semua laporan atau untuk satu topik."),
        (Setting("questions", _l("Pertanyaan tambahan"), longest=300_000, check=questions),),
        page="kelola_pertanyaan.index_view",
    ),
)

PICTURES: Final = tuple(one.key for group in GROUPS for one in group.settings if one.sort)
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
