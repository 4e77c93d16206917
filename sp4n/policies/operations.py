"""Writing a policy: its draft, its rules, publishing. What was published is never changed again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from sp4n import clock
from sp4n.audit.actors import Actor
from sp4n.audit.operations import record
from sp4n.documents.again import LATELY, one_at_a_time
from sp4n.documents.kinds import POLICY
from sp4n.documents.models import Document
from sp4n.documents.queries import documents
from sp4n.errors import Invalid, NotFound, NotPossible
from sp4n.policies.models import Policy, PolicyVersion
from sp4n.policies.queries import draft_of, versions_of
from sp4n.policies.rules import (
    COUNTS,
    LEAST,
    MOST,
    Rule,
    contradictions,
    fits,
    read_rules,
)

MOST_RULES: Final = 40
MOST_MINIMUM: Final = 100_000
# Least and most of each number of a version, and what a new policy begins with.
WAIT_DAYS, OBJECTION_DAYS, LADDER_MONTHS = (0, 60, 14), (1, 30, 5), (1, 60, 12)


@dataclass(frozen=True)
class PolicyText:
    title: str
    body: str
    wait_days: int = WAIT_DAYS[2]
    objection_days: int = OBJECTION_DAYS[2]
    ladder_months: int = LADDER_MONTHS[2]


def write_policy(session: Session, *, text: PolicyText, actor: Actor) -> Policy:
    """A new one, with its first draft."""
    _check_text(text)
    policy = Policy(title=text.title, created_at=clock.now())
    session.add(policy)
    session.flush()
    session.add(_draft(policy.id, 1, text, ()))
    _record(session, actor, "policy.written", policy.id, {"title": text.title})
    return policy


def policy_written_before(session: Session, *, text: PolicyText) -> Policy | None:
    """By the same form, sent twice: its draft is as it was, and has no rules yet."""
    one_at_a_time(session)
    told = {name: getattr(text, name) for name in text.__dataclass_fields__}
    same = [getattr(PolicyVersion, name) == value for name, value in told.items()]
    wanted = (
        sa.select(Policy)
        .join(
            PolicyVersion,
            sa.and_(
                PolicyVersion.agency_id == Policy.agency_id, PolicyVersion.policy_id == Policy.id
            ),
        )
        .where(*same, PolicyVersion.published_at.is_(None), PolicyVersion.edits == 1)
        .where(PolicyVersion.number == 1, Policy.created_at > clock.now() - LATELY)
    )
    found: Policy | None = session.scalars(wanted.order_by(Policy.id).limit(1)).first()
    return found


def begin_draft(session: Session, *, policy: Policy, actor: Actor) -> PolicyVersion:
    """The next version, as the last one is; the one that was begun where there is one."""
    _lock(session, policy)
    if (draft := draft_of(session, policy.id)) is not None:
        return draft
    last = versions_of(session, policy.id)[0]
    text = PolicyText(
        last.title, last.body, last.wait_days, last.objection_days, last.ladder_months
    )
    draft = _draft(policy.id, last.number + 1, text, read_rules(last.rules))
    session.add(draft)
    _record(session, actor, "policy.drafted", policy.id, {"number": draft.number})
    return draft


def change_text(
    session: Session, *, policy: Policy, text: PolicyText, edits: int, actor: Actor
) -> None:
    """`edits`: of the draft when the form was made."""
    _check_text(text)
    draft = _open(session, policy, edits)
    draft.title, draft.body = text.title, text.body
    draft.wait_days, draft.objection_days = text.wait_days, text.objection_days
    draft.ladder_months = text.ladder_months
    if draft.number == 1:
        policy.title = text.title
    _record(session, actor, "policy.changed", policy.id, {"number": draft.number})


def put_rule(session: Session, *, policy: Policy, rule: Rule, edits: int, actor: Actor) -> Rule:
    """In the place of the one with its number; with number 0 it is a new one."""
    check_rule(rule)
    draft = _open(session, policy, edits)
    rules = read_rules(draft.rules)
    if rule.number:
        if rule.number not in {one.number for one in rules}:
            raise NotFound
        rules = [rule if one.number == rule.number else one for one in rules]
    else:
        if len(rules) >= MOST_RULES:
            raise NotPossible(_("Paling banyak %(most)s aturan.", most=MOST_RULES))
        rule = replace(rule, number=max((one.number for one in rules), default=0) + 1)
        rules.append(rule)
    draft.rules = [one.written() for one in rules]
    _record(session, actor, "policy.rule_put", policy.id, {"rule": rule.number})
    return rule


def drop_rule(session: Session, *, policy: Policy, number: int, edits: int, actor: Actor) -> None:
    draft = _open(session, policy, edits)
    kept = [one for one in draft.rules if one["number"] != number]
    if len(kept) == len(draft.rules):
        raise NotFound
    draft.rules = kept
    _record(session, actor, "policy.rule_dropped", policy.id, {"rule": number})


def publish(
    session: Session, *, policy: Policy, starts_on: date, today: date, edits: int, actor: Actor
) -> PolicyVersion:
    """From now on unchangeable, in force from a day that has not passed; what was in force until
    then ends the day before."""
    draft = _open(session, policy, edits)
    rules = read_rules(draft.rules)
    if not rules:
        raise NotPossible(_("Tulis paling sedikit satu aturan dulu."))
    if any(contradictions(rules)):
        raise NotPossible(
            _("Ada aturan yang bertentangan. Perbaiki dulu yang ditunjukkan di atas.")
        )
    earlier = [one for one in versions_of(session, policy.id) if one.published_at is not None]
    _check_start(starts_on, today, earlier)
    for one in earlier:
        if one.ends_on is None:
            one.ends_on = starts_on - timedelta(days=1)
    draft.starts_on, draft.published_at, draft.published_by = starts_on, clock.now(), actor.name
    policy.title = draft.title
    about = {"number": draft.number, "starts_on": starts_on.isoformat()}
    _record(session, actor, "policy.published", policy.id, about)
    return draft


def name_document(
    session: Session, *, version: PolicyVersion, document_id: int | None, actor: Actor
) -> None:
    """The signed document of a published version, out of the register; None takes it back."""
    offered = {one.id for one in signed_documents(session)}
    if document_id is not None and document_id not in offered:
        raise Invalid(fields={"document_id": _("Pilih dokumen dari daftar.")})
    version.document_id = document_id
    about = {"number": version.number, "document_id": document_id}
    _record(session, actor, "policy.document_named", version.policy_id, about)


def signed_documents(session: Session) -> Sequence[Document]:
    """Of the kind, put in force and with its file, the newest first."""
    return [
        one for one in documents(session, kind=POLICY) if one.state == "issued" and one.storage_key
    ]


def _check_start(starts_on: date, today: date, earlier: Sequence[PolicyVersion]) -> None:
    wrong = ""
    if starts_on < today:
        wrong = _("Aturan tidak berlaku surut. Pilih hari ini atau sesudahnya.")
    elif any(one.starts_on is not None and starts_on <= one.starts_on for one in earlier):
        wrong = _("Versi sebelumnya mulai berlaku pada hari itu atau sesudahnya. Pilih hari lain.")
    elif starts_on > today + timedelta(days=730):
        wrong = _("Paling jauh dua tahun dari sekarang.")
    if wrong:
        raise Invalid(fields={"starts_on": wrong})


def check_rule(rule: Rule) -> None:
    wrong, least, most = {}, LEAST.get(rule.measure, 0), MOST[rule.measure]
    if not least <= rule.threshold <= most:
        wrong["threshold"] = _("Antara %(least)s dan %(most)s.", least=least, most=most)
    elif rule.measure in COUNTS and rule.threshold != rule.threshold.to_integral_value():
        wrong["threshold"] = _("Tulis bilangan bulat.")
    elif rule.threshold != round(rule.threshold, 2):
        wrong["threshold"] = _("Paling banyak dua angka di belakang koma.")
    if not 1 <= rule.minimum <= MOST_MINIMUM:
        wrong["minimum"] = _("Antara %(least)s dan %(most)s.", least=1, most=MOST_MINIMUM)
    if not fits(rule.effect, rule.step):
        wrong["step"] = _("Pilih langkah yang sesuai: penghargaan atau sanksi.")
    if wrong:
        raise Invalid(fields=wrong)


def _check_text(text: PolicyText) -> None:
    wrong = {}
    if not text.title.strip():
        wrong["title"] = _("Tulis judul kebijakan.")
    if not text.body.strip():
        wrong["body"] = _("Tulis isi kebijakan.")
    for name, (least, most, _first) in {
        "wait_days": WAIT_DAYS,
        "objection_days": OBJECTION_DAYS,
        "ladder_months": LADDER_MONTHS,
    }.items():
        if not least <= getattr(text, name) <= most:
            wrong[name] = _("Antara %(least)s dan %(most)s.", least=least, most=most)
    if wrong:
        raise Invalid(fields=wrong)


def _draft(policy_id: int, number: int, text: PolicyText, rules: Sequence[Rule]) -> PolicyVersion:
    return PolicyVersion(
        policy_id=policy_id,
        number=number,
        title=text.title,
        body=text.body,
        wait_days=text.wait_days,
        objection_days=text.objection_days,
        ladder_months=text.ladder_months,
        rules=[one.written() for one in rules],
    )


def _lock(session: Session, policy: Policy) -> None:
    session.refresh(policy, with_for_update=True)


def _open(session: Session, policy: Policy, edits: int) -> PolicyVersion:
    """The draft, locked with its policy; NotPossible where there is none, or another one changed
    it."""
    _lock(session, policy)
    draft = draft_of(session, policy.id)
    if draft is None:
        raise NotPossible(_("Versi ini sudah terbit dan tidak dapat diubah. Buat versi baru."))
    if draft.edits != edits:
        raise NotPossible(
            _("Draf ini sudah diubah orang lain. Muat ulang halaman, lalu periksa lagi.")
        )
    draft.edits += 1
    return draft


def _record(session: Session, actor: Actor, act: str, policy_id: int, data: dict[str, Any]) -> None:
    record(session, actor=actor, act=act, object_kind="policy", object_id=policy_id, data=data)
    session.flush()


def as_threshold(text: str) -> Decimal:
    """As people in Indonesia write numbers, and as computers do: `96,5`, `96.5`."""
    return Decimal(text.strip().removesuffix("%").strip().replace(",", "."))
