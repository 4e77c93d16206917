"""An OpenID Connect provider of these tests on the loopback: strict with us, and bent as a test
wants it."""

from __future__ import annotations

import json
import threading
import time
from base64 import b64decode, urlsafe_b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey

SECRET = "rahasia-klien-yang-panjang"
HELD = RSAKey.generate_key(2048, parameters={"kid": "satu"})
STRANGER = RSAKey.generate_key(2048, parameters={"kid": "satu"})


@dataclass
class Issuer:
    """What it says can be bent: `claims` over the honest ones, `broken` for how it answers."""

    port: int = 0
    claims: dict[str, Any] = field(default_factory=dict)
    broken: str = ""
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    let_go: threading.Event = field(default_factory=threading.Event)  # what "slow" waits for

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def described(self) -> dict[str, Any]:
        return {
            "issuer": "http://lain.test" if self.broken == "issuer" else self.url,
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": "http://10.0.0.1/t"
            if self.broken == "inside"
            else f"{self.url}/token",
            "jwks_uri": f"{self.url}/keys",
        }

    def token(self, form: dict[str, str], authorization: str) -> tuple[int, dict[str, Any]]:
        """As strict as a provider should be."""
        kept = self.codes.pop(form.get("code", ""), None)
        basic = b64decode(authorization.removeprefix("Basic ")).decode()
        challenge = urlsafe_b64encode(sha256(form.get("code_verifier", "").encode()).digest())
        if (
            kept is None
            or basic != f"sp4n:{SECRET}"
            or kept["code_challenge"] != challenge.decode().rstrip("=")
            or kept["redirect_uri"] != form.get("redirect_uri")
        ):
            return 400, {"error": "invalid_grant"}
        answer = {"access_token": "x", "token_type": "Bearer", "id_token": self.signed(kept)}
        if self.broken == "no token":
            del answer["id_token"]
        return 200, answer

    def signed(self, kept: dict[str, str]) -> str:
        now = int(time.time())
        said = {
            "iss": self.url,
            "sub": "subjek-1",
            "aud": "sp4n",
            "iat": now,
            "exp": now + 300,
            "nonce": kept["nonce"],
            "email_verified": True,
            **self.claims,
        }
        said = {name: value for name, value in said.items() if value is not None}
        if self.broken == "none":
            parts = ({"alg": "none"}, said)
            return ".".join([*(plain(part) for part in parts), ""])
        if self.broken == "shared secret":
            key = OctKey.import_key(SECRET)
            return jwt.encode({"alg": "HS256"}, said, key, algorithms=["HS256"])
        if self.broken == "public key as secret":
            key = OctKey.import_key(HELD.as_pem(private=False))
            return jwt.encode({"alg": "HS256"}, said, key, algorithms=["HS256"])
        key = STRANGER if self.broken == "another's key" else HELD
        return jwt.encode({"alg": "RS256", "kid": "satu"}, said, key)


def plain(part: dict[str, Any]) -> str:
    return urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=")


@contextmanager
def running_issuer() -> Iterator[Issuer]:
    found = Issuer()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            found.asked.append(self.path)
            if found.broken == "slow":
                found.let_go.wait(5)
            if found.broken in ("down", "slow"):
                return self.answer(503, {})
            if found.broken == "redirect":
                return self.answer(302, {}, Location="http://127.0.0.1:1/")
            if found.broken == "endless":
                return self.answer(200, {"x": "y" * 400_000})
            if found.broken == "nonsense":
                return self.answer(200, ["x"])
            path = urlsplit(self.path).path
            if path == "/keys":
                return self.answer(200, {"keys": [HELD.as_dict(private=False)]})
            return self.answer(200, found.described())

        def do_POST(self) -> None:
            found.asked.append(self.path)
            if found.broken == "hangs up":
                return self.connection.close()
            if found.broken == "takes no codes":
                return self.answer(503, {})
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            form = {name: values[0] for name, values in parse_qs(body).items()}
            return self.answer(*found.token(form, self.headers["Authorization"]))

        def answer(self, status: int, body: Any, **headers: str) -> None:
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(json.dumps(body).encode())

        def log_message(self, *args: Any) -> None:
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    found.port = server.server_address[1]
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield found
    finally:
        server.shutdown()
        server.server_close()
