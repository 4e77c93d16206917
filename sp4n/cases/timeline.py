"""What happened to a case, and what is owed now, in words: for its reporter and for the desk."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from flask_babel import gettext as _

from sp4n.calendars.dates import due_in_words, long_date, long_moment
from sp4n.calendars.working_days import Calendar
from sp4n.cases.class_words import reclassified_words, supervised_words
from sp4n.cases.deadlines import sentiment_of
from sp4n.cases.ending_words import ClockWords, ending_words
from sp4n.cases.escalation import escalated_words
from sp4n.cases.extension_words import extended_words
from sp4n.cases.handover_words import BETWEEN_AGENCIES, between_agencies
from sp4n.cases.models import CaseEvent, CaseRecord
from sp4n.cases.publicity_words import decided
from sp4n.cases.rating_words import scores_in_words
from sp4n.cases.states import State
from sp4n.cases.words import ARCHIVE_REASON_LABELS, EVENT_LABELS
from sp4n.files.models import Attachment

PRIVATE = ("noted", "drafted", "draft_returned", "supervised")
FileLine = tuple[str, str, str]  # name, address, words


@dataclass(frozen=True)
class Entry:
    """kind: "public" (the agency's answer), "reporter", "private" (a note), "system"."""

    title: str
    when: str
    at: str
    kind: str
    by: str = ""
    body: str = ""
    files: Sequence[FileLine] = field(default_factory=tuple)
    new: bool = False


def entries(
    events: Sequence[CaseEvent],
    *,
    zone: ZoneInfo,
    language: str,
    agency_name: str,
    unit_names: Mapping[int, str],
    files: Mapping[int, Sequence[FileLine]] | None = None,
    names: bool = False,
    new: Collection[int] = (),
) -> list[Entry]:
    """Oldest first. `names`: say which person acted, as the desk does; a reporter sees the unit.
    `new`: ids of what its reader has not seen yet."""
    return [
        Entry(
            title=str(EVENT_LABELS.get(event.kind, event.kind)),
            when=long_moment(event.at, zone, language),
            at=event.at.isoformat(),
            kind=_kind(event),
            by=_by(event, agency_name, unit_names, names),
            body=_body(event, zone, language, names),
            files=(files or {}).get(event.id, ()),
            new=event.id in new,
        )
        for event in events
    ]


def file_lines(
    attachments: Iterable[Attachment], address: Callable[[Attachment], str]
) -> dict[int, list[FileLine]]:
    """Event id -> its files, with the addresses of the door that shows them."""
    lines: dict[int, list[FileLine]] = {}
    for one in attachments:
        kind = one.media_type.rpartition("/")[2].upper()
        words = f"{kind}, {max(one.size // 1024, 1)} kB"
        lines.setdefault(one.event_id or 0, []).append((one.file_name, address(one), words))
    return lines


def clock_words(
    case: CaseRecord,
    *,
    at: datetime,
    calendar: Calendar,
    language: str,
    holder: str,
    to_reporter: bool = False,
) -> ClockWords:
    """`holder`: the agency or unit that has the case."""
    state = State(case.state)
    if state in (State.CLOSED, State.ARCHIVED, State.DISPUTED):
        return ending_words(case, at=at, calendar=calendar, language=language)
    if state == State.FORWARDED:
        return ClockWords(_("Laporan ini sekarang dipegang instansi lain."))
    if state == State.AWAITING_REPLY:
        return _yours(case, at, calendar, language, to_reporter)
    if state == State.ON_HOLD:
        return _waiting(case, at, calendar, language, holder, to_reporter)
    return _theirs(case, state, at, calendar, language, holder)


def _yours(
    case: CaseRecord, at: datetime, calendar: Calendar, language: str, to_reporter: bool
) -> ClockWords:
    until = case.reply_due_at
    when = long_date(until.astimezone(calendar.zone).date(), language) if until else ""
    left = due_in_words(until, at, calendar) if until else ""
    return ClockWords(
        _("Instansi sudah memberi tanggapan akhir. Sekarang giliran Anda.")
        if to_reporter
        else _("Instansi sudah memberi tanggapan akhir. Sekarang giliran pelapor."),
        _("Sampai %(date)s (%(left)s).", date=when, left=left),
        _("Bila masalahnya belum selesai, tulis tanggapan. Tanpa tanggapan, laporan ditutup."),
        "paused",
    )


def _waiting(
    case: CaseRecord,
    at: datetime,
    calendar: Calendar,
    language: str,
    holder: str,
    to_reporter: bool,
) -> ClockWords:
    """The agency has asked for something."""
    words = (
        _("%(who)s menunggu keterangan dari Anda.", who=holder)
        if to_reporter
        else _("Menunggu keterangan pelapor. Batas waktu instansi berhenti dihitung.")
    )
    until = case.reply_due_at
    if until is None:
        advice = _("Tulis jawaban Anda. Sesudah itu laporan diproses lagi.")
        return ClockWords(words, advice=advice, sentiment="paused")
    when = long_date(until.astimezone(calendar.zone).date(), language)
    left = due_in_words(until, at, calendar)
    return ClockWords(
        words,
        _("Sampai %(date)s (%(left)s).", date=when, left=left),
        _(
            "Tulis jawaban Anda. Sesudah itu laporan diproses lagi. Tanpa jawaban sampai hari "
            "itu, laporan diarsipkan."
        ),
        "paused",
    )


def _theirs(
    case: CaseRecord, state: State, at: datetime, calendar: Calendar, language: str, holder: str
) -> ClockWords:
    if case.due_at is None:
        no_limit = _("Tidak ada batas waktu untuk jenis laporan ini.")
        return ClockWords(_work_of(state, holder), no_limit)
    when = long_date(case.due_at.astimezone(calendar.zone).date(), language)
    left = due_in_words(case.due_at, at, calendar)
    sentiment = sentiment_of(case.due_at, at, calendar)
    if sentiment != "late":
        detail = _("Paling lambat %(date)s (%(left)s).", date=when, left=left)
        return ClockWords(_work_of(state, holder), detail, sentiment=sentiment)
    advice = _(
        "Batas waktunya lewat. Anda dapat menulis tanggapan di sini untuk mengingatkan instansi."
    )
    detail = _("Seharusnya paling lambat %(date)s (%(left)s).", date=when, left=left)
    return ClockWords(_work_missed(state, holder), detail, advice, "late")


def _work_of(state: State, holder: str) -> str:
    words = {
        State.UNVERIFIED: _("%(who)s memeriksa laporan ini.", who=holder),
        State.UNHANDLED: _("%(who)s harus memberi tanggapan pertama.", who=holder),
        State.IN_PROGRESS: _("%(who)s sedang menyelesaikan laporan ini.", who=holder),
    }
    return str(words[state])


def _work_missed(state: State, holder: str) -> str:
    """The same, once its time is over: nobody reads that somebody is at work who is late."""
    words = {
        State.UNVERIFIED: _("%(who)s belum memeriksa laporan ini.", who=holder),
        State.UNHANDLED: _("%(who)s belum memberi tanggapan pertama.", who=holder),
        State.IN_PROGRESS: _("%(who)s belum menyelesaikan laporan ini.", who=holder),
    }
    return str(words[state])


def _kind(event: CaseEvent) -> str:
    if not event.public:
        return "private" if event.kind in PRIVATE else "system"
    if event.actor_kind == "reporter":
        return "reporter"
    said = ("answered", "asked", "upheld", "overturned", "extended", "reclassified")
    return "public" if event.kind in said else "system"


def _by(event: CaseEvent, agency_name: str, unit_names: Mapping[int, str], names: bool) -> str:
    if event.actor_kind == "reporter":
        return str(_("Pelapor"))
    if "agency" in event.data:  # another one
        return str(event.data["agency"])
    if event.actor_kind == "coordinator" and event.public:
        return str(_("Koordinator nasional"))
    if event.actor_kind == "system":
        sent_to = unit_names.get(event.unit_id or 0, "")
        return f"{_('Sistem')}, {sent_to}" if sent_to else str(_("Sistem"))
    unit = unit_names.get(event.unit_id or 0, "") or agency_name
    if event.actor_kind == "coordinator":
        unit = str(_("Koordinator nasional"))
    if not names or not event.actor_name:
        return unit
    approved_by = event.data.get("approved_by")
    approved = _("disetujui %(name)s", name=approved_by) if approved_by else ""
    return ", ".join(filter(None, (event.actor_name, unit, approved)))


def _body(event: CaseEvent, zone: ZoneInfo, language: str, names: bool) -> str:
    if event.kind == "rescheduled":
        return _moved_words(event, zone, language)
    if event.kind == "assigned" and "by" in event.data:
        return _sent_by(event) if names else ""
    if event.kind == "reclassified":
        return reclassified_words(event, language)
    if event.kind == "supervised":
        return supervised_words(event)
    if event.kind == "extended":
        return extended_words(event, zone, language)
    if event.kind == "escalated":
        return escalated_words(event, zone, language)
    if event.kind in BETWEEN_AGENCIES:
        return between_agencies(event, zone, language)
    if event.kind == "grouped":
        lead = event.data.get("lead", "") if names else ""  # not of what came from elsewhere
        return _("Laporan utama: %(reference)s", reference=lead) if lead else ""
    if event.kind in ("linked", "unlinked", "suggested"):
        return "{other}: {reference}".format(**event.data)
    if event.kind == "entrusted":
        return event.data.get("name") or _("Kembali ke unit, tanpa nama petugas.")
    if event.kind in ("answered", "drafted"):
        return _with_evidence(event)
    if event.kind == "assigned" and event.data.get("returned"):
        return _("Penerusan sebelumnya dibatalkan.")
    if event.kind in ("split", "split_off"):
        return _parted(event)
    if event.kind == "redacted":
        return decided(event.data)
    if event.kind == "rated":
        return f"{scores_in_words(event.data)}\n{event.body}".strip()
    if event.kind == "archived":
        reason = ARCHIVE_REASON_LABELS.get(str(event.data.get("reason", "")), "")
        return f"{reason}\n{event.body}".strip()
    return event.body


def _parted(event: CaseEvent) -> str:
    """Into which cases, or out of which."""
    if "from" in event.data:
        return str(_("Laporan asal: %(reference)s.", reference=event.data["from"]))
    parts = event.data.get("parts", ())
    return "\n".join(f"{one['reference']}: {one['title']}".removesuffix(": ") for one in parts)


def _with_evidence(event: CaseEvent) -> str:
    lines = [event.body]
    if link := event.data.get("link"):
        lines.append(_("Bukti: %(link)s", link=link))
    if why := event.data.get("none_because"):
        lines.append(_("Tanpa bukti: %(why)s", why=why))
    return "\n\n".join(lines)


def _sent_by(event: CaseEvent) -> str:
    """What sent it there when it came in; how an agency sorts its reports is its own business."""
    name = event.data.get("name", "")
    words = {
        "topic": _("Langsung saat masuk, menurut unit dari topik “%(name)s”.", name=name),
        "rule": _("Langsung saat masuk, menurut aturan “%(name)s”.", name=name),
        "ppid": _("Langsung saat masuk: PPID menangani permohonan informasi publik."),
        "inspectorate": _("Langsung saat masuk: berkadar pengawasan, jadi ke unit pengawas."),
        "otherwise": _("Langsung saat masuk: tidak ada aturan lain yang cocok."),
    }
    return str(words.get(str(event.data["by"]), ""))


def _moved_words(event: CaseEvent, zone: ZoneInfo, language: str) -> str:
    """Of the date that is owed next, else of the reporter's time."""
    before, after = event.data.get("before", {}), event.data.get("after", {})
    name = next((one for one in ("due_at", "reply_due_at") if one in after), next(iter(after), ""))

    def day(at: str | None) -> str:
        if not at:
            return str(_("tanpa batas waktu"))
        return long_date(datetime.fromisoformat(at).astimezone(zone).date(), language)

    days = {"before": day(before.get(name)), "after": day(after.get(name))}
    if event.data.get("cause") == "on_hold":
        return _(
            "Sebelumnya %(before)s, sekarang %(after)s: hari kerja selama menunggu keterangan "
            "pelapor tidak dihitung.",
            **days,
        )
    if event.data.get("cause") == "reclassified":
        return _(
            "Sebelumnya %(before)s, sekarang %(after)s: batas waktu mengikuti jenis dan penanganan "
            "laporan yang sekarang.",
            **days,
        )
    return _(
        "Sebelumnya %(before)s, sekarang %(after)s: instansi mengubah hari libur atau batas "
        "waktunya.",
        **days,
    )
