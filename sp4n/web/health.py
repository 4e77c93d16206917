"""/livez: the process answers. /readyz: the database does, and the house is furnished."""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask, jsonify
from flask.typing import ResponseReturnValue

Check = Callable[[], bool]


def init_app(app: Flask, *, needed: dict[str, Check], wished: dict[str, Check]) -> None:
    """`needed` false: 503. `wished` false: degraded, and still ready."""

    def readyz() -> ResponseReturnValue:
        found = {name: _holds(check) for name, check in {**needed, **wished}.items()}
        ready = all(found[name] for name in needed)
        status = "ready" if all(found.values()) else ("degraded" if ready else "down")
        return jsonify(status=status, checks=found), 200 if ready else 503

    app.add_url_rule("/livez", "livez", lambda: ("ok\n", 200, {"Content-Type": "text/plain"}))
    app.add_url_rule("/readyz", "readyz", readyz)


def _holds(check: Check) -> bool:
    try:
        return check()
    except Exception:  # whatever is wrong with it, the answer is that it is not there
        return False
