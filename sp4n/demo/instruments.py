"""The three instruments of the demo's agencies: a decree, a policy and an action plan, each as far
as `data/instruments.toml` says, made by the operations that the desk calls."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Any, Final

from sp4n import clock
from sp4n.accounts.queries import units_of
from sp4n.action_plans.lines import Line
from sp4n.action_plans.models import ActionPlan
from sp4n.action_plans.operations import replace_lines, start_plan, submit_plan
from sp4n.action_plans.progress import Achieved, note_progress
from sp4n.action_plans.reviewing import decide_plan, ratify_plan, remark
from sp4n.action_plans.states import PlanState
from sp4n.audit.actors import Actor
from sp4n.decrees.operations import MemberAnswers, add_member, write_decree
from sp4n.decrees.wording import first_wording
from sp4n.demo.courses import Office
from sp4n.demo.pictures import picture
from sp4n.documents.kinds import DECREE, POLICY
from sp4n.documents.operations import DocumentAnswers, SignedFile, add_document, issue_document
from sp4n.policies.operations import (
    PolicyText,
    name_document,
    publish,
    put_rule,
    write_policy,
)
from sp4n.policies.periods import PeriodKind
from sp4n.policies.rules import Comparison, Element, Measure, Rule, Subject
from sp4n.settings.road_maps import road_maps

TITLE: Final = "Tim Pengelola Pengaduan Pelayanan Publik"
REVIEWER: Final = Actor(kind="coordinator", id=None, name="Prabandari Satyawirya")
BEFORE: Final = timedelta(days=70)
REVISED: Final = "1.1.4"


def furnish_instruments(office: Office, until: datetime) -> None:
    """Nothing where the file names no such agency: not everybody has them."""
    content = _content()["agencies"].get(office.agency.slug)
    if content is None:
        return
    _decree(office, content, until)
    with clock.frozen(until - BEFORE):
        plan = _plan(office)
        _review(office, plan, PlanState(content["plan"]), content["signatory"])
        if content["policy"]:
            _policy(office, content["signatory"])


def _decree(office: Office, content: dict[str, Any], until: datetime) -> None:
    signed, today = timedelta(days=content["signed"]), until.astimezone(office.agency.zone).date()
    with clock.frozen(until - min(signed, BEFORE)):  # before that nobody was here
        made = add_document(
            office.session,
            answers=DocumentAnswers(
                kind=DECREE,
                title=TITLE,
                number=content["number"],
                dated=today - signed,
                signatory=content["signatory"],
                valid_from=today - signed,
                valid_to=today + timedelta(days=content["left"]),
                publicity="entry",
            ),
            actor=office.admin,
            signed=SignedFile(picture("paper"), TITLE),
            storage=office.storage,
        )
        words = first_wording(office.agency.name, TITLE, content["place"], "")
        write_decree(office.session, document=made, wording=words, actor=office.admin)
        for member in _members(office, content["signatory"]):
            add_member(office.session, document=made, answers=member, actor=office.admin)
        issue_document(office.session, document=made, actor=office.admin)


def _members(office: Office, signatory: str) -> Iterator[MemberAnswers]:
    yield MemberAnswers("pembina", signatory, tasks="Membina dan mengarahkan tim.")
    admin = office.admin
    yield MemberAnswers("admin", admin.name, account_id=admin.id, tasks="Memeriksa dan meneruskan.")
    for one in office.liaisons:
        for unit in units_of(office.session, account_id=one.id or 0):
            yield MemberAnswers(
                "pejabat_penghubung",
                one.name,
                unit_id=unit.id,
                account_id=one.id,
                tasks="Menindaklanjuti dan menjawab.",
            )


def _plan(office: Office) -> ActionPlan:
    session, year = office.session, clock.today(office.agency.zone).year
    period = {"period_from": year, "period_to": year + 3}
    road_map = road_maps(session)[0]
    plan = start_plan(session, road_map_id=road_map.id, **period, actor=office.admin)
    years = range(year, year + 4)
    lines = [_line(one, years) for one in _content()["plan"]["lines"]]
    replace_lines(session, plan=plan, lines=lines, actor=office.admin)
    return plan


def _line(content: dict[str, Any], years: range) -> Line:
    given = {name: value for name, value in content.items() if name != "target"}
    targets = {str(year): content["target"] for year in years} if "target" in content else {}
    source = "APBN/APBD" if "budget" in content else ""
    above = content["code"].rpartition(".")[0]
    return Line(**given, parent_code=above, targets=targets, budget_source=source)


def _review(office: Office, plan: ActionPlan, to: PlanState, signatory: str) -> None:
    session = office.session
    if to == PlanState.DRAFT:
        return
    submit_plan(session, plan_id=plan.id, revision=None, actor=office.admin)
    if to == PlanState.SUBMITTED:
        return
    accepted, words = to != PlanState.NEEDS_REVISION, _content()["plan"]
    if not accepted:
        said: str = words["remark"]
        remark(session, plan_id=plan.id, code=REVISED, words=said, actor=REVIEWER)
    decide_plan(
        session,
        plan_id=plan.id,
        accepted=accepted,
        words="" if accepted else words["decision"],
        revision=None,
        actor=REVIEWER,
    )
    if to == PlanState.RATIFIED:
        _ratify(office, plan, signatory)


def _ratify(office: Office, plan: ActionPlan, signatory: str) -> None:
    session, today = office.session, clock.today(office.agency.zone)
    ratify_plan(
        session,
        plan_id=plan.id,
        number=f"512/{today.year}",
        on=today,
        by=signatory,
        actor=office.admin,
        signed=SignedFile(picture("paper"), "Rencana aksi pengelolaan pengaduan"),
        storage=office.storage,
    )
    said = Achieved(
        year=today.year, quarter=1, achieved="3", evidence="Tiga laporan tinjauan", spent="3500000"
    )
    note_progress(session, plan_id=plan.id, code=REVISED, said=said, actor=office.admin)


def _policy(office: Office, signatory: str) -> None:
    session, content = office.session, _content()["policy"]
    text = PolicyText(content["title"], content["body"])
    policy = write_policy(session, text=text, actor=office.admin)
    edits = 1
    for one in content["rules"]:
        put_rule(session, policy=policy, rule=_rule(one), edits=edits, actor=office.admin)
        edits += 1
    today: date = clock.today(office.agency.zone)
    version = publish(
        session, policy=policy, starts_on=today, today=today, edits=edits, actor=office.admin
    )
    signed = add_document(
        session,
        answers=DocumentAnswers(
            kind=POLICY,
            title=content["title"],
            number=f"37/{today.year}",
            dated=today,
            signatory=signatory,
            valid_from=today,
            publicity="file",
        ),
        actor=office.admin,
        signed=SignedFile(picture("paper"), content["title"]),
        storage=office.storage,
    )
    issue_document(session, document=signed, actor=office.admin)
    name_document(session, version=version, document_id=signed.id, actor=office.admin)


def _rule(content: dict[str, Any]) -> Rule:
    return Rule(
        0,
        Subject.UNIT,
        PeriodKind.MONTH,
        Measure(content["measure"]),
        Comparison(content["comparison"]),
        Decimal(content["threshold"]),
        content["minimum"],
        content["effect"],
        content["step"],
        Element(content["element"]),
    )


@cache
def _content() -> dict[str, Any]:
    text = files("sp4n.demo").joinpath("data/instruments.toml").read_text("utf-8")
    return tomllib.loads(text)
