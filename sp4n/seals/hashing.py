"""How events become seals, and seals links: docs/decisions/0013 says it for who checks it anew."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from itertools import zip_longest
from typing import Any, Final

from sp4n.cases.models import CaseEvent, CaseRecord
from sp4n.files.models import Attachment

SIZE: Final = 32
NOTHING_BEFORE: Final = bytes(SIZE)
FILED: Final = "filed"


def step_of(event: CaseEvent, case: CaseRecord) -> bytes:
    """Hash of what stays when words are removed: who of which kind did what, when."""
    return _hash_of(
        {
            "reference": case.reference,
            "event": event.id,
            "at": _moment(event.at),
            "kind": event.kind,
            "public": event.public,
            "actor": [event.actor_kind, event.actor_id],
            "states": [event.from_state, event.to_state],
            "unit": event.unit_id,
        }
    )


def words_of(event: CaseEvent, case: CaseRecord, salt: bytes) -> bytes:
    """Salted hash of what was said; with a filing goes the whole report."""
    said: dict[str, Any] = {"by": event.actor_name, "body": event.body, "data": event.data}
    if event.kind == FILED:
        said["report"] = report_of(case)
    return sha256(salt + _written(said)).digest()


def report_of(case: CaseRecord) -> dict[str, Any]:
    """As its reporter wrote it: nobody changes any of this afterwards."""
    return {
        "filed_at": _moment(case.filed_at),
        "classification": case.classification,
        "title": case.title,
        "description": case.description,
        "location": case.location,
        "occurred_on": case.occurred_on.isoformat() if case.occurred_on else None,
        "extra_answers": case.extra_answers,
        "anonymous": case.anonymous,
    }


def file_of(file: Attachment, salt: bytes) -> bytes:
    return sha256(salt + bytes(file.sha256) + file.file_name.encode()).digest()


def leaf_of(step: bytes, words: bytes, files: bytes) -> bytes:
    return sha256(b"\x00" + step + words + files).digest()


def root_of(leaves: Sequence[bytes]) -> bytes:
    """Of a Merkle tree; a leaf without a neighbour goes up as it is."""
    level = list(leaves)
    while len(level) > 1:
        pairs = zip_longest(level[::2], level[1::2])
        level = [sha256(b"\x01" + one + two).digest() if two else one for one, two in pairs]
    return level[0] if level else NOTHING_BEFORE


def head_of(
    agency_id: int, number: int, at: datetime, events: int, *, root: bytes, previous: bytes
) -> bytes:
    facts = {"agency": agency_id, "number": number, "at": _moment(at), "events": events}
    return _hash_of({**facts, "root": root.hex(), "previous": previous.hex()})


def cut(files: bytes) -> Iterable[bytes]:
    return (files[at : at + SIZE] for at in range(0, len(files), SIZE))


def _hash_of(facts: dict[str, Any]) -> bytes:
    return sha256(_written(facts)).digest()


def _written(facts: dict[str, Any]) -> bytes:
    plain = json.dumps(facts, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return plain.encode(errors="surrogatepass")


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")
