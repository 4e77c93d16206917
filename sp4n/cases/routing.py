"""Which unit a new report goes to at once: by the first rule that fits, else by its topic, else by
what the agency says of all others. Read from what it has published, which every process holds;
nothing here asks the database about an agency's settings. A request for public information goes to
its custodian, the unit that is marked as PPID, where no rule says otherwise."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy.orm import Session

from sp4n.cases.answers import FilingAnswers
from sp4n.cases.models import PUBLIC_INFORMATION
from sp4n.organisation.queries import custodian_unit
from sp4n.settings.intake import lineage, read_intake, topic_label
from sp4n.settings.routing import Report, fitting, read_routing
from sp4n.tenants.resolver import AgencyFacts


@dataclass(frozen=True)
class Route:
    """`name`: of the rule or the topic that says so. `confidential`: for the unit and the admins
    alone, whatever the reporter chose."""

    unit_id: int
    by: Literal["rule", "topic", "otherwise", "ppid", "inspectorate"]
    name: str = ""
    rule_id: int | None = None
    confidential: bool = False

    @property
    def because(self) -> dict[str, Any]:
        """What the case's history keeps of it."""
        said: dict[str, Any] = {"by": self.by, "name": self.name}
        if self.rule_id is not None:
            said["rule"] = self.rule_id
        if self.confidential:
            said["confidential"] = True
        return said

    @property
    def audited(self) -> dict[str, Any]:
        """Without words: who may not read a confidential report may search the trail."""
        return {key: value for key, value in self.because.items() if key in ("by", "rule")}


def route(
    session: Session, agency: AgencyFacts, answers: FilingAnswers, language: str
) -> Route | None:
    """None where nobody has said: it waits with those who verify."""
    about = answers.category_id, answers.own_topic
    report = Report(
        answers.classification,
        lineage(session, *about),
        language,
        answers.title,
        answers.description,
        answers.location,
    )
    return route_of(session, agency, report, about)


def report_of(session: Session, case: Any, about: tuple[int | None, int | None]) -> Report:
    """What rules look at, of a case or of a row with its columns; `about` as in `route_of`."""
    return Report(
        case.classification,
        lineage(session, *about),
        case.language,
        case.title,
        case.description,
        case.location,
    )


def route_of(
    session: Session, agency: AgencyFacts, report: Report, about: tuple[int | None, int | None]
) -> Route | None:
    """`about`: the national topic's id and the number of the agency's own."""
    routing, intake = read_routing(agency.routing), read_intake(agency.intake)
    rule = fitting(routing, report)
    if rule is not None:
        return Route(rule.unit_id, "rule", rule.name, rule.id, rule.confidential)
    if report.classification == PUBLIC_INFORMATION and (ppid := custodian_unit(session)):
        return Route(ppid, "ppid")
    for topic in report.topics:
        if topic in intake.units:
            name = topic_label(session, intake, *about, "id")
            return Route(intake.units[topic], "topic", name)
    return Route(routing.otherwise, "otherwise") if routing.otherwise else None
