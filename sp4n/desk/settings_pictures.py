"""Files that come along with settings: checked, drawn anew, kept; the form carries their names."""

from __future__ import annotations

from flask import current_app, request
from flask_babel import gettext as _
from werkzeug.datastructures import FileStorage

from sp4n.configuration.catalogue import Group, Setting
from sp4n.db import db
from sp4n.desk.settings_forms import GroupForm, file_of
from sp4n.errors import Invalid
from sp4n.files.checking import read_upload
from sp4n.files.cleaning import clean_upload
from sp4n.files.drawing import LIMITS, Drawn, Sort, draw
from sp4n.files.kinds import is_markup, kind_of
from sp4n.files.names import shown_name
from sp4n.files.pictures import keep_picture
from sp4n.files.refusals import refused


def take_pictures(group: Group, form: GroupForm, *, but: str) -> bool:
    """False, with words at its field, where a file was refused. `but`: goes to its default.

    To be called before anything is written: the connection is given back, as drawing takes long.
    """
    db.session.rollback()
    drawn: dict[str, Drawn] = {}
    for setting, file in _sent(group):
        if setting.key == but:
            continue
        try:
            drawn[setting.key] = _drawn(file, setting.sort or Sort.LOGO)
        except Invalid as refusal:
            form[file_of(setting.key)].errors = [refusal.message]
    return not form.errors and _are_kept(form, drawn)


def ask_for_files_again(group: Group, form: GroupForm) -> None:
    """A form that is shown again brings no files, and nothing of what it brought has been kept."""
    for setting, file in _sent(group):
        named, field = form[setting.key], form[file_of(setting.key)]
        named.process_data(next(iter(named.raw_data or ()), ""))
        if not field.errors:
            again = _(
                "Pilih lagi “%(name)s”: berkas disimpan setelah semua isian benar.",
                name=shown_name(file.filename or ""),
            )
            field.errors = [again]


def _sent(group: Group) -> list[tuple[Setting, FileStorage]]:
    found = [(one, request.files.get(file_of(one.key))) for one in group.settings if one.sort]
    return [(setting, file) for setting, file in found if file and file.filename]


def _are_kept(form: GroupForm, drawn: dict[str, Drawn]) -> bool:
    storage = current_app.extensions["sp4n.storage"]
    with form.answering():
        for key, one in drawn.items():
            form[key].data = keep_picture(db.session(), storage=storage, drawn=one)
    return not form.errors


def _drawn(file: FileStorage, sort: Sort) -> Drawn:
    limits = LIMITS[sort]
    upload = read_upload(
        file.stream, file_name=file.filename or "", media_type=file.mimetype, limits=limits
    )
    kind = kind_of(upload.content)
    if upload.content and (kind is None or not kind.is_image):
        markup = is_markup(upload.content)
        raise refused("drawn_by_program" if markup else "no_picture", upload.shown_name)
    return draw(clean_upload(upload, limits=limits), sort)
