"""Files that come along with a report: the good ones are kept, of each bad one it is said why."""

from __future__ import annotations

from flask import current_app, request
from werkzeug.datastructures import FileStorage

from sp4n.db import db
from sp4n.errors import Invalid
from sp4n.files.checking import DEFAULT_LIMITS, check_count, read_upload
from sp4n.files.cleaning import CleanFile, clean_upload
from sp4n.files.operations import remove_from_draft, store_upload
from sp4n.files.refusals import FIELD
from sp4n.portal.filing_draft import Draft
from sp4n.portal.filing_forms import FilesForm


def take_files(draft: Draft, form: FilesForm) -> bool:
    """Stores what the request brings; False, and words at the field, when some was refused.

    To be called before anything is written: the connection is given back, as cleaning takes long.
    """
    db.session.rollback()
    refusals: list[str] = []
    for file in _clean(refusals):
        try:
            storage = current_app.extensions["sp4n.storage"]
            store_upload(db.session(), storage=storage, file=file, draft_key=draft.key_hash)
        except Invalid as refusal:
            refusals.append(refusal.message)
    form.attachments.errors = refusals
    return not refusals


def remove_file(draft: Draft, attachment_id: str) -> None:
    """What is no number, or not this draft's, is not there any more: nothing to say."""
    if attachment_id.isascii() and attachment_id.isdigit() and len(attachment_id) < 19:
        remove_from_draft(db.session(), draft_key=draft.key_hash, attachment_id=int(attachment_id))


def _clean(refusals: list[str]) -> list[CleanFile]:
    cleaned: list[CleanFile] = []
    uploads = [upload for upload in request.files.getlist(FIELD) if upload.filename]
    for place, upload in enumerate(uploads):
        try:
            cleaned.append(_clean_one(upload, place))
        except Invalid as refusal:
            refusals.append(refusal.message)
    return cleaned


def _clean_one(upload: FileStorage, place: int) -> CleanFile:
    """`place`: its place among those that came together; nobody's hundredth file is looked into."""
    name = upload.filename or ""
    source = read_upload(upload.stream, file_name=name, media_type=upload.mimetype)
    check_count(source.shown_name, already=place, limits=DEFAULT_LIMITS)
    return clean_upload(source)
