"""How long things of sign-in live: the one place where these limits stand."""

from __future__ import annotations

from datetime import timedelta

IDLE = timedelta(hours=8)  # a sign-in that nobody uses
ABSOLUTE = timedelta(days=7)  # a sign-in in use
SEEN_EVERY = timedelta(minutes=5)  # how often "last seen" is written
LINKS = {"invitation": timedelta(days=7), "reset": timedelta(hours=1)}
KEPT_FORM = timedelta(hours=12)  # what was typed when a sign-in had ended
FORGOTTEN_AFTER = timedelta(days=30)  # rows of sign-ins and links that are over
