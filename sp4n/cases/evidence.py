"""What shows that a case was solved: files, a page to look at, or why there is neither."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from sp4n.cases.in_hand import agency_of
from sp4n.cases.models import CaseRecord
from sp4n.errors import Invalid
from sp4n.settings.answer_rules import EVIDENCE, asks

LONGEST_LINK: Final = 500
LONGEST_REASON: Final = 500
PAGE: Final = re.compile(r"https?://[^\s/?#@]+\.[^\s@]+")


@dataclass(frozen=True)
class Evidence:
    """`files`: how many come with the answer; `none_because`: why nothing can be shown."""

    link: str = ""
    none_because: str = ""
    files: int = 0

    @property
    def data(self) -> dict[str, str]:
        """As an event keeps it; files hang on the event itself."""
        told = {"link": self.link, "none_because": self.none_because}
        return {name: text for name, text in told.items() if text}


NOTHING: Final = Evidence()


def check_evidence(session: Session, case: CaseRecord, evidence: Evidence, *, final: bool) -> None:
    """Asked for at the end of a complaint, where the agency or the unit wants it so."""
    wrong = {}
    if evidence.link and (len(evidence.link) > LONGEST_LINK or not PAGE.fullmatch(evidence.link)):
        wrong["link"] = _("Tulis alamat lengkap, misalnya https://contoh.go.id/foto.")
    if len(evidence.none_because) > LONGEST_REASON:
        wrong["none_because"] = _("Paling panjang %(n)s huruf.", n=LONGEST_REASON)
    if final and not (evidence.data or evidence.files) and _is_asked_for(session, case):
        wrong["attachments"] = _(
            "Lampirkan berkas, tulis alamat buktinya, atau jelaskan mengapa tidak ada bukti."
        )
    if wrong:
        raise Invalid(fields=wrong)


def _is_asked_for(session: Session, case: CaseRecord) -> bool:
    if case.classification != "pengaduan":
        return False
    return asks(session, agency_of(case), EVIDENCE, case.unit_id)
