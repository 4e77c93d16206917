"""What is done to cases. Each is a transaction's worth: state, history, figures, audit, outbox."""

from sp4n.cases.answers import FilingAnswers
from sp4n.cases.operations.arbitration import decide_case
from sp4n.cases.operations.consent import allow_contact
from sp4n.cases.operations.contest import contest_case
from sp4n.cases.operations.dispute import decide_dispute
from sp4n.cases.operations.drafting import approve_draft, draft_answer, return_draft
from sp4n.cases.operations.enclosing import Enclosed
from sp4n.cases.operations.entrusting import entrust_case, pass_on_cases
from sp4n.cases.operations.escalating import ESCALATE, escalate_batch, tell_of_escalations
from sp4n.cases.operations.extending import extend_case
from sp4n.cases.operations.filing import Confirmation, FiledCase, file_case
from sp4n.cases.operations.grouping import dissolve_group, group_cases, ungroup_case
from sp4n.cases.operations.handover import recall_case, send_case
from sp4n.cases.operations.holding import hold_case, lapse_case, resume_case
from sp4n.cases.operations.linking import link_case, unlink_case
from sp4n.cases.operations.ombudsman import (
    PREPARE,
    ask_ombudsman,
    note_receipt,
    note_result,
    prepare_handoff,
    withdraw_from_ombudsman,
)
from sp4n.cases.operations.ombudsman_offer import OFFER, offer_batch
from sp4n.cases.operations.on_behalf import file_on_behalf
from sp4n.cases.operations.photos import hide_photo, show_photo
from sp4n.cases.operations.publicity import hide_more, set_publicity, take_back
from sp4n.cases.operations.rate import rate_case
from sp4n.cases.operations.receiving import accept_case, refuse_case
from sp4n.cases.operations.reclassifying import Classes, reclassify_case
from sp4n.cases.operations.recount import (
    RECOUNT,
    recount_batch,
    recount_by_the_nation,
    start_recount,
)
from sp4n.cases.operations.reopening import reopen_case
from sp4n.cases.operations.reporter import accept_answer, reply_to_case, withdraw_case
from sp4n.cases.operations.returning import return_case
from sp4n.cases.operations.splitting import Part, split_case
from sp4n.cases.operations.staff import (
    answer_case,
    archive_case,
    assign_case,
    note_case,
    verify_case,
)
from sp4n.cases.operations.timed import close_unanswered
from sp4n.cases.operations.trials import end_trials, hold_back, trial_cases

__all__ = [
    "ESCALATE",
    "OFFER",
    "PREPARE",
    "RECOUNT",
    "Classes",
    "Confirmation",
    "Enclosed",
    "FiledCase",
    "FilingAnswers",
    "Part",
    "accept_answer",
    "accept_case",
    "allow_contact",
    "answer_case",
    "approve_draft",
    "archive_case",
    "ask_ombudsman",
    "assign_case",
    "close_unanswered",
    "contest_case",
    "decide_case",
    "decide_dispute",
    "dissolve_group",
    "draft_answer",
    "end_trials",
    "entrust_case",
    "escalate_batch",
    "extend_case",
    "file_case",
    "file_on_behalf",
    "group_cases",
    "hide_more",
    "hide_photo",
    "hold_back",
    "hold_case",
    "lapse_case",
    "link_case",
    "note_case",
    "note_receipt",
    "note_result",
    "offer_batch",
    "pass_on_cases",
    "prepare_handoff",
    "rate_case",
    "recall_case",
    "reclassify_case",
    "recount_batch",
    "recount_by_the_nation",
    "refuse_case",
    "reopen_case",
    "reply_to_case",
    "resume_case",
    "return_case",
    "return_draft",
    "send_case",
    "set_publicity",
    "show_photo",
    "split_case",
    "start_recount",
    "take_back",
    "tell_of_escalations",
    "trial_cases",
    "ungroup_case",
    "unlink_case",
    "verify_case",
    "withdraw_case",
    "withdraw_from_ombudsman",
]
