"""What a reporter reads before and after sending: answers, who will see them, what is next."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from flask import g, url_for
from flask_babel import format_decimal
from flask_babel import gettext as _

from sp4n.calendars.dates import long_date
from sp4n.cases.answers import FilingAnswers
from sp4n.cases.extra_answers import Understood, answer_lines, answer_words
from sp4n.cases.extra_form import anchor_of
from sp4n.cases.models import CaseRecord
from sp4n.cases.operations import Confirmation
from sp4n.cases.personal_data import found_in
from sp4n.cases.time_limits import clockwork_for
from sp4n.cases.words import CLASSIFICATION_LABELS
from sp4n.db import db
from sp4n.files.models import Attachment
from sp4n.files.queries import attachments_of_draft
from sp4n.portal.filing_draft import Draft
from sp4n.settings.intake import lineage, read_intake, topic_label
from sp4n.settings.queries import Step as Limited
from sp4n.settings.queries import limit, rule_set_in_force
from sp4n.web.language import current_language

Row = tuple[str, str, str]  # question, answer, where to change it
Said = tuple[str, str]  # title, words


def answer_rows(
    draft: Draft,
    answers: FilingAnswers,
    files: Sequence[Attachment],
    extra: Understood | None = None,
) -> dict[str, list[Row]]:
    """Under the heading that each group has."""

    def row(step: str, field: str, question: str, answer: str) -> Row:
        where = url_for("portal.ask", name=step, formulir=draft.handle, ubah=1, _anchor=field)
        return question, answer, where

    label = str(CLASSIFICATION_LABELS[answers.classification])
    return {
        _("Laporan Anda"): [
            row("jenis", "classification-0", _("Jenis laporan"), label),
            row("isi", "title", _("Judul"), answers.title),
            row("isi", "description", _("Isi laporan"), answers.description),
            row("tempat", "occurred_on", _("Tanggal kejadian"), _day(answers.occurred_on)),
            row("tempat", "location", _("Lokasi kejadian"), answers.location),
            row("tempat", "category", _("Topik"), _topic(answers)),
            *(row("rincian", *parts) for parts in _extra_rows(extra)),
            row("lampiran", "attachments", _("Lampiran"), "\n".join(f.file_name for f in files)),
        ],
        _("Identitas dan kerahasiaan"): [
            row("identitas", "anonymous", _("Identitas"), _identity(draft, answers)),
            row("identitas", "confidential", _("Kerahasiaan"), _openness(answers)),
            row("identitas", "reporter_name", _("Nama"), answers.reporter_name),
            row("identitas", "reporter_email", _("Alamat email"), answers.reporter_email),
            row("identitas", "reporter_phone", _("Nomor telepon"), answers.reporter_phone),
        ],
    }


def _extra_rows(extra: Understood | None) -> Iterator[tuple[str, str, str]]:
    """Field, question, answer; also of what was asked and not answered."""
    language = current_language()
    said = {one["key"]: answer_words(one, language) for one in extra.stored} if extra else {}
    for one in extra.asked if extra else ():
        yield anchor_of(one), one.said(language), said.get(one.key, "")


def extra_said(reference: str) -> list[Said]:
    """Of a report that was filed: the agency's own questions, and what was answered."""
    said = sa.select(CaseRecord.extra_answers).where(CaseRecord.reference == reference)
    return answer_lines(db.session.scalar(said) or [], current_language())


def questions_changed() -> str:
    return _(
        "Pertanyaan instansi baru saja berubah. Laporan belum terkirim: periksa sekali lagi, lalu "
        "kirim."
    )


def more_asked() -> str:
    return _("Instansi masih menanyakan hal berikut. Laporan belum terkirim.")


def who_sees(answers: FilingAnswers, has_files: bool) -> list[Said]:
    """In plain words, for this report as it stands."""
    agency = g.agency.name
    if answers.confidential:
        public = _("Tidak melihat apa pun dari laporan ini.")
        staff = _("Hanya admin instansi dan petugas unit yang menanganinya yang dapat membacanya.")
    else:
        public = _shown(answers.classification)
        staff = _("Petugasnya, dan koordinator nasional SP4N, dapat membaca isi laporan.")
    if has_files:
        staff = _("%(words)s Mereka juga dapat membuka lampirannya.", words=staff)
    return [(_("Umum"), public), (agency, staff), (_("Nama dan kontak Anda"), _vault(answers))]


def personal_data(answers: FilingAnswers) -> list[str]:
    """What of the report names or reaches somebody, where everyone may come to read it."""
    if answers.confidential:
        return []
    texts = answers.title, answers.description, answers.location
    names = [answers.reporter_name] if answers.reporter_name.strip() else []
    mine = _("Nama Anda")
    found = found_in(*texts, names=names)
    return [f"{mine if one.kind == 'name' else one.label}: {one.text}" for one in found]


def _shown(classification: str) -> str:
    if classification in g.agency.public_classes.split(","):
        return _(
            "Setelah diperiksa, instansi ini biasanya menampilkan judul, isi, lokasi, dan "
            "tanggapannya di halaman Laporan warga. Nama, kontak, dan dokumen Anda tidak pernah "
            "ditampilkan; foto hanya bila petugas memilihnya, setelah menutup yang menunjuk orang."
        )
    return _(
        "Setelah diperiksa, instansi dapat menampilkan judul, isi, lokasi, dan tanggapannya di "
        "halaman Laporan warga. Nama, kontak, dan dokumen Anda tidak pernah ditampilkan; foto "
        "hanya bila petugas memilihnya, setelah menutup yang menunjuk orang."
    )


def marker(filed: Confirmation, answers: FilingAnswers, prints: dict[str, str]) -> dict[str, Any]:
    """What a confirmation needs, in place of the draft: no name, no contact, no access code."""
    zone, classification = g.agency.zone, answers.classification

    def day(at: datetime | None) -> str | None:
        return at.astimezone(zone).date().isoformat() if at else None

    rules = rule_set_in_force(db.session(), filed.filed_at.astimezone(zone).date())
    topics = lineage(db.session(), answers.category_id, answers.own_topic)
    work = clockwork_for(g.agency, rules, topics=topics)
    done = work.due(Limited.COMPLETION, filed.verify_due_at, classification)
    longest = work.days(Limited.COMPLETION, classification, supervision=True)
    reply = limit(rules, Limited.REPLY, classification)
    return {
        "reference": filed.reference,
        "title": answers.title,
        "on": day(filed.filed_at),
        "verify_by": day(filed.verify_due_at),
        "answer_by": day(filed.answer_due_hint),
        "done_by": day(done),
        "longest": longest if classification == "pengaduan" else None,
        "reply_days": reply.amount if reply else None,
        "mailed": bool(answers.reporter_email),
        "prints": prints,
    }


def day_of(filed: dict[str, Any], what: str = "on") -> str:
    return _day(date.fromisoformat(filed[what]))


def what_next(filed: dict[str, Any]) -> list[Said]:
    """With dates, as the agency's calendar has them; a step without a limit is left out."""

    def by(what: str) -> str:
        return _("Paling lambat %(day)s", day=day_of(filed, what))

    said = [(by("verify_by"), _next_checked())]
    if filed["answer_by"]:
        said.append((by("answer_by"), _("Unit itu memberi tanggapan pertama.")))
    if filed["done_by"]:
        said.append((by("done_by"), _next_done(filed["longest"])))
    if filed["reply_days"]:
        said.append((_("Sesudah tanggapan akhir"), _next_reply(filed["reply_days"])))
    return said


def _next_checked() -> str:
    return _(
        "%(agency)s memeriksa laporan Anda dan meneruskannya ke unit yang berwenang. Bila tidak "
        "dapat diproses, Anda diberi tahu alasannya.",
        agency=g.agency.name,
    )


def _next_done(longest: int | None) -> str:
    if longest is None:
        return _("Anda menerima tanggapan akhir.")
    return _(
        "Anda menerima tanggapan akhir. Bila menyangkut dugaan pelanggaran oleh petugas, batasnya "
        "%(days)s hari kerja.",
        days=longest,
    )


def _next_reply(days: int) -> str:
    return _(
        "Anda punya %(days)s hari kerja untuk menanggapi bila masalahnya belum selesai.", days=days
    )


def file_rows(draft: Draft) -> list[tuple[int, str, str]]:
    """Id, name, and `JPEG, 240 kB` of each file that the draft has so far."""
    files = attachments_of_draft(db.session(), draft.key_hash)
    return [(file.id, file.file_name, _kind_and_size(file)) for file in files]


def _kind_and_size(file: Attachment) -> str:
    kind = file.media_type.rpartition("/")[2].upper()
    return f"{kind}, {format_decimal(max(1, round(file.size / 1000)))} kB"


def _day(day: date | None) -> str:
    return long_date(day, current_language()) if day else ""


def _topic(answers: FilingAnswers) -> str:
    intake = read_intake(g.agency.intake)
    chosen = answers.category_id, answers.own_topic
    return topic_label(db.session(), intake, *chosen, current_language())


def _identity(draft: Draft, answers: FilingAnswers) -> str:
    if not answers.identity:
        return _("Tanpa identitas")
    return _("Anonim") if draft.typed.get("anonymous") else _("Dengan identitas")


def _openness(answers: FilingAnswers) -> str:
    if answers.confidential:
        return _("Rahasia")
    return _("Boleh ditampilkan kepada umum, tanpa identitas Anda")


def _vault(answers: FilingAnswers) -> str:
    if not answers.identity:
        return _(
            "Tidak Anda berikan, jadi tidak ada yang kami simpan. Waktu laporan pun hanya dicatat "
            "sampai jamnya. Laporan ini hanya dapat dibuka dengan nomor dan kode aksesnya."
        )
    if not answers.anonymous:
        return _(
            "Tersimpan terkunci. Petugas yang menanggapi laporan dapat membukanya bila perlu, dan "
            "setiap pembukaan dicatat. Umum tidak melihatnya."
        )
    if answers.reporter_email:
        return _(
            "Tersimpan terkunci. Petugas instansi dan umum tidak dapat membukanya. Sistem hanya "
            "memakai alamat email Anda untuk mengirim kabar."
        )
    return _("Tersimpan terkunci. Petugas instansi dan umum tidak dapat membukanya.")
