"""A machine that follows the filing form: reads each page, fills in by name, presses a button."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from io import BytesIO
from typing import Any
from urllib.parse import urlsplit

from werkzeug.datastructures import Headers, MultiDict

from tests.factories import SiteClient
from tests.page_rules import tree_of

ANSWERS: dict[str, str] = {
    "classification": "pengaduan",
    "title": "Jalan berlubang di depan Pasar Beringkit",
    "description": "Lubang sedalam 20 cm di tengah jalan.\nSudah dua pengendara jatuh minggu ini.",
    "location": "Jalan Raya Mengwi",
    "category": "kesehatan",
    "reporter_name": "Siti Rahma",
    "reporter_email": "siti.rahma@contoh.id",
    "reporter_phone": "0812 3456 7890",
}
File = tuple[bytes, str, str]  # content, name, type


@dataclass(frozen=True)
class Page:
    status: int
    path: str
    text: str
    headers: Headers

    @cached_property
    def tree(self) -> Any:
        return tree_of(self.text)

    @property
    def title(self) -> str:
        return str(self.tree.findtext(".//title"))

    @property
    def step(self) -> str:
        return urlsplit(self.path).path.rpartition("/")[2]

    @property
    def words(self) -> str:
        return " ".join("".join(self.tree.find(".//main").itertext()).split())

    @property
    def summary(self) -> str:
        """What the box on top says."""
        box = self.tree.find(".//*[@data-error-summary]")
        return "" if box is None else " ".join("".join(box.itertext()).split())

    def error_at(self, field: str) -> str:
        found = self.tree.find(f".//*[@id='{field}-error']")
        return "" if found is None else " ".join("".join(found.itertext()).split())

    def marked(self, name: str) -> str:
        """The text of the element with this data attribute."""
        return "".join(self.tree.find(f".//*[@{name}]").itertext()).strip()

    @property
    def form(self) -> Any:
        found = self.tree.findall(".//form[@data-form='lapor']")
        assert len(found) == 1, self.text
        return found[0]

    @property
    def fields(self) -> dict[str, Any]:
        """What a browser would send of the form as it stands."""
        values: dict[str, Any] = {}
        for one in self.form.iter("input"):
            if one in self.waiting:
                continue
            ticked = one.get("type") not in ("radio", "checkbox") or "checked" in one.attrib
            if one.get("name") == "asked":
                values.setdefault("asked", []).append(one.get("value"))
            elif ticked and one.get("type") != "file":
                values[one.get("name")] = one.get("value", "on")
        for one in self.form.iter("textarea"):
            if one in self.waiting:
                continue
            values[one.get("name")] = (one.text or "").removeprefix("\n")
        for one in self.form.iter("select"):
            options = list(one.iter("option"))
            chosen = [o for o in options if "selected" in o.attrib] or options[:1]
            values[one.get("name")] = chosen[0].get("value", "")
        return values

    @property
    def names(self) -> set[str]:
        """Of everything that can be filled in."""
        controls = [*self.form.iter("input"), *self.form.iter("textarea")]
        every = [*controls, *self.form.iter("select")]
        return {one.get("name") for one in every if one not in self.waiting}

    @cached_property
    def waiting(self) -> set[Any]:
        """What stands in templates: a browser sends it once a script has taken it out of them."""
        return {one for part in self.tree.iter("template") for one in part.iter()}


class Walker:
    """One browser. `page` is what it shows."""

    def __init__(self, client: SiteClient) -> None:
        self.client = client
        self.page: Page

    def open(self, path: str) -> Page:
        answer = self.client.get(path, follow_redirects=True)
        return self._show(answer)

    def send(
        self, path: str, fields: Mapping[str, Any], headers: Mapping[str, str] | None = None
    ) -> Page:
        """A POST of just these fields, as no browser would have made it up."""
        data = MultiDict(fields)
        for name in data:
            files = [v for v in data.getlist(name) if isinstance(v, tuple)]
            if files:
                data.setlist(name, [(BytesIO(body), file, kind) for body, file, kind in files])
        answer = self.client.post(
            path, data=data, headers=dict(headers or {}), follow_redirects=True
        )
        return self._show(answer)

    def go(self, button: str = "", files: list[File] | None = None, /, **typed: str | None) -> Page:
        """Fills in what is given (None: not sent at all) and presses the button."""
        fields: dict[str, Any] = {**self.page.fields, **typed}
        fields = {name: value for name, value in fields.items() if value is not None}
        if files:
            fields["attachments"] = files
        if button:
            fields[button] = "1"
        return self.send(self.page.form.get("action"), fields)

    def answer(self, files: list[File] | None = None, **over: str | None) -> Page:
        """From where it stands through every question, up to the answers to check."""
        known = {**ANSWERS, **over}
        while self.page.step != "periksa":
            page = self.page
            typed = {name: known[name] for name in page.names & known.keys()}
            self.go("", files if "attachments" in page.names else None, **typed)
            assert self.page.status == 200, self.page.summary
            assert self.page.step != page.step
        return self.page

    def file(self, files: list[File] | None = None, **over: str | None) -> Page:
        """A whole report, to its confirmation."""
        self.open("/lapor")
        self.answer(files, **over)
        return self.go()

    def _show(self, answer: Any) -> Page:
        where = urlsplit(answer.request.url)
        path = where.path + (f"?{where.query}" if where.query else "")
        self.page = Page(
            answer.status_code, path, answer.get_data(as_text=True), Headers(answer.headers)
        )
        return self.page
