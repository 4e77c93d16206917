"""Files that come along with a report: the good ones are kept, of each bad one it is said why."""

from __future__ import annotations

from flask import current_app, g, request

from sp4n.db import db
from sp4n.errors import Invalid
from sp4n.files.operations import remove_from_draft, store_upload
from sp4n.files.own_limits import limits_of
from sp4n.files.receiving import receive
from sp4n.files.refusals import FIELD
from sp4n.portal.filing_draft import Draft
from sp4n.portal.filing_forms import FilesForm


def take_files(draft: Draft, form: FilesForm) -> bool:
    """Stores what the request brings; False, and words at the field, when some was refused.

    To be called before anything is written: the connection is given back, as cleaning takes long.
    """
    db.session.rollback()
    limits = limits_of(g.agency)
    received = receive(request.files.getlist(FIELD), limits)
    refusals = received.refusals
    for file in received.files:
        try:
            store_upload(
                db.session(),
                storage=current_app.extensions["sp4n.storage"],
                file=file,
                draft_key=draft.key_hash,
                limits=limits,
            )
        except Invalid as refusal:
            refusals.append(refusal.message)
    form.attachments.errors = refusals
    return not refusals


def remove_file(draft: Draft, attachment_id: str) -> None:
    """What is no number, or not this draft's, is not there any more: nothing to say."""
    if attachment_id.isascii() and attachment_id.isdigit() and len(attachment_id) < 19:
        remove_from_draft(db.session(), draft_key=draft.key_hash, attachment_id=int(attachment_id))
