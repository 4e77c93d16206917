"""What lower rooms call in higher ones: handlers of the outbox, and the steps of the upkeep."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from flask import Flask
from sqlalchemy.orm import Session

from sp4n.accounts.kept_away import forget_kept
from sp4n.accounts.operations import forget_old
from sp4n.action_plans.instrument import register_plans
from sp4n.addresses.jobs import PROBE, register_addresses
from sp4n.addresses.probing import Probe
from sp4n.cases.case_sms import register_case_sms
from sp4n.cases.drafts import live_drafts, purge_drafts
from sp4n.cases.escalation_letters import register_escalation_letters
from sp4n.cases.follow_letters import register_following
from sp4n.cases.handover_jobs import register_handovers
from sp4n.cases.handover_letters import register_handover_letters
from sp4n.cases.jobs import (
    close_when_unanswered,
    lapse_when_unanswered,
    let_late_cases_climb,
    offer_the_ombudsman,
    prepare_for_ombudsman,
    recount_due_dates,
)
from sp4n.cases.letters import register_case_letters
from sp4n.cases.link_jobs import register_links
from sp4n.cases.operations import (
    ESCALATE,
    OFFER,
    PREPARE,
    RECOUNT,
    escalate_batch,
    offer_batch,
    recount_by_the_nation,
    tell_of_escalations,
)
from sp4n.configuration.operations import PUBLISH_LATER, forget_pictures, publish_due
from sp4n.decrees.liaison_letters import register_liaison_letters
from sp4n.decrees.line import register_decrees
from sp4n.exports.jobs import register_exports
from sp4n.figures.operations import correct, fold
from sp4n.files.operations import sweep_orphans
from sp4n.files.storage import Storage
from sp4n.jobs import registry
from sp4n.national import (
    coordinators_letters,
)
from sp4n.notices import gateways, sms
from sp4n.notices.account_letters import register_account_letters
from sp4n.notices.document_letters import register_document_letters
from sp4n.policies.instrument import register_instrument as register_policy_line
from sp4n.policies.letters import register_policies
from sp4n.privacy.jobs import register_privacy
from sp4n.reporters.letters import register_reporters
from sp4n.seals.jobs import register_seals
from sp4n.workbench.enclosed import held_keys
from sp4n.workbench.jobs import register_bulk

MIGRATIONS = Path(__file__).resolve().parent.parent / "migrations" / "versions"


def join_jobs(app: Flask) -> None:
    """What lower rooms call in higher ones: handlers of the outbox, steps of the upkeep."""
    gateways.init_app(app)
    sms.init_app(app)
    register_account_letters()
    register_document_letters()
    register_decrees()
    register_liaison_letters()
    register_case_letters()
    register_handover_letters()
    register_escalation_letters()
    coordinators_letters.register_coordinators_letters()
    register_following()
    register_plans()
    register_case_sms()
    register_handovers(app.extensions["sp4n.storage"])
    register_links()
    register_addresses()
    app.extensions[PROBE] = Probe()
    registry.register("case.close_unanswered", close_when_unanswered)
    registry.register("case.lapse", lapse_when_unanswered)
    registry.register(RECOUNT, recount_due_dates)
    registry.register(ESCALATE, let_late_cases_climb)
    registry.register(OFFER, offer_the_ombudsman)
    registry.register(PREPARE, prepare_for_ombudsman)
    registry.register(PUBLISH_LATER, publish_due)
    registry.register_upkeep("days off of the country", recount_by_the_nation)
    registry.register_upkeep("late cases", escalate_batch)
    registry.register_upkeep("the Ombudsman, once", offer_batch)
    registry.register_upkeep("letters about late cases", tell_of_escalations)
    registry.register_upkeep("figures that are off", correct)
    registry.register_upkeep("figures", fold)
    registry.register_upkeep("drafts", purge_drafts)
    registry.register_upkeep("sign-ins", forget_old)
    registry.register_upkeep("forms that wait", forget_kept)
    registry.register_upkeep("pictures", forget_pictures)
    register_bulk()
    register_seals(app.config["SECRET_KEY"])
    register_privacy()
    register_reporters(app.extensions["sp4n.sealer"])
    register_policies()
    register_policy_line()
    register_exports(schema_version(), app.extensions["sp4n.storage"])
    registry.register_upkeep("files", partial(sweep_files, app.extensions["sp4n.storage"]))


def schema_version() -> str:
    """The newest migration that this code knows."""
    return max(path.stem[:4] for path in MIGRATIONS.glob("[0-9]*.py"))


def sweep_files(storage: Storage, session: Session) -> None:
    wanted = live_drafts(session) | held_keys(session)
    sweep_orphans(session, storage=storage, live_drafts=wanted)
