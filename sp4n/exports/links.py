"""The link of an export: made from the server's secret, stored nowhere."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from collections.abc import Iterable

from sp4n.exports.models import AgencyExport
from sp4n.sealing import hashes_match, keyed_hash


def link_token(export: AgencyExport, *, secret: str) -> str:
    about = f"{export.agency_id}/{export.id}/{export.storage_key}"
    made = keyed_hash(secret, about, purpose="export/link")
    return urlsafe_b64encode(made).decode().rstrip("=")


def export_of_link(
    exports: Iterable[AgencyExport], token: str, *, secret: str
) -> AgencyExport | None:
    given = token.encode("utf-8", "replace")
    return next(
        (one for one in exports if hashes_match(link_token(one, secret=secret).encode(), given)),
        None,
    )
