"""/bagian: all parts on one page, in development only."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask

from sp4n.app import create_app
from sp4n.config import Settings
from sp4n.tenants.register.palette import PALETTE, stylesheet
from tests.factories import SiteClient
from tests.pages import Browser


@pytest.mark.parametrize("language", ["id", "en"])
def test_every_part_stands_on_the_page(national: SiteClient, language: str) -> None:
    page = Browser(national).open(f"/bagian?lang={language}")
    assert page.status == 200
    for part in ("notice", "clock", "stages", "timeline", "table", "tabs", "chart"):
        assert page.find_all(part), part
    for part in ("bar", "ticket", "empty", "pagination", "error-summary", "dialog"):
        assert page.find_all(part), part


def test_it_can_be_seen_in_an_agencys_colours(national: SiteClient) -> None:
    colour = PALETTE[16]
    page = Browser(national).open(f"/bagian?warna=%23{colour[1:]}")
    [address] = [link for link in page.links if "/bagian/warna.css" in link]
    assert national.get(address).text == stylesheet(colour)
    assert national.get("/bagian/warna.css?warna=red;}body{").text == ""


def test_production_has_no_such_page(app: Flask, settings: Settings) -> None:
    shut = create_app(replace(settings, env="production"))
    for address in ("/bagian", "/bagian/warna.css"):
        answer = shut.test_client().get(address, base_url="http://localhost/")
        assert answer.status_code == 404
