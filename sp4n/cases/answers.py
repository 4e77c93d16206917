"""What a reporter fills in, what must be true of it, and how much of it the vault keeps."""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass
from datetime import date
from typing import Final

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from sp4n import clock
from sp4n.cases.extra_answers import PREFIX
from sp4n.cases.models import CLASSIFICATIONS
from sp4n.errors import Invalid
from sp4n.sealing import keyed_hash
from sp4n.settings.intake import is_offered, read_intake
from sp4n.tenants.resolver import AgencyFacts

LONGEST: Final = {
    "title": 150,
    "description": 10_000,
    "location": 300,
    "reporter_name": 150,
    "reporter_email": 254,
    "reporter_phone": 30,
}
_UNSTORABLE: Final = re.compile("[\0\ud800-\udfff]")
LONGEST_BODY: Final = 10_000  # of an answer, a note, a reply, a message


@dataclass(frozen=True)
class FilingAnswers:
    """The form's answers, whatever steps they were given in. Text is "" where none was given.

    `extra`: the key of a question of the agency's own, and what was typed; looked at by
    `extra_answers.understand`.
    """

    classification: str
    title: str
    description: str
    occurred_on: date | None = None
    location: str = ""
    category_id: int | None = None
    own_topic: int | None = None
    anonymous: bool = False
    confidential: bool = False
    reporter_name: str = ""
    reporter_email: str = ""
    reporter_phone: str = ""
    extra: tuple[tuple[str, str], ...] = ()

    @property
    def identity(self) -> dict[str, str]:
        """What of it goes into the vault: empty where nothing was given."""
        given = {
            "name": self.reporter_name,
            "email": self.reporter_email,
            "phone": self.reporter_phone,
        }
        return {name: text.strip() for name, text in given.items() if text.strip()}

    @property
    def traceless(self) -> bool:
        """Anonymous and without identity: the times of the case are kept to the hour only."""
        return self.anonymous and not self.identity

    def body_hash(self, secret: str) -> bytes:
        """Keyed, as the answers hold what nobody may find out by guessing."""
        # Without what is not given the same as in the release before, whose forms are still about.
        newer = {"own_topic": self.own_topic, "extra": self.extra}
        left_out = {name for name, value in newer.items() if not value}
        told = {name: value for name, value in asdict(self).items() if name not in left_out}
        body = json.dumps(told, sort_keys=True, default=date.isoformat)
        return keyed_hash(secret, body, purpose="filing-body")


def check_answers(session: Session, answers: FilingAnswers, agency: AgencyFacts) -> None:
    """Raises Invalid with a message for each field that is not right."""
    wrong, intake = _too_long(answers), read_intake(agency.intake)
    if answers.classification not in set(CLASSIFICATIONS) - intake.closed:
        wrong["classification"] = _("Pilih jenis laporan.")
    if not answers.title.strip():
        wrong["title"] = _("Tulis judul laporan.")
    if not answers.description.strip():
        wrong["description"] = _("Tulis isi laporan.")
    if answers.occurred_on is not None and answers.occurred_on > clock.today(agency.zone):
        wrong["occurred_on"] = _("Tanggal kejadian tidak boleh setelah hari ini.")
    if answers.category_id is not None and not is_offered(
        session, intake, answers.category_id, answers.own_topic
    ):
        wrong["category"] = _("Pilih topik dari daftar.")
    if wrong:
        raise Invalid(fields=wrong)


def check_body(text: str, *, field: str = "body") -> str:
    """The text without blanks around it; Invalid when nothing is left, or it is too long."""
    stripped = text.strip()
    if not stripped:
        raise Invalid(fields={field: _("Tulis isinya lebih dahulu.")})
    if len(stripped) > LONGEST_BODY:
        raise Invalid(fields={field: _("Paling panjang %(n)s huruf.", n=LONGEST_BODY)})
    if not _can_be_stored(stripped):
        raise Invalid(fields={field: _unreadable()})
    return stripped


def _too_long(answers: FilingAnswers) -> dict[str, str]:
    wrong = {}
    for field, longest in LONGEST.items():
        text: str = getattr(answers, field)
        if len(text) > longest:
            wrong[field] = _("Paling panjang %(n)s huruf.", n=longest)
        elif not _can_be_stored(text):
            wrong[field] = _unreadable()
    unreadable = (key for key, text in answers.extra if not _can_be_stored(text))
    return wrong | {f"{PREFIX}{key}": _unreadable() for key in unreadable}


def _can_be_stored(text: str) -> bool:
    """PostgreSQL takes neither NUL nor halves of characters."""
    return _UNSTORABLE.search(text) is None


def _unreadable() -> str:
    return str(_("Ada huruf yang tidak dapat disimpan. Ketik ulang bagian ini."))
