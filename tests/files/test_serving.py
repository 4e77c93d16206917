"""How a stored file is handed to a browser."""

from __future__ import annotations

from urllib.parse import unquote

import pytest
from flask import Flask, Response

from sp4n.errors import NotFound
from sp4n.files.cleaning import CleanFile, clean_upload
from sp4n.files.models import Attachment
from sp4n.files.serving import file_response
from sp4n.files.storage import FolderStorage, key_of
from sp4n.tenants.scope import Scope, opened
from tests.files.making import document, pdf_bytes, pdf_upload, picture, upload


def stored(folder: FolderStorage, file: CleanFile) -> Attachment:
    key = key_of(file.sha256)
    folder.put(key, file.content)
    return Attachment(
        storage_key=key,
        file_name=file.file_name,
        media_type=file.media_type,
        size=len(file.content),
    )


def answer(folder: FolderStorage, file: CleanFile, *, inline: bool = False) -> Response:
    with Flask("serving").test_request_context(), opened(Scope("tenant", 7)):
        response = file_response(stored(folder, file), storage=folder, inline=inline)
        response.direct_passthrough = False
        assert response.data == file.content
        return response


def test_a_file_is_a_download_that_can_do_nothing(folder: FolderStorage) -> None:
    file = clean_upload(upload(picture(), name="Jalan rusak.jpg"))

    response = answer(folder, file)

    assert response.status_code == 200
    assert response.headers["Content-Type"] == "image/jpeg"
    assert response.headers["Content-Disposition"] == 'attachment; filename="Jalan rusak.jpg"'
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert response.headers["Cache-Control"] == "private, no-store"
    assert response.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert response.content_length == len(file.content)
    assert not {"ETag", "Last-Modified", "Expires"} & set(response.headers.keys())


def test_a_name_of_any_script_reaches_the_browser_whole(folder: FolderStorage) -> None:
    name = 'Bukti "jalan"; ᬩᬮᬶ 🌺.jpg'
    file = clean_upload(upload(picture(), name=name))

    header = answer(folder, file).headers["Content-Disposition"]

    assert header.isascii()
    assert unquote(header.partition("filename*=UTF-8''")[2]) == "Bukti _jalan_; ᬩᬮᬶ 🌺.jpg"


def test_a_picture_is_shown_in_place_when_asked_for_and_a_pdf_never(folder: FolderStorage) -> None:
    photo = clean_upload(upload(picture()))
    letter = clean_upload(pdf_upload(pdf_bytes(document())))

    shown, offered = (answer(folder, file, inline=True) for file in (photo, letter))

    assert shown.headers["Content-Disposition"].startswith("inline")
    assert shown.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert offered.headers["Content-Disposition"] == "attachment; filename=surat.pdf"


def test_a_file_that_is_not_in_the_storage_is_not_found(folder: FolderStorage) -> None:
    with Flask("serving").test_request_context(), opened(Scope("tenant", 7)):
        lost = Attachment(
            storage_key=key_of(bytes(32)), file_name="a.jpg", media_type="image/jpeg", size=1
        )
        with pytest.raises(NotFound):
            file_response(lost, storage=folder)
