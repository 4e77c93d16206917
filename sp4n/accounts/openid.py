"""What is said to an agency's own OpenID Connect provider, and what of its answers is believed.

The protocol alone: where it is, where one is sent, and the claims of an ID token that holds. Whose
account that is, `provider` decides. A provider may be away, wrong or lying: each is an `Invalid`.
"""

from __future__ import annotations

import json
import logging
import secrets
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from threading import Lock
from typing import TYPE_CHECKING, Any, Final, cast
from urllib.parse import urlencode

from cachetools import TTLCache
from flask_babel import gettext as _

from sp4n import clock
from sp4n.errors import Invalid
from sp4n.web.reaching import Reach, Unreachable

# Authlib is loaded by who uses it: few requests do, and it delays the start of a server.
if TYPE_CHECKING:
    from authlib.oauth2.client import OAuth2Client
    from joserfc import jwt

log = logging.getLogger(__name__)

DISCOVERY: Final = "/.well-known/openid-configuration"
# Signed with a key that only the provider has: never "none", nor with the secret that both know.
ALGORITHMS: Final = [
    *(f"{kind}{bits}" for kind in ("RS", "PS", "ES") for bits in (256, 384, 512)),
    "EdDSA",
    "Ed25519",
]
LEEWAY: Final = 60  # seconds that clocks may differ
KNOWN_FOR: Final = 600.0  # seconds, of what a provider says of itself
LEFT_ALONE: Final = 10.0  # seconds that one that failed is not asked again
AT_ONCE: Final = 4  # issuers that this process waits for at once, for one question each
QUICK: Final = 1.0  # seconds: who refuses a code within them has held nobody up
LONGEST_SUBJECT: Final = 255
LONGEST_CODE: Final = 2048


@dataclass(frozen=True)
class Client:
    """We, as one provider knows us."""

    issuer: str
    client_id: str
    secret: str = field(repr=False)
    redirect_uri: str = ""


@dataclass(frozen=True)
class Question:
    """What only the browser that was sent there holds until it comes back."""

    state: str
    nonce: str
    verifier: str

    @classmethod
    def new(cls) -> Question:
        return cls(*(secrets.token_urlsafe(48) for _part in range(3)))


class Away(Invalid):
    """The provider gave no answer that may be used: no fault of who wants to sign in."""


class OpenID:
    """One of each process: keeps what providers say of themselves for a while."""

    def __init__(self, reach: Reach) -> None:
        self.reach = reach
        self._known: TTLCache[str, dict[str, Any]] = TTLCache(512, KNOWN_FOR)
        # By issuer too: what one agency's provider names as its own may be another's.
        self._failed: TTLCache[tuple[str, str], bool] = TTLCache(512, LEFT_ALONE)
        self._asking: set[str] = set()
        self._lock = Lock()

    def forget(self) -> None:
        self._known.clear()
        self._failed.clear()

    def described(self, issuer: str) -> dict[str, Any]:
        """Its own description, of this very issuer, whose parts may all be asked."""
        found = self._get(issuer, issuer.rstrip("/") + DISCOVERY)
        if found.get("issuer") != issuer:
            raise refused(_("Penyedia menyebut dirinya dengan alamat issuer lain."))
        for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
            if not isinstance(found.get(name), str) or not self.reach.may_ask(found[name]):
                raise refused(_("Keterangan penyedia tidak lengkap atau tidak memakai HTTPS."))
        return found

    def address_of_question(self, client: Client, question: Question) -> str:
        """Where the browser is sent."""
        description = self.described(client.issuer)
        address, _state = self._spoken(client, description).create_authorization_url(
            description["authorization_endpoint"],
            state=question.state,
            nonce=question.nonce,
            code_verifier=question.verifier,
        )
        return str(address)

    def claims(self, client: Client, question: Question, code: str) -> Mapping[str, Any]:
        """What the provider says of who came back with `code`, signed for this very question."""
        from authlib.oauth2 import OAuth2Error

        description = self.described(client.issuer)
        spoken = self._spoken(client, description)
        try:
            token = spoken.fetch_token(
                description["token_endpoint"],
                grant_type="authorization_code",
                code=code,
                code_verifier=question.verifier,
            )
        except (OAuth2Error, ValueError, TypeError, AttributeError) as fault:
            log.info("a provider refused a code: %s", type(fault).__name__)
            raise refused(_("Penyedia tidak mengakui kode masuk ini. Coba sekali lagi.")) from None
        said = token.get("id_token")
        if not isinstance(said, str):
            raise refused(_("Penyedia tidak mengirim bukti siapa Anda."))
        return self._believed(client, question, said, token, description["jwks_uri"])

    def _believed(
        self,
        client: Client,
        question: Question,
        said: str,
        token: Mapping[str, Any],
        keys: str,
    ) -> Mapping[str, Any]:
        from authlib.oidc.core import CodeIDToken
        from joserfc.errors import JoseError

        read = self._read(said, self._get(client.issuer, keys)) or self._read(
            said, self._get(client.issuer, keys, anew=True)
        )
        if read is None:
            raise refused(_("Tanda tangan penyedia pada bukti masuk tidak sah."))
        claims = CodeIDToken(
            read.claims,
            read.header,
            options={
                "iss": {"essential": True, "value": client.issuer},
                "aud": {"essential": True, "value": client.client_id},
            },
            params={
                "nonce": question.nonce,
                "client_id": client.client_id,
                "access_token": token.get("access_token"),
            },
        )
        try:
            claims.validate(now=int(clock.now().timestamp()), leeway=LEEWAY)
        except (JoseError, ValueError, TypeError) as fault:
            log.info("a provider's token does not hold: %s", fault)
            words = _("Bukti masuk dari penyedia bukan untuk situs ini, atau sudah kedaluwarsa.")
            raise refused(words) from None
        subject = claims.get("sub")
        if not isinstance(subject, str) or not 0 < len(subject) <= LONGEST_SUBJECT:
            raise refused(_("Penyedia tidak menyebut siapa Anda."))
        return dict(claims)

    def _read(self, said: str, keys: dict[str, Any]) -> jwt.Token | None:
        """None where none of these keys has signed it."""
        from joserfc import jwt
        from joserfc.errors import JoseError
        from joserfc.jwk import KeySet

        try:
            return jwt.decode(said, KeySet.import_key_set(cast(Any, keys)), algorithms=ALGORITHMS)
        except (JoseError, ValueError, TypeError, KeyError, AttributeError) as fault:
            log.info("a provider's signature does not hold: %s", type(fault).__name__)
            return None

    def _spoken(self, client: Client, description: Mapping[str, Any]) -> OAuth2Client:
        from authlib.oauth2.client import OAuth2Client

        methods = description.get("token_endpoint_auth_methods_supported")
        by_body = isinstance(methods, list) and "client_secret_basic" not in methods
        return OAuth2Client(
            Line(partial(self._exchanged, client.issuer)),
            client_id=client.client_id,
            client_secret=client.secret,
            token_endpoint_auth_method="client_secret_post" if by_body else "client_secret_basic",
            scope="openid email",
            redirect_uri=client.redirect_uri,
            code_challenge_method="S256",
        )

    def _get(self, issuer: str, url: str, *, anew: bool = False) -> dict[str, Any]:
        known = None if anew else self._known.get(url)
        if known is not None:
            return known
        status, body = self._asked(issuer, url)
        read = _object(body) if status == 200 else None
        if read is None:
            self._leave_alone(issuer, url)
            raise Away(fields={"": _("Penyedia menjawab dengan hal yang tidak dimengerti.")})
        self._known[url] = read
        return read

    def _exchanged(self, issuer: str, url: str, **kwargs: Any) -> tuple[int, bytes]:
        """What is answered to a code. Anybody can send a wrong one: a quick refusal of it, however
        clumsy, does not shut out the others."""
        began = time.monotonic()
        status, body = self._asked(issuer, url, **kwargs)
        if status >= 500 or (status == 200 and _object(body) is None):
            if time.monotonic() - began > QUICK:
                self._leave_alone(issuer, url)
            raise _away()
        return status, body

    def _asked(self, issuer: str, url: str, **kwargs: Any) -> tuple[int, bytes]:
        """Who is slow holds one of our threads, and is left alone for a while."""
        with self._turn(issuer):
            if (issuer, url) in self._failed:
                raise _away()
            try:
                answer = self.reach.ask(url, **kwargs)
            except Unreachable as fault:
                log.warning("an identity provider is not reached: %s", fault)
                self._leave_alone(issuer, url)
                raise _away() from None
        return answer.status, answer.body

    @contextmanager
    def _turn(self, issuer: str) -> Iterator[None]:
        """Nobody waits for one."""
        with self._lock:
            if issuer in self._asking or len(self._asking) >= AT_ONCE:
                raise _away()
            self._asking.add(issuer)
        try:
            yield
        finally:
            with self._lock:
                self._asking.discard(issuer)

    def _leave_alone(self, issuer: str, url: str) -> None:
        self._failed[issuer, url] = True


@dataclass(frozen=True)
class Line:
    """What Authlib takes for a session of `requests`: its one question goes our way."""

    ask: Callable[..., tuple[int, bytes]]

    def post(self, url: str, *, data: dict[str, str], headers: Any, auth: Any) -> Reply:
        body = urlencode(data)
        url, headers, body = auth.prepare("POST", url, dict(headers), body)
        return Reply(*self.ask(url, method="POST", body=body.encode(), headers=headers))


@dataclass(frozen=True)
class Reply:
    status_code: int
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)

    def raise_for_status(self) -> None:
        if self.status_code >= 400:
            raise ValueError(f"status {self.status_code}")


def refused(words: str) -> Invalid:
    return Invalid(fields={"": words})


def _away() -> Away:
    words = _(
        "Penyedia masuk tidak dapat dihubungi. Coba lagi sebentar lagi, atau masuk cara lain."
    )
    return Away(fields={"": words})


def _object(body: bytes) -> dict[str, Any] | None:
    try:
        read = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return read if isinstance(read, dict) else None
