"""Static files under an address that changes with their content, so they can be kept for a year."""

from __future__ import annotations

import hashlib
from pathlib import Path

from flask import Flask, request

YEAR = 31_536_000


def init_app(app: Flask) -> None:
    folder = Path(app.static_folder or "")
    hashes: dict[str, str] = {}

    def content_hash(name: str) -> str:
        if name not in hashes or app.debug:
            hashes[name] = hashlib.sha256((folder / name).read_bytes()).hexdigest()[:12]
        return hashes[name]

    def asset_url(name: str) -> str:
        """At the root of every site, so that one copy serves all agencies in the path form."""
        return f"/static/{name}?v={content_hash(name)}"

    def max_age(filename: str | None) -> int | None:
        del filename
        return YEAR if "v" in request.args else 60

    app.jinja_env.globals["asset_url"] = asset_url
    app.get_send_file_max_age = max_age  # type: ignore[method-assign]
