"""/bagian: every part of the interface in each of its states, for those who build pages.

Only development serves it; in production the address is a 404 like any other that does not exist.
"""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any, Final

from flask import Response, current_app, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    DateField,
    EmailField,
    FileField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional

from sp4n.cases.states import State
from sp4n.cases.words import CLASSIFICATION_LABELS
from sp4n.config import Settings
from sp4n.errors import NotFound
from sp4n.portal.blueprints import national_site as bp
from sp4n.portal.national_views import province_tiles
from sp4n.settings.tile_map import Sentiment, Tile
from sp4n.tenants.register.palette import PALETTE, stylesheet
from sp4n.web.charts import Chart, Series
from sp4n.web.forms import Form

KINDS: Final = [SelectChoice(*pair) for pair in CLASSIFICATION_LABELS.items()]
SENTIMENTS: Final[tuple[Sentiment, ...]] = ("ok", "soon", "late", "neutral", "")
MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "Mei", "Jun", "Jul", "Agu", "Sep", "Okt", "Nov", "Des")


class SpecimenForm(Form):
    """A field of each sort; nothing reads what is typed."""

    class Meta(Form.Meta):
        csrf = False

    title = StringField(_l("Judul laporan"), validators=[InputRequired(), Length(10, 150)])
    reporter_name = StringField(_l("Nama"), validators=[Optional()])
    reporter_email = EmailField(_l("Alamat email"), validators=[InputRequired()])
    reference = StringField(_l("Nomor laporan"), render_kw={"disabled": True})
    description = TextAreaField(_l("Isi laporan"), validators=[Length(max=5000)])
    occurred_on = DateField(_l("Tanggal kejadian"), validators=[Optional()])
    category = SelectField(_l("Jenis laporan"), choices=KINDS)
    classification = RadioField(_l("Apa yang ingin Anda sampaikan?"), choices=KINDS)
    anonymous = BooleanField(_l("Sembunyikan identitas saya (anonim)"))
    attachments = FileField(_l("Foto atau dokumen"), validators=[Optional()])


@bp.get("/bagian")
def parts() -> ResponseReturnValue:
    _development_only()
    return render_template(
        "portal/parts/page.html",
        colour=chosen_colour(),
        palette=PALETTE,
        specimen=filled_form(),
        states=list(State),
        events=events(),
        tiles=coloured_tiles(),
        chart=chart(),
    )


@bp.get("/bagian/warna.css")
def parts_colours() -> ResponseReturnValue:
    _development_only()
    colour = chosen_colour()
    return Response(stylesheet(colour) if colour else "", mimetype="text/css")


def _development_only() -> None:
    settings: Settings = current_app.extensions["sp4n.settings"]
    if settings.production:
        raise NotFound


def chosen_colour() -> str:
    """Of the palette, else the national one."""
    colour = request.args.get("warna", "")
    return colour if colour in PALETTE else ""


def filled_form() -> SpecimenForm:
    form = SpecimenForm(
        formdata=None,
        data={
            "title": _("Jalan berlubang di depan pasar"),
            "reporter_email": "nama@contoh",
            "reference": "KP7-4XM-9R3T",
            "classification": "aspirasi",
        },
    )
    form.reporter_email.errors = [_("Isian ini belum benar. Periksa lagi.")]
    return form


def events() -> list[SimpleNamespace]:
    """One of each kind, newest first."""
    rows: list[dict[str, Any]] = [
        {"kind": "reporter", "title": _("Tanggapan Anda"), "by": _("Pelapor")},
        {"kind": "private", "title": _("Catatan"), "by": "BPOM"},
        {"kind": "public", "title": _("Tanggapan instansi"), "by": "BPOM"},
        {"kind": "system", "title": _("Laporan diterima"), "by": _("Sistem")},
    ]
    body = _("Jalan berlubang di depan pasar")
    return [
        SimpleNamespace(
            **row,
            when=f"{24 - place} November 2026",
            at=f"2026-11-{24 - place}",
            body="" if row["kind"] == "system" else body,
            files=[],
        )
        for place, row in enumerate(rows)
    ]


def coloured_tiles() -> list[Tile]:
    """The provinces with a sentiment in turn."""
    return [
        replace(tile, sentiment=SENTIMENTS[place % len(SENTIMENTS)])
        for place, tile in enumerate(province_tiles())
    ]


def chart() -> Chart:
    closed = [14, 18, 22, 19, 25, 31, 28, 30, 34, 29, 36, 21]
    late = [3, 4, 2, 6, 5, 3, 7, 4, 3, 2, 5, 1]
    return Chart(MONTHS, [Series(_("Selesai"), "ok", closed), Series(_("Terlambat"), "late", late)])
