"""Proof codes: what a receipt carries so that who holds it can ask whether its case is unaltered.

Derived from the server's secret and the reference, which a case keeps wherever it goes: nothing is
stored, and no statement is needed to tell a wrong one. Twelve characters of nineteen are 51 bits.
It opens nothing else: that is what the access code is for.
"""

from __future__ import annotations

from typing import Final

from sp4n.cases.references import ALPHABET, characters, grouped, parse_reference
from sp4n.sealing import hashes_match, keyed_hash

_LENGTH: Final = 12
_GROUPS: Final = (4, 4, 4)


def proof_code(secret: str, reference: str) -> str:
    number, chosen = int.from_bytes(keyed_hash(secret, reference, purpose="proof-code")), []
    for _ in range(_LENGTH):
        number, value = divmod(number, len(ALPHABET))
        chosen.append(ALPHABET[value])
    return grouped("".join(chosen), _GROUPS)


def proven_reference(secret: str, reference: str, code: str) -> str | None:
    """The reference as it is stored, where the code is its own; None of any other pair, in the
    same time and without a look at any case."""
    parsed = parse_reference(reference[:40])
    wanted = proof_code(secret, parsed or "")
    typed = characters(code[:40])
    given = grouped(typed, _GROUPS) if typed and len(typed) == _LENGTH else ""
    matches = hashes_match(wanted.encode(), given.encode())
    return parsed if matches else None
