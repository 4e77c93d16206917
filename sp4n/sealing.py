"""Sealing of personal data at rest, and keyed hashes of what must only ever be compared.

Every key is derived from the server's secret under a label of its own, so that what is sealed for
one purpose cannot be opened as another, and none of them is the key that signs sessions.
"""

from __future__ import annotations

import hmac
import json
from base64 import urlsafe_b64encode
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from sp4n.errors import SP4NError


class SealBroken(SP4NError):
    """Sealed under a key this server does not hold, or changed since: an operator must look."""


class Sealer:
    """Seals with the first secret key and opens with any of them, so that keys can rotate."""

    def __init__(self, secret_key: str | Sequence[str], *, purpose: str = "identity") -> None:
        secrets = [secret_key] if isinstance(secret_key, str) else list(secret_key)
        if not secrets:
            raise ValueError("a sealer needs at least one secret key")
        self.purpose = purpose
        self._newest = secrets[0]
        self._keys = MultiFernet([_fernet(secret, purpose) for secret in secrets])

    def seal(self, content: bytes | Mapping[str, Any]) -> bytes:
        plain = content if isinstance(content, bytes) else _as_json(content)
        # A token carries the time it was made in clear, which would tell when an anonymous
        # reporter was here: all are stamped with the same moment.
        return self._keys.encrypt_at_time(plain, current_time=0)

    def open(self, sealed: bytes) -> dict[str, Any]:
        content = json.loads(self.open_bytes(sealed))
        if not isinstance(content, dict):
            raise TypeError(f"what is sealed for {self.purpose!r} is no mapping")
        return content

    def open_bytes(self, sealed: bytes) -> bytes:
        try:
            return self._keys.decrypt(bytes(sealed))
        except InvalidToken:
            raise SealBroken(
                f"data sealed for {self.purpose!r} does not open with the SECRET_KEY in use: it "
                "was sealed under another key (keep the former as a fallback) or has been changed"
            ) from None

    def mark(self, text: str) -> bytes:
        """By which what is sealed can be found again, and by nobody without the newest key."""
        return keyed_hash(self._newest, text, purpose=f"mark/{self.purpose}")

    def reseal(self, sealed: bytes) -> bytes:
        """The same content under the newest key: after it the former key may go."""
        return self.seal(self.open_bytes(sealed))


def keyed_hash(secret_key: str, text: str, *, purpose: str) -> bytes:
    """32 bytes that nobody without the secret can compute or search for."""
    data = text.encode(errors="surrogatepass")
    return hmac.digest(derived_key(secret_key, purpose), data, "sha256")


def code_hash(secret_key: str, code: str, *, purpose: str = "access-code") -> bytes:
    """What is stored of a code that is typed in; compare with `hashes_match`."""
    return keyed_hash(secret_key, code, purpose=purpose)


def hashes_match(stored: bytes, given: bytes) -> bool:
    """In equal time, so that the answer's delay tells nothing."""
    return hmac.compare_digest(bytes(stored), bytes(given))


@lru_cache(maxsize=64)  # of few secrets and purposes; derived anew it would cost what all else does
def derived_key(secret_key: str, purpose: str) -> bytes:
    if not secret_key:
        raise ValueError("no key can be derived from an empty secret")
    label = f"sp4n/{purpose}/1".encode()
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=label).derive(secret_key.encode())


def _fernet(secret_key: str, purpose: str) -> Fernet:
    return Fernet(urlsafe_b64encode(derived_key(secret_key, f"seal/{purpose}")))


def _as_json(content: Mapping[str, Any]) -> bytes:
    return json.dumps(dict(content), separators=(",", ":")).encode()
