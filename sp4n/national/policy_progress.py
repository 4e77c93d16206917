"""How far the policies of all agencies are measured for a period: done, waiting, failed and why;
and another try for what was given up."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final, NamedTuple

import sqlalchemy as sa
from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session, load_only

from sp4n import clock
from sp4n.accounts.doors import requires
from sp4n.accounts.permissions import Permission
from sp4n.db import db
from sp4n.jobs.models import Outbox
from sp4n.national.blueprints import console, inside
from sp4n.policies.due import NOT_DONE, judges, measured_from, try_again
from sp4n.policies.models import PolicyRun, PolicyVersion
from sp4n.policies.periods import Period, PeriodKind, past_periods, read_period
from sp4n.tenants.models import Agency, AgencyStatus
from sp4n.web.asking import page_number
from sp4n.web.language import current_language

ON_A_PAGE: Final = 50
OFFERED: Final = {PeriodKind.QUARTER: 6, PeriodKind.MONTH: 12, PeriodKind.YEAR: 3}


class Progress(StrEnum):
    """In the order of what says most about an agency with several policies."""

    FAILED = "gagal"
    AGAIN = "diulang"
    UNDER_WAY = "berjalan"
    WAITING = "menunggu"
    NOT_YET = "nanti"
    DONE = "selesai"


ORDER: Final = tuple(Progress)
LABELS: Final[dict[Progress, LazyString]] = {
    Progress.FAILED: _l("Gagal"),
    Progress.AGAIN: _l("Gagal, akan dicoba lagi"),
    Progress.UNDER_WAY: _l("Sedang dihitung"),
    Progress.WAITING: _l("Menunggu giliran"),
    Progress.NOT_YET: _l("Belum waktunya"),
    Progress.DONE: _l("Sudah dihitung"),
}
SENTIMENTS: Final = dict(
    zip(ORDER, ("late", "soon", "info", "neutral", "neutral", "ok"), strict=True)
)
# What the tiles of the page count together.
UNFINISHED: Final = frozenset({Progress.AGAIN, Progress.UNDER_WAY, Progress.WAITING})
GROUPS: Final = {
    "selesai": frozenset({Progress.DONE}),
    "menunggu": UNFINISHED,
    "gagal": frozenset({Progress.FAILED}),
    "nanti": frozenset({Progress.NOT_YET}),
}


class Job(NamedTuple):
    """Of a version: what the outbox says."""

    state: str
    attempts: int
    last_error: str


@dataclass(frozen=True)
class Line:
    """One agency and its policies that judge the period. `due_on`: the day from which they are
    measured. `run`: subjects judged, proposals made, proposals decided. `error`: the last one."""

    slug: str
    agency: str
    titles: tuple[str, ...]
    state: Progress
    due_on: date
    run: tuple[int, int, int]
    attempts: int
    error: str


@console.get("/kebijakan/perhitungan")
@requires(Permission.AGENCY_OVERVIEW)
def policy_progress() -> ResponseReturnValue:
    session, today, args = db.session(), clock.today(clock.CAPITAL), request.args
    versions = published(session)
    period = asked_period(args.get("periode", ""), versions, today)
    lines = progress_lines(session, versions, period, today)
    group = args.get("keadaan", "")
    group = group if group in GROUPS else ""
    shown = [one for one in lines if not group or one.state in GROUPS[group]]
    page = page_number(args)
    return render_template(
        "national/policy_progress.html",
        period=period,
        period_label=period.label(current_language()),
        periods=[(one.token, one.label(current_language())) for one in offered(today)],
        found=shown[(page - 1) * ON_A_PAGE : page * ON_A_PAGE],
        total=len(shown),
        page=page,
        on_a_page=ON_A_PAGE,
        group=group,
        counts={name: counted(lines, some) for name, some in GROUPS.items()},
        agencies=len(lines),
        states=Counter(one.state for one in lines),
        labels=LABELS,
        sentiments=SENTIMENTS,
        in_words=in_words,
        as_of=clock.now(),
        zone=clock.CAPITAL,
    )


def offered(today: date) -> Iterator[Period]:
    """Those that are over, of each kind the newest first."""
    for kind, number in OFFERED.items():
        yield from past_periods(kind, today, number)


def asked_period(token: str, versions: Sequence[PolicyVersion], today: date) -> Period:
    """Where the address names none that is over: the last one that somebody is judged by."""
    asked = read_period(token)
    if asked is not None and asked.ends_on < today:
        return asked
    newest = sorted(offered(today), key=lambda one: one.ends_on, reverse=True)
    judged = (one for one in newest if any(judges(version, one) for version in versions))
    return next(judged, newest[0])


def counted(lines: Sequence[Line], states: frozenset[Progress]) -> int:
    return sum(one.state in states for one in lines)


def progress_lines(
    session: Session, versions: Sequence[PolicyVersion], period: Period, today: date
) -> list[Line]:
    """In the national scope: three statements, however many agencies there are. Those that were
    merged or closed are measured no more."""
    judging: defaultdict[int, list[PolicyVersion]] = defaultdict(list)
    for version in versions:
        if judges(version, period):
            judging[version.agency_id].append(version)
    runs = {(one.agency_id, one.version_id): one for one in session.scalars(_runs(period))}
    jobs = {(row[0], row[1]): Job(*row[2:]) for row in session.execute(_jobs())}
    agencies = sa.select(Agency.id, Agency.slug, Agency.name).where(
        Agency.status != AgencyStatus.ARCHIVED
    )
    return [
        _line(row, judging[row.id], period, today, runs, jobs)
        for row in session.execute(agencies.order_by(Agency.name))
        if judging[row.id]
    ]


def published(session: Session) -> Sequence[PolicyVersion]:
    """Of all agencies."""
    needed = (
        PolicyVersion.title,
        PolicyVersion.rules,
        PolicyVersion.starts_on,
        PolicyVersion.ends_on,
        PolicyVersion.published_at,
        PolicyVersion.wait_days,
    )
    wanted = sa.select(PolicyVersion).options(load_only(*needed))
    known = wanted.where(PolicyVersion.published_at.is_not(None))
    return session.scalars(known.order_by(PolicyVersion.id)).all()


def _runs(period: Period) -> sa.Select[PolicyRun]:
    return sa.select(PolicyRun).where(
        PolicyRun.period_kind == str(period.kind), PolicyRun.starts_on == period.starts_on
    )


def _jobs() -> sa.Select[int, int | None, str, int, str]:
    """Of a version that was owed twice, the last one."""
    wanted = sa.select(
        Outbox.agency_id, Outbox.object_id, Outbox.state, Outbox.attempts, Outbox.last_error
    )
    return wanted.where(*NOT_DONE).order_by(Outbox.id)


def _line(
    agency: sa.Row[int, str, str],
    versions: Sequence[PolicyVersion],
    period: Period,
    today: date,
    runs: dict[tuple[int, int], PolicyRun],
    jobs: dict[tuple[int, int | None], Job],
) -> Line:
    keys = [(agency.id, one.id) for one in versions]
    mine = [runs[key] for key in keys if key in runs]
    owed = [jobs[key] for key in keys if key in jobs and key not in runs]
    due = {key: measured_from(one, period) for key, one in zip(keys, versions, strict=True)}
    states = [_state(runs.get(key), jobs.get(key), due[key] <= today) for key in keys]
    worst = min(owed, key=lambda job: ORDER.index(_of_job(job)), default=Job("", 0, ""))
    return Line(
        agency.slug,
        agency.name,
        tuple(one.title for one in versions),
        min(states, key=ORDER.index),
        min(due.values()),
        (
            sum(one.judged for one in mine),
            sum(one.proposed for one in mine),
            sum(one.decided for one in mine),
        ),
        worst.attempts,
        worst.last_error,
    )


def _state(run: PolicyRun | None, job: Job | None, due: bool) -> Progress:
    if run is not None:
        return Progress.DONE
    if not due:
        return Progress.NOT_YET
    return _of_job(job) if job else Progress.WAITING


def _of_job(job: Job) -> Progress:
    if job.state == "dead":
        return Progress.FAILED
    if job.state == "sending":
        return Progress.UNDER_WAY
    return Progress.AGAIN if job.attempts else Progress.WAITING


def in_words(error: str) -> str:
    """What went wrong, for people; `error` as `jobs.failures.in_short` wrote it."""
    name = error.split(" ")[0].rstrip(":")
    if error == "the worker did not come back":
        return _("Proses penghitungnya berhenti di tengah jalan, misalnya server dimulai ulang.")
    if name in ("JobTimeoutException", "QueryCanceled"):
        return _("Perhitungannya terlalu lama, lalu dihentikan.")
    if name in ("OperationalError", "InterfaceError", "DBAPIError"):
        return _("Basis data tidak menjawab.")
    return _("Ada kesalahan dalam program. Pengelola sistem perlu melihatnya.")


@inside.post("/kebijakan/coba-lagi")
def measure_again(slug: str) -> ResponseReturnValue:
    """In the agency's own scope, and its trail says who asked; it shows nothing of the agency."""
    if try_again(db.session(), actor=g.operator.actor):
        flash(_("%(agency)s segera dihitung lagi.", agency=g.entered.name), "ok")
    else:
        flash(_("Tidak ada perhitungan yang gagal lagi di %(agency)s.", agency=g.entered.name))
    period = read_period(request.args.get("periode", ""))
    there = url_for("national.policy_progress", periode=period.token if period else None)
    return redirect(there, 303)
