"""The one tree of refusals; web.errors turns each into a page.

SP4NError
├── NotFound      404  it is not there, or not for you: the same answer
├── NotAllowed    403  you are known, and may not do this
├── NotPossible   409  allowed, but not in the state things are in
├── Invalid       422  what was typed does not pass; `fields` says where and why
├── TooMany       429  slow down; `retry_after` seconds
└── Unavailable   503  something of ours is away for a moment
"""

from __future__ import annotations


class SP4NError(Exception):
    """A refusal with words for the person who meets it."""

    status = 500

    def __init__(self, message: str = "") -> None:
        super().__init__(message)
        self.message = message


class NotFound(SP4NError):
    status = 404


class NotAllowed(SP4NError):
    status = 403


class NotPossible(SP4NError):
    status = 409


class Invalid(SP4NError):
    """`fields`: form field name -> message; "" names the whole form."""

    status = 422

    def __init__(self, message: str = "", *, fields: dict[str, str] | None = None) -> None:
        self.fields = dict(fields or {})
        super().__init__(message or "; ".join(self.fields.values()))


class TooMany(SP4NError):
    status = 429

    def __init__(self, message: str = "", *, retry_after: int = 60) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class Unavailable(SP4NError):
    status = 503
