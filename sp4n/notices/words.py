"""What letters say, by kind, in the language that is set when these are called.

Neutral towards everybody: no name in the greeting, nothing of what a report or an answer says.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from flask_babel import force_locale
from flask_babel import gettext as _

from sp4n.calendars.dates import long_date
from sp4n.notices import own_texts
from sp4n.notices.letters import Letter


@dataclass(frozen=True)
class Words:
    """`link` is what the link is called."""

    subject: str
    paragraphs: tuple[str, ...]
    link: str


@dataclass(frozen=True)
class Facts:
    """A letter's facts, spelled for its reader."""

    letter: Letter
    sender: str

    @property
    def reference(self) -> str:
        return str(self.letter.facts["reference"])

    def day(self, name: str) -> str:
        """ "" where there is no such day."""
        day = self.letter.facts.get(name)
        return long_date(day, self.letter.language) if isinstance(day, date) else ""

    @property
    def values(self) -> dict[str, str]:
        """What an agency's own words may name, by placeholder."""
        kind = own_texts.KINDS[self.letter.kind]
        days = {kind.day.name: self.day(kind.day.fact)} if kind.day else {}
        return {"nomor": self.reference, "instansi": self.sender, **days}


class Blanks(Facts):
    """In the place of facts their names: what a default says, for who wants to change it."""

    @property
    def reference(self) -> str:
        return "{nomor}"

    def day(self, name: str) -> str:
        day = own_texts.KINDS[self.letter.kind].day
        return str(day) if day and day.fact == name else ""


def words_of(letter: Letter, sender: str, own: str = "") -> Words:
    """`own`: the words that the sender has published, as `own_texts` keeps them."""
    facts = Facts(letter, sender)
    subject, paragraphs, link = WORDS[letter.kind](facts)
    said = own_texts.own_texts(own)
    if letter.kind in own_texts.KINDS and said:
        where = (letter.kind, letter.language)
        title = own_texts.filled(said.get((*where, "subject"), ""), facts.values)
        lines = own_texts.filled(said.get((*where, "body"), ""), facts.values)
        subject = title[0] if title else subject
        # How to track and contest, and that no code is ever asked for, stays whatever is said.
        paragraphs = [*lines, how_to_contest(facts), how_to_track()] if lines else paragraphs
    return Words(subject, tuple(filter(None, paragraphs)), link)


def default_text(kind: str, language: str, part: str) -> str:
    """Of a letter to a reporter, with placeholders, as an agency may change it."""
    with force_locale(language):
        subject, paragraphs, _link = WORDS[kind](
            Blanks(Letter(kind, "", language, ""), "{instansi}")
        )
    kept = paragraphs[:-1]  # the last says how to track
    return subject if part == "subject" else "\n".join(filter(None, kept))


Spelled = tuple[str, list[str], str]


def case_filed(facts: Facts) -> Spelled:
    return (
        _("Laporan %(reference)s sudah kami terima", reference=facts.reference),
        [
            _(
                "%(sender)s sudah menerima laporan Anda dengan nomor %(reference)s.",
                reference=facts.reference,
                sender=facts.sender,
            ),
            _("Kami memeriksa laporan Anda paling lambat %(day)s.", day=facts.day("verify_due")),
            how_to_track(),
        ],
        _("Lacak laporan"),
    )


def case_verified(facts: Facts) -> Spelled:
    due = facts.day("answer_due")
    return (
        _("Laporan %(reference)s sudah diverifikasi", reference=facts.reference),
        [
            _(
                "%(sender)s sudah memverifikasi laporan Anda dengan nomor %(reference)s "
                "dan sedang menanganinya.",
                reference=facts.reference,
                sender=facts.sender,
            ),
            _("Anda menerima tanggapan pertama paling lambat %(day)s.", day=due) if due else "",
            how_to_track(),
        ],
        _("Lacak laporan"),
    )


def case_answered(facts: Facts) -> Spelled:
    due = facts.day("reply_due")
    return (
        _("Ada tanggapan atas laporan %(reference)s", reference=facts.reference),
        [
            _(
                "%(sender)s memberi tanggapan atas laporan Anda dengan nomor %(reference)s.",
                sender=facts.sender,
                reference=facts.reference,
            ),
            _("Isi tanggapan tidak kami kirim melalui email. Baca di halaman lacak."),
            _(
                "Bila masalah Anda belum selesai, tulis tanggapan di halaman itu paling lambat "
                "%(day)s. Tanpa tanggapan sampai hari itu, laporan ini kami tutup.",
                day=due,
            )
            if due
            else "",
            how_to_track(),
        ],
        _("Baca tanggapan"),
    )


def case_closed(facts: Facts) -> Spelled:
    return (
        _("Laporan %(reference)s sudah ditutup", reference=facts.reference),
        [
            _(
                "Laporan Anda dengan nomor %(reference)s pada %(sender)s sudah ditutup.",
                reference=facts.reference,
                sender=facts.sender,
            ),
            _("Anda tetap dapat membaca seluruh riwayatnya di halaman lacak."),
            how_to_contest(facts),
            how_to_track(),
        ],
        _("Lacak laporan"),
    )


def case_archived(facts: Facts) -> Spelled:
    return (
        _("Laporan %(reference)s tidak dilanjutkan", reference=facts.reference),
        [
            _(
                "%(sender)s tidak melanjutkan laporan Anda dengan nomor %(reference)s.",
                reference=facts.reference,
                sender=facts.sender,
            ),
            _("Anda dapat membaca alasannya di halaman lacak."),
            how_to_contest(facts),
            how_to_track(),
        ],
        _("Baca alasannya"),
    )


def staff_new_case(facts: Facts) -> Spelled:
    return (
        _("Laporan baru %(reference)s", reference=facts.reference),
        [
            _("Ada laporan baru dengan nomor %(reference)s.", reference=facts.reference),
            _("Batas waktu verifikasi: %(day)s.", day=facts.day("verify_due")),
        ],
        _("Buka laporan"),
    )


def staff_assigned(facts: Facts) -> Spelled:
    due = facts.day("due")
    return (
        _("Laporan %(reference)s untuk unit Anda", reference=facts.reference),
        [
            _(
                "Laporan dengan nomor %(reference)s diteruskan ke unit Anda.",
                reference=facts.reference,
            ),
            _("Batas waktu berikutnya: %(day)s.", day=due) if due else "",
        ],
        _("Buka laporan"),
    )


def staff_reply(facts: Facts) -> Spelled:
    return (
        _("Ada tanggapan pelapor atas laporan %(reference)s", reference=facts.reference),
        [
            _(
                "Pelapor menulis tanggapan atas laporan dengan nomor %(reference)s.",
                reference=facts.reference,
            )
        ],
        _("Buka laporan"),
    )


def invitation(facts: Facts) -> Spelled:
    return (
        _("Undangan untuk akun petugas %(sender)s", sender=facts.sender),
        [
            _("Anda diundang menjadi pengguna SP4N di %(sender)s.", sender=facts.sender),
            _(
                "Buat kata sandi Anda melalui tautan di bawah ini. Tautan itu berlaku sampai "
                "%(day)s dan hanya dapat dipakai satu kali.",
                day=facts.day("until"),
            ),
            _("Bila Anda tidak merasa diundang, abaikan email ini."),
        ],
        _("Buat kata sandi"),
    )


def reset(_facts: Facts) -> Spelled:
    return (
        _("Atur ulang kata sandi"),
        [
            _("Kami menerima permintaan untuk mengatur ulang kata sandi akun Anda."),
            _("Tautan di bawah ini berlaku satu jam dan hanya dapat dipakai satu kali."),
            _("Bila bukan Anda yang meminta, abaikan email ini. Kata sandi Anda tidak berubah."),
        ],
        _("Atur ulang kata sandi"),
    )


def handover(facts: Facts) -> Spelled:
    return (
        _("Anda menerima tugas seorang rekan"),
        [
            _(
                "Tugas seorang rekan di %(sender)s sudah diserahkan kepada Anda.",
                sender=facts.sender,
            ),
            _(
                "Laporan unitnya kini ada di daftar Anda, dan pemberitahuannya dikirim ke "
                "email ini."
            ),
        ],
        _("Buka daftar laporan"),
    )


def deputy(facts: Facts) -> Spelled:
    return (
        _("Anda menggantikan seorang rekan"),
        [
            _(
                "Anda tercatat menggantikan seorang rekan di %(sender)s, dari %(first)s sampai "
                "%(last)s.",
                sender=facts.sender,
                first=facts.day("from"),
                last=facts.day("until"),
            ),
            _(
                "Selama itu laporan unitnya ada di daftar Anda dan pemberitahuannya juga Anda "
                "terima."
            ),
        ],
        _("Buka daftar laporan"),
    )


def domain_failing(facts: Facts) -> Spelled:
    domain = str(facts.letter.facts["domain"])
    return (
        _("Domain %(domain)s tidak lagi menunjuk ke SP4N", domain=domain),
        [
            _(
                "Bukti bahwa %(domain)s milik %(sender)s tidak kami temukan lagi.",
                domain=domain,
                sender=facts.sender,
            ),
            _(
                "Bila tidak dipulihkan sampai %(day)s, situs Anda tidak lagi dibuka di domain itu. "
                "Alamat singkatnya tetap berlaku.",
                day=facts.day("until"),
            ),
        ],
        _("Lihat cara memulihkannya"),
    )


def domain_lapsed(facts: Facts) -> Spelled:
    domain = str(facts.letter.facts["domain"])
    return (
        _("Domain %(domain)s dilepas", domain=domain),
        [
            _(
                "Situs %(sender)s tidak lagi dibuka di %(domain)s, karena buktinya tidak kami "
                "temukan selama tujuh hari. Alamat singkatnya tetap berlaku.",
                domain=domain,
                sender=facts.sender,
            ),
        ],
        _("Pasang lagi domain itu"),
    )


def export_asked(facts: Facts) -> Spelled:
    return (
        _("Ekspor seluruh data %(sender)s diminta", sender=facts.sender),
        [
            _(
                "%(who)s meminta ekspor seluruh data %(sender)s. Semua admin menerima email ini.",
                who=facts.letter.facts["who"],
                sender=facts.sender,
            ),
            _("Bila ini tidak semestinya, batalkan ekspornya dan periksa akun orang itu."),
        ],
        _("Lihat ekspor data"),
    )


def export_ready(facts: Facts) -> Spelled:
    return (
        _("Ekspor data %(sender)s siap diunduh", sender=facts.sender),
        [
            _(
                "Ekspor yang diminta %(who)s sudah selesai. Hanya admin yang sudah masuk yang "
                "dapat mengunduhnya.",
                who=facts.letter.facts["who"],
            ),
            _("Berkasnya kami hapus sesudah %(day)s.", day=facts.day("until")),
        ],
        _("Lihat ekspor data"),
    )


def export_failed(facts: Facts) -> Spelled:
    return (
        _("Ekspor data %(sender)s gagal", sender=facts.sender),
        [
            _("Ekspor yang diminta %(who)s tidak selesai.", who=facts.letter.facts["who"]),
            _("Sebabnya dan apa yang dapat Anda lakukan tertulis di halaman ekspor."),
        ],
        _("Lihat ekspor data"),
    )


def how_to_contest(facts: Facts) -> str:
    until = facts.day("contest_until")
    words = _("Bila Anda tidak setuju, sanggah di halaman lacak paling lambat %(day)s.", day=until)
    return words if until else ""


def how_to_track() -> str:
    return _(
        "Halaman lacak meminta nomor laporan dan kode akses yang Anda terima ketika melapor. "
        "Kode akses tidak pernah kami kirim atau minta melalui email."
    )


WORDS: dict[str, Callable[[Facts], Spelled]] = {
    "notice.case_filed": case_filed,
    "notice.case_verified": case_verified,
    "notice.case_answered": case_answered,
    "notice.case_closed": case_closed,
    "notice.case_archived": case_archived,
    "notice.staff_new_case": staff_new_case,
    "notice.staff_assigned": staff_assigned,
    "notice.staff_reply": staff_reply,
    "notice.domain_failing": domain_failing,
    "notice.domain_lapsed": domain_lapsed,
    "account.invitation": invitation,
    "account.reset": reset,
    "account.handover": handover,
    "account.deputy": deputy,
    "notice.export_asked": export_asked,
    "notice.export_ready": export_ready,
    "notice.export_failed": export_failed,
}
