"""Access codes: what a citizen types, beside the reference, to read their case and write back.

A code is derived from the server's secret, the agency and the key of the form that was sent, so
that a form sent twice shows the same code twice without the code being kept anywhere. Stored is
only a keyed hash. Sixteen characters of nineteen are 67.9 bits.
"""

from __future__ import annotations

from typing import Final

from sp4n.cases.references import ALPHABET, characters, grouped
from sp4n.sealing import code_hash, hashes_match, keyed_hash

_LENGTH: Final = 16
_GROUPS: Final = (4, 4, 4, 4)  # not the shape of a reference: the two are not to be mixed up
_NO_HASH: Final = bytes(32)


def derive_access_code(secret: str, agency_id: int, form_key: str) -> str:
    """The code of what this form files at this agency: always the same one."""
    source = keyed_hash(secret, f"{agency_id:d}/{form_key}", purpose="access-code/derive")
    number, chosen = int.from_bytes(source), []
    for _ in range(_LENGTH):
        number, value = divmod(number, len(ALPHABET))
        chosen.append(ALPHABET[value])
    return grouped("".join(chosen), _GROUPS)


def parse_access_code(text: str) -> str | None:
    """The code as it was shown, from what someone typed; None if it cannot be one."""
    typed = characters(text)
    return grouped(typed, _GROUPS) if typed and len(typed) == _LENGTH else None


def hash_access_code(secret: str, code: str) -> bytes:
    """What is stored of a code."""
    parsed = parse_access_code(code)
    if parsed is None:
        raise ValueError("not an access code")
    return code_hash(secret, parsed)


def matches(secret: str, typed: str, stored: bytes | None) -> bool:
    """Whether what was typed is the code that was stored.

    Takes the same time whether the code is wrong, is none at all, or there is no such case
    (`stored` None), so that the delay tells nobody which references exist.
    """
    given = code_hash(secret, parse_access_code(typed) or "")
    return hashes_match(stored or _NO_HASH, given)
