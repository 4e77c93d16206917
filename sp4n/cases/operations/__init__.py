"""What is done to cases. Each is a transaction's worth: state, history, figures, audit, outbox."""

from sp4n.cases.answers import FilingAnswers
from sp4n.cases.operations.filing import Confirmation, FiledCase, file_case
from sp4n.cases.operations.on_behalf import file_on_behalf
from sp4n.cases.operations.recount import RECOUNT, recount_batch, start_recount
from sp4n.cases.operations.reporter import accept_answer, reply_to_case
from sp4n.cases.operations.returning import return_case
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
    "answer_case",
    "archive_case",
    "assign_case",
    "close_unanswered",
    "end_trials",
    "file_case",
    "file_on_behalf",
    "hold_back",
    "note_case",
    "recount_batch",
    "reply_to_case",
    "return_case",
    "start_recount",
    "trial_cases",
    "verify_case",
]
