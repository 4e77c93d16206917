"""Templates with their words bound say what they said before; a remembered link is no other's."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from flask_babel import gettext
from jinja2 import Template
from markupsafe import Markup

from sp4n.tenants.resolver import AgencyFacts
from sp4n.web.templates import LanguageEnvironment
from tests.factories import ClientFor

AUTOESCAPED = "{% autoescape true %}"


def rendered(app: Flask, source: str, language: str = "en", **values: Any) -> str:
    with app.test_request_context(f"/?lang={language}"):
        environment = app.jinja_env
        assert isinstance(environment, LanguageEnvironment)
        template: Template = environment._in_language(language).from_string(source)
        return template.render(values)


@pytest.mark.parametrize(
    ("source", "english"),
    [
        ("{{ _('Buat laporan') }}", "{0}"),
        ("{% set x = _('Buat laporan') %}[{{ x }}]", "[{0}]"),
        ("{{ _('Buat laporan')|upper }}", "{1}"),
        ("{{ [_('Buat laporan'), 'x']|join('-') }}", "{0}-x"),
        ("{% macro m(t=_('Buat laporan')) %}{{ t }}{% endmacro %}{{ m() }}", "{0}"),
        ("{{ _(word) }}", "{0}"),
        ("{{ _(*[word]) }}", "{0}"),
    ],
)
def test_words_are_those_of_the_language(app: Flask, source: str, english: str) -> None:
    with app.test_request_context("/?lang=en"):
        word = gettext("Buat laporan")
    assert word != "Buat laporan"
    assert rendered(app, source, word="Buat laporan") == english.format(word, word.upper())
    indonesian = english.format("Buat laporan", "BUAT LAPORAN")
    assert rendered(app, source, "id", word="Buat laporan") == indonesian


def test_what_is_put_into_words_is_escaped_and_the_words_are_not(app: Flask) -> None:
    source = AUTOESCAPED + "{{ _('<b>%(who)s</b> 100%%', who=who) }}{% endautoescape %}"
    assert rendered(app, source, who="<i>") == "<b>&lt;i&gt;</b> 100%"
    assert rendered(app, source, who=Markup("<i>")) == "<b><i></b> 100%"
    plain = "{% autoescape false %}{{ _('<b>%(who)s</b>', who=who) }}{% endautoescape %}"
    assert rendered(app, plain, who="<i>") == "<b><i></b>"
    assert rendered(app, "{{ _('100%%') }}") == "100%"


def test_a_process_speaks_both_languages_in_turn(client_for: ClientFor) -> None:
    client = client_for(None)
    for language in ("id", "en", "id", "en"):
        page = client.get(f"/?lang={language}").text
        assert f'<html lang="{language}">' in page
        assert ("Semua instansi" in page) == (language == "id")


def test_a_remembered_link_keeps_to_its_site(
    client_for: ClientFor, agency: AgencyFacts, other_agency: AgencyFacts
) -> None:
    """In the path form, by host, and on the national site, in any order."""
    national = client_for(None)
    for _round in range(2):
        for one in (agency, other_agency):
            assert f'href="/i/{one.slug}/lapor' in national.get(f"/i/{one.slug}/").text
            by_host = client_for(one).get("/").text
            assert 'href="/lapor' in by_host
            assert "/i/" not in by_host
        assert "/i/" not in client_for(None).get("/instansi?q=tidak-ada").text


def test_values_of_other_kinds_are_other_links(app: Flask) -> None:
    source = "{{ url_for('portal.cases', q=q) }}"
    with app.test_request_context("/", environ_overrides={"HTTP_HOST": "x.localhost"}) as context:
        from sp4n.web.sites import Site

        context.request.environ["sp4n.site"] = Site("agency", slug="x")
        context.url_adapter = app.create_url_adapter(context.request)
        template = app.jinja_env.from_string(source)
        links = [template.render(q=q) for q in ("None", None, "1", 1, "a&b", ["a", "b"])]
    assert links == [
        "/laporan?q=None",
        "/laporan",
        "/laporan?q=1",
        "/laporan?q=1",
        "/laporan?q=a%26b",
        "/laporan?q=a&amp;q=b",
    ]


def test_what_a_macro_said_of_text_is_not_said_of_markup(app: Flask) -> None:
    source = (
        AUTOESCAPED
        + "{% macro m(x) %}[{{ x }}]{% endmacro %}{% set m = remembered(m) %}"
        + "{{ m(text) }}{{ m(text|safe) }}{{ m(text) }}{% endautoescape %}"
    )
    assert rendered(app, source, text="<i>") == "[&lt;i&gt;][<i>][&lt;i&gt;]"
