"""What the form library says by itself reaches nobody in its own words."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from wtforms import DateField, IntegerField, SelectField, SelectMultipleField

from sp4n.web.forms import Form


class Questions(Form):
    kind = SelectField(choices=["a"])
    day = DateField()
    number = IntegerField()
    units = SelectMultipleField(choices=["a"])


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("kind", "b", "Pilihan itu tidak ada di daftar. Pilih salah satu."),
        ("day", "30/02/2026", "Tanggal itu tidak ada di kalender. Tulis seperti 2026-11-20."),
        ("number", "x", "Isian ini belum benar. Periksa lagi."),
        ("units", "b", "Isian ini belum benar. Periksa lagi."),
    ],
)
def test_a_wrong_answer_is_refused_in_indonesian(
    app: Flask, field: str, typed: str, said: str
) -> None:
    with app.test_request_context("/", method="POST", data={field: typed}):
        form: Any = Questions(meta={"csrf": False})
        form.validate()
        assert form[field].errors == [said]
