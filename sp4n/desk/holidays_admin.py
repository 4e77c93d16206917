"""/kelola/libur: the days off that an agency has beside those of the country."""

from __future__ import annotations

from flask import g
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import DateField, StringField
from wtforms.validators import InputRequired
from wtforms.widgets import HiddenInput

from sp4n import clock
from sp4n.accounts.login import current_actor
from sp4n.calendars.local_holidays import LocalHoliday
from sp4n.calendars.working_days import named_days_off
from sp4n.configuration.holidays import add_holiday, drop_holiday, holidays_in
from sp4n.configuration.queries import draft, edits_so_far, newest_values, own_values, published
from sp4n.db import db
from sp4n.desk.draft_pages import DraftForm, DraftPages
from sp4n.web.language import current_language

NAMELESS = _l("Isi nama hari libur.")
GROUNDLESS = _l("Isi dasarnya: keputusan atau surat edaran yang menetapkannya.")


class HolidayForm(DraftForm):
    day = DateField(_l("Tanggal"), validators=[InputRequired(_l("Isi tanggalnya."))])
    name = StringField(
        _l("Nama hari libur"),
        description=_l("Misalnya: Hari Raya Galungan."),
        validators=[InputRequired(NAMELESS)],
    )
    ground = StringField(
        _l("Dasar"),
        description=_l("Misalnya: Surat Edaran Gubernur Bali Nomor 17 Tahun 2026."),
        validators=[InputRequired(GROUNDLESS)],
    )


class DropForm(DraftForm):
    day = DateField(widget=HiddenInput(), validators=[InputRequired()])


class LocalHolidays(DraftPages):
    about = _l("Hari tanpa layanan, di luar libur nasional dan cuti bersama.")

    @expose("/", methods=("GET", "POST"))
    def index_view(self) -> ResponseReturnValue:
        form = HolidayForm()
        if form.validate_on_submit():
            with form.answering():
                add_holiday(
                    db.session(),
                    holiday=LocalHoliday(form.day.data, form.name.data, form.ground.data),
                    today=clock.today(g.agency.zone),
                    edits=form.edits.data or 0,
                    actor=current_actor(),
                )
            if not form.errors:
                return self.done(_("Hari libur masuk ke draf. Berlaku setelah Anda terbitkan."))
        return self._page(form)

    @expose("/hapus", methods=("POST",))
    def drop(self) -> ResponseReturnValue:
        form = DropForm()
        if not form.validate():
            return self.done(_("Hari itu tidak ada di daftar."), "late")
        with form.answering():
            drop_holiday(
                db.session(),
                day=form.day.data,
                edits=form.edits.data or 0,
                actor=current_actor(),
            )
        return self.answered(
            form, _("Hari libur dihapus dari draf. Berlaku setelah Anda terbitkan.")
        )

    def _page(self, form: HolidayForm) -> ResponseReturnValue:
        form.show_edits()
        year, language = clock.today(g.agency.zone).year, current_language()
        page = self.render(
            "desk/configuration/holidays.html",
            form=form,
            edits=edits_so_far(db.session()),
            days=holidays_in(newest_values(db.session())),
            holding=set(holidays_in(own_values(published(db.session())))),
            draft=draft(db.session()),
            national=[(one, named_days_off(one, language)) for one in (year, year + 1)],
        )
        return page, form.status if form.is_submitted() else 200
