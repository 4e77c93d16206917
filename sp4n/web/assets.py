"""Static files under an address that changes with their content, so they can be kept for a year.

There are a dozen of them, so they are held in memory, and compressed once.
"""

from __future__ import annotations

import hashlib
import mimetypes
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from flask import Flask, Response, request
from werkzeug.exceptions import NotFound

from sp4n.web.everyones import for_everyone

YEAR = 31_536_000
SHORT = 60


def kept_by(version: str) -> str:
    """The Cache-Control of what has this version. Only the address that names it is kept for good:
    while a release is put in place, old pages ask new servers for old files, and the reverse."""
    if request.args.get("v") == version:
        return f"public, max-age={YEAR}, immutable"
    return f"public, max-age={SHORT}"


@dataclass(frozen=True)
class Asset:
    body: bytes
    kind: str

    @classmethod
    def of(cls, path: Path) -> Asset:
        kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
        return cls(path.read_bytes(), kind)

    @cached_property
    def version(self) -> str:
        return hashlib.sha256(self.body).hexdigest()[:12]


def assets_in(folder: Path) -> Mapping[str, Asset]:
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {path.relative_to(folder).as_posix(): Asset.of(path) for path in files}


def init_app(app: Flask) -> None:
    assets = assets_in(Path(app.static_folder or ""))

    def asset_url(name: str) -> str:
        """At the root of every site, so that one copy serves all agencies in the path form."""
        return f"/static/{name}?v={assets[name].version}"

    @for_everyone
    def serve(filename: str) -> Response:
        asset = assets.get(filename)
        if asset is None:
            raise NotFound
        answer = Response(asset.body, content_type=with_charset(asset.kind))
        answer.headers["Cache-Control"] = kept_by(asset.version)
        return answer

    app.jinja_env.globals["asset_url"] = asset_url
    app.view_functions["static"] = serve


def with_charset(kind: str) -> str:
    return f"{kind}; charset=utf-8" if kind.startswith("text/") else kind
