"""What is done to cases. Each is a transaction's worth: state, history, figures, audit, outbox."""

from sp4n.cases.answers import FilingAnswers
from sp4n.cases.operations.contest import contest_case
from sp4n.cases.operations.dispute import decide_dispute
from sp4n.cases.operations.enclosing import Enclosed
from sp4n.cases.operations.filing import Confirmation, FiledCase, file_case
from sp4n.cases.operations.holding import hold_case, lapse_case, resume_case
from sp4n.cases.operations.rate import rate_case
from sp4n.cases.operations.recount import RECOUNT, recount_batch, start_recount
from sp4n.cases.operations.reopening import reopen_case
from sp4n.cases.operations.reporter import accept_answer, reply_to_case, withdraw_case
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
    "Enclosed",
    "FiledCase",
    "FilingAnswers",
    "accept_answer",
    "answer_case",
    "archive_case",
    "assign_case",
    "close_unanswered",
    "contest_case",
    "decide_dispute",
    "end_trials",
    "file_case",
    "hold_back",
    "hold_case",
    "lapse_case",
    "note_case",
    "rate_case",
    "recount_batch",
    "reopen_case",
    "reply_to_case",
    "resume_case",
    "start_recount",
    "trial_cases",
    "verify_case",
    "withdraw_case",
]
