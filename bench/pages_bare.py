"""`python -m bench.pages_bare PORT FILE`: Flask alone, on the server that `sp4n web` uses.

It answers `/` with the bytes of FILE: as many as the page that it is compared with has.
"""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from pathlib import Path

from flask import Flask

from sp4n.config import load_settings
from sp4n.runtime.web import serve


def bare(page: bytes) -> Flask:
    app = Flask("bare", static_folder=None)

    @app.get("/")
    def front() -> bytes:
        return page

    return app


def main(port: str, file: str) -> None:
    page = Path(file).read_bytes()
    settings = replace(load_settings(os.environ), port=int(port))
    serve(settings, lambda: bare(page))


if __name__ == "__main__":
    main(*sys.argv[1:])
