"""Whose brand a text wears: the names, addresses, colours and pictures of agencies, found in pages,
mails and documents."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from functools import cached_property
from io import BytesIO

import pikepdf

from sp4n.notices.jobs import NATIONAL_COLOUR
from sp4n.tenants.register.palette import dark, light
from sp4n.tenants.resolver import PUBLISHED, AgencyFacts

PICTURE = re.compile(r"/gambar/([^/\"'\s]+)/")
COLOUR = re.compile(r"#[0-9a-f]{6}\b")
SHORTEST = 3  # a mark of no more letters is no mark
BEGINNING = re.compile(rf"(?<![\w.-])(?=(.{{{SHORTEST + 1}}}))", re.DOTALL)
WORD = re.compile(r"\w")
NOT_SAID = {"colour", "logo", "icon", "cover"}


@dataclass(frozen=True)
class Brand:
    agency: AgencyFacts

    @cached_property
    def marks(self) -> frozenset[str]:
        """All that it says of itself, each as a reader would read it."""
        said = {fact.name for fact in fields(self.agency)} & PUBLISHED - NOT_SAID
        texts = [str(getattr(self.agency, name)) for name in (*said, "name", "short_name")]
        lines = [line.strip() for text in texts for line in text.splitlines()]
        return frozenset(one for one in (*lines, f"{self.agency.slug}.") if len(one) > SHORTEST)

    @cached_property
    def colours(self) -> frozenset[str]:
        shades = (light(self.agency.colour), dark(self.agency.colour))
        return frozenset(
            {self.agency.colour, *(one.brand for one in shades), *(one.brand_ink for one in shades)}
        )

    @property
    def pictures(self) -> set[str]:
        return {self.agency.logo, self.agency.icon, self.agency.cover}


class Brands:
    """Of all agencies that might be mixed up."""

    def __init__(self, brands: Iterable[Brand]) -> None:
        self.brands = list(brands)
        marks = sorted({mark for one in self.brands for mark in one.marks}, key=len, reverse=True)
        self.beginning: dict[str, list[str]] = {}
        for mark in marks:
            self.beginning.setdefault(mark[: SHORTEST + 1], []).append(mark)
        self.colours = {colour for one in self.brands for colour in one.colours}
        self.colours.add(NATIONAL_COLOUR)

    def foreign(self, own: Brand, text: str, *, colours: bool = True) -> Iterator[str]:
        """What in `text` is another agency's or the default's, and not `own` as well."""
        read = html.unescape(text)
        for mark in set(self.found_in(read)):
            if not any(mark in mine for mine in own.marks):
                yield mark
        yield from set(PICTURE.findall(read)) - own.pictures
        if colours:
            seen = set(COLOUR.findall(read.lower()))
            yield from seen & self.colours - own.colours

    def found_in(self, read: str) -> Iterator[str]:
        """The longest mark wherever one stands as words of its own, one after the other: looked up
        by how it begins, for one pattern of all agencies' marks took seconds a page."""
        end = 0
        for begins in BEGINNING.finditer(read):
            start = begins.start()
            for mark in self.beginning.get(begins[1], ()) if start >= end else ():
                after = start + len(mark)
                if read.startswith(mark, start) and not WORD.match(read, after):
                    end = after
                    yield mark
                    break


def words_of_pdf(content: bytes) -> str:
    """Its lines, its links and its title, as text."""
    with pikepdf.open(BytesIO(content)) as pdf:
        said = [str(pdf.docinfo.get("/Title", ""))]
        for page in pdf.pages:
            for step in pikepdf.parse_content_stream(page):
                if str(step.operator) == "Tj":
                    said.append(bytes(step.operands[0]).decode("latin-1"))
            said += [str(note.A.URI) for note in page.get("/Annots", [])]
    return "\n".join(said)
