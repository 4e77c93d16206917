"""Indonesian and English are complete: what is said is said in both, and goes by gettext."""

from __future__ import annotations

from io import BytesIO

import pytest
from babel.messages.pofile import read_po

from tests.rules import translations, untranslated

SAID = {
    "Lanjutkan": "a.py:1",
    "Laporan %(reference)s": "a.py:2",
    ("%(num)s detik", "%(num)s detik"): "a.py:3",
}
COMPLETE = """
msgid ""
msgstr "Content-Type: text/plain; charset=utf-8\\n"

msgid "Lanjutkan"
msgstr "Continue"

msgid "Laporan %(reference)s"
msgstr "Report %(reference)s"

msgid "%(num)s detik"
msgid_plural "%(num)s detik"
msgstr[0] "one second"
msgstr[1] "%(num)s seconds"
"""


def found(catalogue: str) -> list[str]:
    return translations.breaches(SAID, read_po(BytesIO(catalogue.encode()), locale="en"))


def test_everything_that_is_said_is_said_in_english_too() -> None:
    faults = translations.breaches(translations.spoken(), translations.english())
    assert faults == [], "; ".join(faults[:20])


def test_what_is_extracted_is_what_the_house_says() -> None:
    said = translations.spoken()
    places = {place.rpartition(":")[0] for place in said.values()}
    assert "templates/_parts/parts.html" in places
    assert any(place.startswith("sp4n/cases/") for place in places)
    assert len(said) > 500


def test_a_complete_catalogue_is_in_order() -> None:
    assert found(COMPLETE) == []


def test_no_catalogue_is_said_plainly() -> None:
    (fault,) = translations.breaches(SAID, None)
    assert "missing" in fault


@pytest.mark.parametrize(
    ("before", "after", "says"),
    [
        ('msgstr "Continue"', 'msgstr ""', "no English for 'Lanjutkan'"),
        ('msgid "Lanjutkan"\nmsgstr "Continue"', "", "no English for 'Lanjutkan'"),
        ('msgid "Lanjutkan"', '#, fuzzy\nmsgid "Lanjutkan"', "fuzzy"),
        ('msgid "Lanjutkan"', 'msgid "Batal"', "nobody says 'Batal' any more"),
        ('"Report %(reference)s"', '"Report %(number)s"', "other placeholders"),
        ('"Report %(reference)s"', '"Report"', "other placeholders"),
        ('"Report %(reference)s"', '"<b>Report</b> %(reference)s"', "other tags"),
        ('"Continue"', '"Continue "', "other space"),
        ('msgstr[1] "%(num)s seconds"', 'msgstr[1] ""', "no English"),
        ("%(num)s seconds", "%(count)s seconds", "other placeholders"),
        ('msgid "Lanjutkan"', '#~ msgid "Lama"\n#~ msgstr "Old"\n\nmsgid "Lanjutkan"', "obsolete"),
    ],
)
def test_each_fault_of_a_catalogue_is_seen(before: str, after: str, says: str) -> None:
    assert before in COMPLETE
    assert any(says in fault for fault in found(COMPLETE.replace(before, after)))


def test_nothing_is_said_in_one_language_only() -> None:
    faults = untranslated.breaches()
    assert faults == [], f"put it through gettext: {faults}"


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("<p>Kirim laporan</p>", "Kirim laporan"),
        ('<a href="{{ url }}">Buka {{ name }}</a>', "Buka …"),
        ('<input placeholder="Cari instansi">', "Cari instansi"),
        ("{% if x %}<b {% if y %}class='a'{% endif %}>Tutup</b>{% endif %}", "Tutup"),
        ('<button aria-label="Tutup">×</button>', "Tutup"),
    ],
)
def test_a_bare_word_in_a_template_is_seen(source: str, text: str) -> None:
    assert list(untranslated.in_template(source)) == [text]


@pytest.mark.parametrize(
    "source",
    [
        '<p>{{ _("Kirim laporan") }}</p>',
        "<p>{% trans %}Kirim laporan{% endtrans %}</p>",
        '<p class="lead" data-x="abc">{{ n }}: {{ name }}&nbsp;·</p>',
        "<script src='app.js'></script><p>SP4N</p>",
    ],
)
def test_a_template_that_asks_gettext_is_in_order(source: str) -> None:
    assert list(untranslated.in_template(source)) == []


@pytest.mark.parametrize(
    "source",
    [
        'flash("Sudah disimpan.", "ok")',
        'raise NotPossible(f"diubah oleh {name}")',
        'raise Invalid(fields={"name": "Isi nama."})',
        'name = StringField("Nama")',
        'name = StringField(_l("Nama"), validators=[Length(max=3)], description="Sesuai KTP")',
        'InputRequired(message="Isi ini.")',
    ],
)
def test_a_bare_word_in_the_code_is_seen(source: str) -> None:
    assert len(list(untranslated.in_code(source))) == 1


def test_code_that_asks_gettext_is_in_order() -> None:
    source = 'flash(_("Sudah disimpan."), "ok"); raise Invalid(fields={"name": _("Isi nama.")})'
    assert list(untranslated.in_code(source)) == []
