"""Feeds: well formed whatever is in a case, asked again cheaply, of nothing but what is public."""

from __future__ import annotations

from typing import Any
from xml.etree import ElementTree

from werkzeug.http import http_date

from sp4n.tenants.resolver import AgencyFacts
from tests.factories import ClientFor, SiteClient
from tests.scenes import Scene

ATOM = "{http://www.w3.org/2005/Atom}"


def entries(answer: Any) -> list[dict[str, str]]:
    assert (answer.status_code, answer.mimetype) == (200, "application/atom+xml")
    feed = ElementTree.fromstring(answer.data)
    assert feed.findtext(f"{ATOM}id")
    assert feed.findtext(f"{ATOM}updated")
    return [
        {
            "title": one.findtext(f"{ATOM}title") or "",
            "id": one.findtext(f"{ATOM}id") or "",
            "words": one.findtext(f"{ATOM}content") or "",
            "link": next(link.get("href") or "" for link in one.iter(f"{ATOM}link")),
        }
        for one in feed.iter(f"{ATOM}entry")
    ]


def test_an_agencys_cases_a_search_of_all_and_one_case_are_feeds(
    scene: Scene, national: SiteClient
) -> None:
    client = scene.browser().client
    assert entries(client.get("/laporan.xml")) == []
    odd = scene.verify(
        scene.filed(),
        public_title="Kecubung <b> & “retak” ]]>",
        public_body="Satu\x0b\x1fdua\ufffe",
    )
    scene.answer(odd, "Sudah diganti <script>.")
    [one] = entries(client.get("/laporan.xml"))
    assert one["title"] == "Kecubung <b> & “retak” ]]>"
    assert one["link"].endswith(f"{scene.agency.slug}.localhost:8000/laporan/{odd.reference}")
    assert [found["id"] for found in entries(national.get("/laporan.xml?q=kecubung"))] == [
        one["id"]
    ]
    assert entries(national.get("/laporan.xml?q=kecubung&status=closed")) == []
    told = entries(client.get(f"/laporan/{odd.reference}/umpan.xml"))
    assert told[0]["words"] == "Sudah diganti <script>."
    assert told[-1]["id"] == one["id"]
    page = scene.browser().open(f"/laporan/{scene.verify(scene.filed()).reference}")
    assert any(link.endswith("/umpan.xml") for link in page.links)


def test_a_feed_is_asked_again_cheaply(
    scene: Scene, keeping: ClientFor, client_for: ClientFor
) -> None:
    filing = scene.verify(scene.filed())
    for client in (client_for(scene.agency), keeping(scene.agency)):
        for path in ("/laporan.xml", f"/laporan/{filing.reference}/umpan.xml"):
            first = client.get(path)
            for known in (
                {"If-None-Match": first.headers["ETag"]},
                {"If-Modified-Since": first.headers["Last-Modified"]},
            ):
                again = client.get(path, headers=known)
                assert (again.status_code, again.data) == (304, b""), (path, known)
            for other in (
                {"If-None-Match": 'W/"x"', "If-Modified-Since": first.headers["Last-Modified"]},
                {"If-Modified-Since": http_date(0)},
                {"If-Modified-Since": "kemarin"},
            ):
                assert client.get(path, headers=other).status_code == 200, (path, other)


def test_what_is_not_public_is_in_no_feed(
    scene: Scene, national: SiteClient, other_agency: AgencyFacts, client_for: ClientFor
) -> None:
    hidden = [
        scene.filed(title="Biduri rahasia"),
        scene.verify(scene.filed(title="Biduri rahasia"), publish=False),
        scene.verify(scene.filed(title="Biduri rahasia", confidential=True)),
    ]
    gone = scene.verify(scene.filed(), public_title="Biduri arsip")
    scene.archive(gone)
    shown = scene.verify(scene.filed(description="Biduri milik Wirawan."))
    scene.note(shown, "catatan biduri")
    client, elsewhere = scene.browser().client, client_for(other_agency)
    for here in (client, national, elsewhere):
        assert entries(here.get("/laporan.xml?q=biduri")) == []
    for filing in (*hidden, gone):
        assert client.get(f"/laporan/{filing.reference}/umpan.xml").status_code == 404
    assert elsewhere.get(f"/laporan/{shown.reference}/umpan.xml").status_code == 404
    text = client.get(f"/laporan/{shown.reference}/umpan.xml").get_data(as_text=True).lower()
    assert "biduri" not in text
    assert "wirawan" not in text
