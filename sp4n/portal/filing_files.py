"""Files that come along with a report: the good ones are kept, of each bad one it is said why."""

from __future__ import annotations

from flask import current_app, g, request
from werkzeug.datastructures import FileStorage

from sp4n.db import db
from sp4n.errors import Invalid
from sp4n.files.checking import Limits, check_count, read_upload
from sp4n.files.cleaning import CleanFile, clean_upload
from sp4n.files.operations import remove_from_draft, store_upload
from sp4n.files.own_limits import limits_of
from sp4n.files.refusals import FIELD
from sp4n.portal.filing_draft import Draft
from sp4n.portal.filing_forms import FilesForm


def take_files(draft: Draft, form: FilesForm) -> bool:
    """Stores what the request brings; False, and words at the field, when some was refused.

    To be called before anything is written: the connection is given back, as cleaning takes long.
    """
    db.session.rollback()
    refusals: list[str] = []
    limits = limits_of(g.agency)
    for file in clean_uploads(refusals, limits):
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


def clean_uploads(refusals: list[str], limits: Limits) -> list[CleanFile]:
    """Those of this request; why some are none of ours goes to `refusals`."""
    cleaned: list[CleanFile] = []
    uploads = [upload for upload in request.files.getlist(FIELD) if upload.filename]
    for place, upload in enumerate(uploads):
        try:
            cleaned.append(_clean_one(upload, place, limits))
        except Invalid as refusal:
            refusals.append(refusal.message)
    return cleaned


def _clean_one(upload: FileStorage, place: int, limits: Limits) -> CleanFile:
    """`place`: its place among those that came together; nobody's hundredth file is looked into."""
    name = upload.filename or ""
    source = read_upload(upload.stream, file_name=name, media_type=upload.mimetype, limits=limits)
    check_count(source.shown_name, already=place, limits=limits)
    return clean_upload(source, limits=limits)
