"""What templates may call: text as it was typed, shares of a bar."""

from __future__ import annotations

import re
from typing import Final

from flask import Flask
from flask_babel import gettext as _
from markupsafe import Markup, escape

from sp4n.web.charts import share

MASK: Final = "▇▇▇"  # in the place of what not everyone may read


def covered(text: str) -> Markup:
    """Text in which something is masked, with a word for who does not see it."""
    if MASK not in text:
        return escape(text)
    words = Markup('<span aria-hidden="true">{}</span><span class="visually-hidden">{}</span>')
    return escape(text).replace(MASK, words.format(MASK, covered_word()))


def covered_plainly(text: str) -> str:
    """Where there can be no markup."""
    return text.replace(MASK, covered_word())


def covered_word() -> str:
    return str(_("[disamarkan]"))


def paragraphs(text: str) -> Markup:
    """Blank lines part paragraphs, single ones are kept; nothing in it is markup."""
    blocks = [block for block in text.split("\n\n") if block.strip()]
    lines = (Markup("<br>").join(escape(line) for line in block.split("\n")) for block in blocks)
    return Markup("").join(Markup("<p>{}</p>").format(one) for one in lines)


# What no XML may hold, not even escaped.
NO_XML: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def in_xml(text: str) -> str:
    """Without characters that would make a feed unreadable; the template escapes the rest."""
    return NO_XML.sub("", text)


def init_app(app: Flask) -> None:
    app.add_template_filter(in_xml)
    app.add_template_filter(paragraphs)
    app.add_template_filter(covered)
    app.add_template_filter(covered_plainly)
    app.add_template_global(share)
