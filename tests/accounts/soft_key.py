"""A passkey in software: makes what a browser and its authenticator would send, and what they never
would."""

from __future__ import annotations

import hashlib
import json
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, field
from typing import Any

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256

PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


def text(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def data(words: str) -> bytes:
    return urlsafe_b64decode(words + "=" * (-len(words) % 4))


@dataclass
class SoftKey:
    origin: str
    id: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    private: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )
    handle: bytes = b""
    count: int = 0
    counts: bool = True

    def create(self, options: str, **lies: Any) -> str:
        asked = json.loads(options)
        self.handle = data(asked["user"]["id"])
        flags = lies.get("flags", PRESENT | VERIFIED) | ATTESTED
        numbers = self.private.public_key().public_numbers()
        cose = {1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32), -3: numbers.y.to_bytes(32)}
        attested = bytes(16) + len(self.id).to_bytes(2) + self.id + cbor2.dumps(cose)
        said = self._about(lies.get("domain", asked["rp"]["id"]), flags) + attested
        statement = {"fmt": "none", "attStmt": {}, "authData": said}
        return self._answer(
            self._client("webauthn.create", asked, lies), attestationObject=cbor2.dumps(statement)
        )

    def get(self, options: str, **lies: Any) -> str:
        asked = json.loads(options)
        self.count = lies.get("count", self.count + 1 if self.counts else 0)
        client = self._client("webauthn.get", asked, lies)
        said = self._about(lies.get("domain", asked["rpId"]), lies.get("flags", PRESENT | VERIFIED))
        signer = lies.get("signer", self.private)
        signature = signer.sign(said + hashlib.sha256(client).digest(), ec.ECDSA(SHA256()))
        handle = lies.get("handle", self.handle)
        parts = {"authenticatorData": said, "signature": signature, "userHandle": handle}
        return self._answer(client, **parts)

    def _client(self, kind: str, asked: dict[str, Any], lies: dict[str, Any]) -> bytes:
        said = {
            "type": lies.get("type", kind),
            "challenge": lies.get("challenge", asked["challenge"]),
            "origin": lies.get("origin", self.origin),
        }
        return json.dumps(said).encode()

    def _about(self, domain: str, flags: int) -> bytes:
        return hashlib.sha256(domain.encode()).digest() + bytes([flags]) + self.count.to_bytes(4)

    def _answer(self, client: bytes, **parts: bytes) -> str:
        response = {name: text(part) for name, part in parts.items() if part}
        whole = {
            "id": text(self.id),
            "rawId": text(self.id),
            "type": "public-key",
            "response": {"clientDataJSON": text(client), **response},
        }
        return json.dumps(whole)
