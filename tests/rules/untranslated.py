"""Words that people read and that are not put through gettext, in templates and in the code."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from jinja2 import Environment, nodes

ROOT = Path(__file__).resolve().parents[2]
# Words that are the same in every language.
NAMES = re.compile(
    r"\b(SP4N|PDF|JPEG|JPG|PNG|WIB|WITA|WIT|ID|EN|English|Bahasa / Language|Bahasa Indonesia)\b"
)
# Blocks that fill in an attribute, and macros whose word is for other templates.
UNREAD_BLOCKS = {"body_class", "page_class", "home_path", "encoding"}
UNREAD_MACROS = {"_shape"}
# A place in the page where something is filled in.
FILLED = "\x01"
TAG = re.compile(rf"<!--.*?-->|<[!/a-zA-Z{FILLED}][^>]*>", re.S)
HIDDEN = re.compile(r"<(script|style)\b.*?</\1>", re.S)
READ_ATTRIBUTES = re.compile(
    r'\b(?:title|alt|placeholder|aria-label|aria-description|content|value)="([^"]*)"'
)
WORD = re.compile(r"[^\W\d_]{2,}")
ENTITY = re.compile(r"&\w+;|&#\d+;")

# Whose first argument people read.
SAYING = {
    "flash",
    "Invalid",
    "NotAllowed",
    "NotFound",
    "NotPossible",
    "TooMany",
    "Unavailable",
    "ValidationError",
    "InputRequired",
    "DataRequired",
}
READ_KEYWORDS = {"label", "description", "message", "placeholder", "title"}
FIELD = re.compile(r"[A-Z]\w*Field$")


def in_template(source: str) -> Iterator[str]:
    """Runs of text with letters that stand in the page as they are."""
    tree = Environment(extensions=["jinja2.ext.i18n"], autoescape=True).parse(source)
    page = "".join(pieces(tree))
    page = HIDDEN.sub("", page)
    attributes = " ".join(
        value
        for tag in TAG.findall(page)
        for value in READ_ATTRIBUTES.findall(tag)
        if not tag.startswith("<meta") or "description" in tag
    )
    for text in [*TAG.split(page), *attributes.split(FILLED)]:
        if text and WORD.search(NAMES.sub("", ENTITY.sub("", text))):
            yield " ".join(text.replace(FILLED, "…").split())


def pieces(tree: nodes.Node) -> Iterator[str]:
    for node in tree.iter_child_nodes():
        if isinstance(node, nodes.Output):
            for piece in node.nodes:
                yield piece.data if isinstance(piece, nodes.TemplateData) else FILLED
        elif not unread(node):
            yield from pieces(node)


def unread(node: nodes.Node) -> bool:
    name = getattr(node, "name", "")
    return (isinstance(node, nodes.Block) and name in UNREAD_BLOCKS) or (
        isinstance(node, nodes.Macro) and name in UNREAD_MACROS
    )


def in_code(source: str) -> Iterator[tuple[int, str]]:
    """(line, text) of what is said to people in one language only."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call):
            for said in said_by(node):
                text = constant(said)
                if text is not None and WORD.search(NAMES.sub("", text)):
                    yield said.lineno, text


def said_by(call: ast.Call) -> Iterator[ast.expr]:
    name = getattr(call.func, "attr", None) or getattr(call.func, "id", "")
    if (name in SAYING or FIELD.search(name)) and call.args:
        yield call.args[0]
    if name in SAYING or FIELD.search(name):
        for keyword in call.keywords:
            if keyword.arg in READ_KEYWORDS:
                yield keyword.value
            if keyword.arg == "fields" and isinstance(keyword.value, ast.Dict):
                yield from keyword.value.values


def constant(value: ast.expr) -> str | None:
    if isinstance(value, ast.Constant) and isinstance(value.value, str):
        return value.value
    if isinstance(value, ast.JoinedStr):
        return "".join(
            piece.value
            for piece in value.values
            if isinstance(piece, ast.Constant) and isinstance(piece.value, str)
        )
    return None


XML = '<?xml version="1.0" encoding="utf-8"?>'


def breaches() -> list[str]:
    templates = [
        f"{path.relative_to(ROOT)}: {text!r}"
        for path in sorted((ROOT / "templates").rglob("*.*"))
        for text in in_template(
            path.read_text().removeprefix('<?xml version="1.0" encoding="utf-8"?>')
        )
    ]
    code = [
        f"{path.relative_to(ROOT)}:{line}: {text!r}"
        for path in sorted((ROOT / "sp4n").rglob("*.py"))
        for line, text in in_code(path.read_text())
    ]
    return templates + code
