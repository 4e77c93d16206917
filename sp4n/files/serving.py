"""The response that hands a stored file to a browser; who may have it, the door has checked."""

from __future__ import annotations

from typing import Protocol

from flask import Response, send_file

from sp4n.files.storage import Storage

# The sandbox and the empty policy hold even where a browser opens the file as a page.
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "private, no-store",
}


class Stored(Protocol):
    """A row of any table that says where its file is."""

    @property
    def storage_key(self) -> str: ...
    @property
    def media_type(self) -> str: ...
    @property
    def file_name(self) -> str: ...
    @property
    def size(self) -> int: ...


def file_response(attachment: Stored, *, storage: Storage, inline: bool = False) -> Response:
    """A download; shown in place only when asked for and a picture, which we drew ourselves."""
    shown = inline and attachment.media_type.startswith("image/")
    response = send_file(
        storage.open(attachment.storage_key),
        mimetype=attachment.media_type,
        as_attachment=not shown,
        download_name=attachment.file_name,
        conditional=False,
        etag=False,
    )
    response.content_length = attachment.size
    response.headers.update(HEADERS)
    return response


def download(key: str, *, storage: Storage, size: int, name: str) -> Response:
    """A file of ours that may be too large for memory: it passes through."""
    response = send_file(
        storage.reading(key),
        mimetype="application/zip",
        as_attachment=True,
        download_name=name,
        conditional=False,
        etag=False,
    )
    response.content_length = size
    response.headers.update(HEADERS)
    return response


def pdf_response(content: bytes, name: str) -> Response:
    """One that was drawn just now."""
    response = Response(content, mimetype="application/pdf")
    response.headers.set("Content-Disposition", "attachment", filename=name)
    response.headers.update(HEADERS)
    return response
