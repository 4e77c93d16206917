"""A browser without scripts, as far as these tests need one: pages, their forms, sign-in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import urlsplit

from werkzeug.datastructures import Headers

from tests.accounts.people import PASSWORD
from tests.factories import SiteClient
from tests.page_rules import tree_of


@dataclass(frozen=True)
class Page:
    status: int
    text: str
    headers: Headers

    @property
    def location(self) -> str:
        return self.headers.get("Location", "")

    @cached_property
    def tree(self) -> Any:
        return tree_of(self.text)

    @property
    def title(self) -> str:
        return str(self.tree.findtext(".//title"))

    @property
    def csrf(self) -> str:
        field = self.tree.find(".//input[@name='csrf_token']")
        return str(field.get("value"))


def open_page(client: SiteClient, path: str) -> Page:
    return _page(client.get(path))


def send(
    client: SiteClient, path: str, fields: Mapping[str, Any], headers: Mapping[str, str] = {}
) -> Page:
    return _page(client.post(path, data=dict(fields), headers=dict(headers)))


def sign_in(
    client: SiteClient,
    email: str,
    password: str = PASSWORD,
    *,
    prefix: str = "",
    next_path: str = "",
    headers: Mapping[str, str] = {},
) -> Page:
    form = form_of(open_page(client, f"{prefix}/masuk"), "masuk")
    typed = {**form, "email": email, "password": password, "next": next_path}
    return send(client, f"{prefix}/masuk", typed, headers)


def form_of(page: Page, name: str) -> dict[str, str]:
    """The fields of the form with that data-form, with their values."""
    form = page.tree.find(f".//form[@data-form='{name}']")
    assert form is not None, page.text
    return fields_of(form)


def fields_of(form: Any) -> dict[str, str]:
    inputs = {field.get("name"): field.get("value", "") for field in form.iter("input")}
    areas = {field.get("name"): field.text or "" for field in form.iter("textarea")}
    return {**inputs, **areas}


def _page(answer: Any) -> Page:
    return Page(answer.status_code, answer.get_data(as_text=True), answer.headers)


def cookie_of(client: SiteClient) -> dict[str, Any]:
    """What the session cookie of a client says, as the server reads it."""
    cookie = client.get_cookie("sp4n", domain=_host(client))
    return dict(_serializer(client).loads(cookie.value)) if cookie else {}


def give_cookie(client: SiteClient, content: dict[str, Any]) -> None:
    """As if the server had signed it: what an attacker cannot do."""
    client.set_cookie("sp4n", _serializer(client).dumps(content), domain=_host(client))


def _serializer(client: SiteClient) -> Any:
    app: Any = client.application
    return app.session_interface.get_signing_serializer(app)


def _host(client: SiteClient) -> str:
    return str(urlsplit(client.site_url).hostname)
