"""Reply templates filled in for a case: what may be named in them, and what that stands for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from sp4n import clock
from sp4n.calendars.dates import long_date
from sp4n.cases.models import CaseRecord
from sp4n.notices.own_texts import AGENCY, NAME, NUMBER, Placeholder, stray_braces, unknown_name
from sp4n.settings.intake import lineage, read_intake, topic_label
from sp4n.tenants.resolver import AgencyFacts

LONGEST_BODY: Final = 3000
MOST_TEMPLATES: Final = 200  # of an agency, and of the nation
LANGUAGE: Final = "id"  # what templates are written in
PLACEHOLDERS: Final = (
    NUMBER,
    Placeholder("judul", _l("judul laporan, yang diumumkan bila laporannya diumumkan")),
    Placeholder("unit", _l("unit yang memegang laporan")),
    Placeholder("batas_waktu", _l("hari terakhir penyelesaian laporan")),
    AGENCY,
    Placeholder("topik", _l("topik laporan")),
    Placeholder("tanggal_lapor", _l("hari laporan diterima")),
)
_GAPS: Final = re.compile(r"\n{3,}")


@dataclass(frozen=True)
class Template:
    """`key`: what a form sends; the agency's own and national ones are told apart by it."""

    key: str
    name: str
    body: str
    final: str = ""
    topic: str = ""
    unit_id: int | None = None
    macro: bool = False
    assign_to: int | None = None


@dataclass(frozen=True)
class Reply:
    """A template with the names in it filled in for one case. `macro`: can be sent at one click,
    and the case goes to `assign_to` with it."""

    key: str
    name: str
    text: str
    final: str
    macro: bool = False
    assign_to: int | None = None


def template_fault(words: str) -> str:
    """What is wrong with a template, for who wrote it; "" where nothing is."""
    offered = ", ".join(map(str, PLACEHOLDERS))
    name = unknown_name(words, PLACEHOLDERS)
    if name:
        return _(
            "%(name)s tidak dikenal di templat. Yang dapat dipakai: %(offered)s.",
            name="{" + name + "}",
            offered=offered,
        )
    if stray_braces(words):
        return _("Kurung kurawal hanya untuk: %(offered)s.", offered=offered)
    return ""


def values_for(
    session: Session,
    case: CaseRecord,
    *,
    agency: AgencyFacts,
    unit_name: str,
    public_title: str | None,
) -> dict[str, str]:
    """`public_title`: of a published case. What its reporter wrote may be nobody else's business,
    and the answer is published, too. A day that is over is none to promise."""
    zone, due = agency.zone, case.complete_due_at
    topic = (case.category_id, case.own_topic)
    return {
        "nomor": case.reference,
        "judul": case.title if public_title is None else public_title,
        "unit": unit_name,
        "batas_waktu": long_date(due.astimezone(zone).date(), LANGUAGE)
        if due and due > clock.now()
        else "",
        "instansi": agency.name,
        "topik": topic_label(session, read_intake(agency.intake), *topic, LANGUAGE),
        "tanggal_lapor": long_date(case.filed_at.astimezone(zone).date(), LANGUAGE),
    }


def filled_reply(template: Template, values: Mapping[str, str]) -> Reply:
    """A line that names what this case has not is left out; empty lines stay."""
    lines = [
        NAME.sub(lambda found: values[found[1]], line)
        for line in template.body.splitlines()
        if all(values.get(name) for name in NAME.findall(line))
    ]
    text = _GAPS.sub("\n\n", "\n".join(lines)).strip()
    more = (template.macro, template.assign_to)
    return Reply(template.key, template.name, text, template.final, *more)


def meant_for(
    session: Session, templates: Iterable[Template], case: CaseRecord
) -> Iterator[Template]:
    """Those of its unit and topic first, then those for all."""
    about = lineage(session, case.category_id, case.own_topic)
    fitting = [
        one
        for one in templates
        if one.unit_id in (None, case.unit_id) and (not one.topic or one.topic in about)
    ]
    yield from (one for one in fitting if one.unit_id or one.topic)
    yield from (one for one in fitting if not (one.unit_id or one.topic))
