"""Templates, compiled once for each language with their words already in it, and links remembered.

A call of gettext costs 20 microseconds and a page has forty; so `_("…")` with a literal text turns
into that text when a template is compiled: `_("Kirim %(n)s", n=x)` into `"Send %(n)s" % {"n": x}`.
"""

from __future__ import annotations

from collections.abc import Callable, MutableMapping
from functools import lru_cache
from threading import Lock
from typing import Any

from cachetools import LRUCache
from flask import Flask, request
from flask.templating import Environment
from flask_babel import get_domain
from jinja2 import Template, nodes
from jinja2.visitor import NodeTransformer

from sp4n.web.language import current_language
from sp4n.web.sites import request_site

MOST_LINKS = 4096
MOST_REMEMBERED = 512  # of each macro


class LanguageEnvironment(Environment):
    """What `render_template` asks for a template; it has one more of its kind for each language."""

    words: Words | None = None

    def __init__(self, app: Flask, **options: Any) -> None:
        super().__init__(app, **options)
        self.languages: dict[str, LanguageEnvironment] = {}

    def get_or_select_template(self, *args: Any, **kwargs: Any) -> Template:
        return super(LanguageEnvironment, self._in_language(current_language())).get_template(
            *args, **kwargs
        )

    def _in_language(self, language: str) -> LanguageEnvironment:
        if language not in self.languages:
            bound = self.overlay()
            assert isinstance(bound, LanguageEnvironment)
            bound.words = Words()
            self.languages[language] = bound
        return self.languages[language]

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """The environment's own dict, where jinja2 lays a chain of two over it, which each import
        of macros and each page would walk through in Python."""
        return {**self.globals, **d} if d else self.globals

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        tree = super()._parse(source, name, filename)
        if self.words is not None:
            self.words.visit(tree)
            tree.set_environment(self)
        return tree


class Words(NodeTransformer):
    """Puts translations, of the language at hand when it is made, in the place of their calls."""

    def __init__(self) -> None:
        self.translations = get_domain().get_translations()

    def visit_Call(self, call: nodes.Call) -> nodes.Node:  # noqa: N802 - jinja2 looks for this name
        self.generic_visit(call)
        text = _text_of(call)
        if text is None:
            return call
        text = self.translations.ugettext(text)
        if not call.kwargs:
            return _marked(text % {}, call.lineno)
        values = [
            nodes.Pair(nodes.Const(one.key), one.value, lineno=call.lineno) for one in call.kwargs
        ]
        words = _marked(text, call.lineno)
        return nodes.Mod(words, nodes.Dict(values, lineno=call.lineno), lineno=call.lineno)


def _text_of(call: nodes.Call) -> str | None:
    """The literal of `_("…")`; None of any other call."""
    is_ours = isinstance(call.node, nodes.Name) and call.node.name == "_"
    if not is_ours or call.dyn_args or call.dyn_kwargs or len(call.args) != 1:
        return None
    text = call.args[0]
    return text.value if isinstance(text, nodes.Const) and isinstance(text.value, str) else None


def _marked(text: str, line: int) -> nodes.Node:
    """As gettext gives it to a template: what a translation says is ours, and may be markup."""
    return nodes.MarkSafeIfAutoescape(nodes.Const(text, lineno=line), lineno=line)


def remembered(macro: Callable[..., str]) -> Callable[..., str]:
    """For a macro whose text follows from what it is given alone, and that is seldom anything new:
    `{% set icon = remembered(icon) %}`. Typed: no text is taken for the markup that it equals."""
    return lru_cache(maxsize=MOST_REMEMBERED, typed=True)(macro)


class Links:
    """`url_for`, remembered: an address depends on what it names and on the form of the site's."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self._kept: LRUCache[Any, str] = LRUCache(MOST_LINKS)
        self._lock = Lock()

    def url_for(self, endpoint: str, **values: Any) -> str:
        asked = request._get_current_object()  # type: ignore[attr-defined]
        key = (
            endpoint,
            asked.blueprint if endpoint.startswith(".") else "",
            asked.script_root,
            request_site(asked).kind,
            *[(name, type(value), str(value)) for name, value in values.items()],
        )
        with self._lock:
            found = self._kept.get(key)
        if found is None:
            found = self.app.url_for(endpoint, **values)
            # Relative ones: an address with a host is that of this request.
            if found.startswith("/") and not found.startswith("//"):
                with self._lock:
                    self._kept[key] = found
        return found


def init_app(app: Flask) -> None:
    app.jinja_env.globals.update(url_for=Links(app).url_for, remembered=remembered)
