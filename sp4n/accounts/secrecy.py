"""Tokens that prove something by being known: given out once, stored only as a hash."""

from __future__ import annotations

import hashlib
import secrets

BYTES = 32


def new_token() -> str:
    return secrets.token_urlsafe(BYTES)


def token_hash(token: str) -> bytes:
    """Of 256 random bits: nothing to guess, so no salt and no slow hash."""
    return hashlib.sha256(token.encode("utf-8", "replace")).digest()
