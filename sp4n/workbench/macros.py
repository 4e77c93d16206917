"""One click: the words of a template are sent, and the case goes where the agency wants it."""

from __future__ import annotations

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from sp4n.accounts.permissions import Permission, may
from sp4n.audit.actors import Actor
from sp4n.cases.models import CaseEvent, CaseRecord
from sp4n.cases.operations import answer_case, assign_case
from sp4n.errors import Invalid
from sp4n.workbench.replies import Reply


def can_run(reply: Reply, case: CaseRecord, actor: Actor) -> bool:
    """Who may not assign has none that do so."""
    assigns = reply.assign_to not in (None, case.unit_id)
    return reply.macro and bool(reply.text) and (not assigns or may(actor.role, _ASSIGN))


def run_macro(
    session: Session, *, case: CaseRecord, actor: Actor, reply: Reply | None, version: int | None
) -> CaseEvent:
    """Both or neither: each as by hand, in one transaction."""
    if reply is None or not can_run(reply, case, actor):
        raise Invalid(_("Makro itu tidak ada lagi. Muat ulang halaman ini."))
    if reply.assign_to is not None and reply.assign_to != case.unit_id:
        to = reply.assign_to
        assign_case(session, case=case, actor=actor, unit_id=to, version=version)
        version = None
    final = reply.final == "yes"
    return answer_case(
        session, case=case, actor=actor, body=reply.text, final=final, version=version
    )


_ASSIGN = Permission.CASE_ASSIGN
