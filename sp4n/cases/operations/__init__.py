"""What is done to cases. Each is a transaction's worth: state, history, figures, audit, outbox."""

from sp4n.cases.answers import FilingAnswers
from sp4n.cases.operations.arbitration import decide_case
from sp4n.cases.operations.consent import allow_contact
from sp4n.cases.operations.filing import Confirmation, FiledCase, file_case
from sp4n.cases.operations.handover import recall_case, send_case
from sp4n.cases.operations.receiving import accept_case, refuse_case
from sp4n.cases.operations.recount import RECOUNT, recount_batch, start_recount
from sp4n.cases.operations.reporter import accept_answer, reply_to_case
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
    "RECOUNT",
    "Confirmation",
    "FiledCase",
    "FilingAnswers",
    "accept_answer",
    "accept_case",
    "allow_contact",
    "answer_case",
    "archive_case",
    "assign_case",
    "close_unanswered",
    "decide_case",
    "end_trials",
    "file_case",
    "hold_back",
    "note_case",
    "recall_case",
    "recount_batch",
    "refuse_case",
    "reply_to_case",
    "send_case",
    "start_recount",
    "trial_cases",
    "verify_case",
]
