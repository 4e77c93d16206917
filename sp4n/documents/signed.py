"""A signed document as it was uploaded: one PDF, checked, cleaned, and read."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from werkzeug.datastructures import FileStorage

from sp4n.documents.operations import SignedFile
from sp4n.errors import Invalid
from sp4n.files.checking import DEFAULT_LIMITS
from sp4n.files.kinds import PDF
from sp4n.files.receiving import receive
from sp4n.files.text_layer import text_layer

LIMITS: Final = replace(DEFAULT_LIMITS, count=1, kinds=(PDF,))
FIELD: Final = "file"


def signed_file(upload: FileStorage | None) -> SignedFile | None:
    """None where nothing was chosen; raises `Invalid` at the field. Takes up to a few seconds."""
    received = receive([upload] if upload else [], LIMITS)
    if received.refusals:
        raise Invalid(fields={FIELD: received.refusals[0]})
    if not received.files:
        return None
    (file,) = received.files
    return SignedFile(file, text_layer(file.content))
