"""A reply template put into the answer that is being written; without JavaScript, too."""

from __future__ import annotations

from typing import Final

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from sp4n.accounts.login import current_actor
from sp4n.cases.models import CaseRecord
from sp4n.desk.case_page import CasePage
from sp4n.desk.forms import AnswerForm

USE: Final = "pakai_templat"  # a button: the words of the template, nothing is sent
CHOSEN: Final = "templat"


def template_used(case: CaseRecord) -> ResponseReturnValue:
    """The case again, with the template's words after those that were typed."""
    page = CasePage.of(case, current_actor(), sent=AnswerForm)
    form, chosen = page.form(AnswerForm), request.form.get(CHOSEN, "")
    reply = next((one for one in page.replies if one.key == chosen), None)
    if reply is None:
        form.form_errors.append(_("Pilih templat dari daftar."))
        return page.rendered(form)
    typed = form.body.data or ""
    if reply.text not in typed:
        form.body.data = f"{typed}\n\n{reply.text}".strip()
    form.final.data = reply.final or form.final.data
    form.status = 200
    return page.rendered(form)
