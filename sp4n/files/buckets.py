"""Bytes kept in a bucket of any S3-compatible server."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from io import BytesIO
from tempfile import TemporaryFile
from typing import Any, BinaryIO, cast
from urllib.parse import parse_qs, unquote, urlsplit

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from sp4n.config import ConfigurationError
from sp4n.errors import NotFound
from sp4n.files.storage import StorageFailed, StoredFile, is_upload, owned
from sp4n.tenants.scope import current_agency_id

log = logging.getLogger(__name__)

_ABSENT = frozenset({"404", "NoSuchKey", "NotFound"})


@dataclass(frozen=True)
class Bucket:
    """`prefix` is empty or ends with a slash; without key and secret the machine's own apply."""

    endpoint: str
    name: str
    prefix: str = ""
    access_key: str | None = field(default=None, repr=False)
    secret_key: str | None = field(default=None, repr=False)
    region: str = "us-east-1"


def bucket_from_url(url: str) -> Bucket:
    """From `s3+https://KEY:SECRET@HOST/BUCKET[/PREFIX][?region=…]`."""
    parts = urlsplit(url)
    name, _slash, prefix = unquote(parts.path).strip("/").partition("/")
    if parts.scheme not in ("s3+http", "s3+https") or not parts.hostname or not name:
        # The value carries a password: it is not repeated.
        raise ConfigurationError("STORAGE_URL must look like s3+https://KEY:SECRET@HOST/BUCKET.")
    return Bucket(
        endpoint=f"{parts.scheme.removeprefix('s3+')}://{parts.netloc.rpartition('@')[2]}",
        name=name,
        prefix=f"{prefix}/" if prefix else "",
        access_key=unquote(parts.username) if parts.username else None,
        secret_key=unquote(parts.password) if parts.password else None,
        region=parse_qs(parts.query).get("region", ["us-east-1"])[0],
    )


class S3Storage:
    """An object appears when it is whole: that is the server's promise."""

    def __init__(self, bucket: Bucket) -> None:
        self.bucket = bucket
        self._client: Any = boto3.session.Session().client(
            "s3",
            endpoint_url=bucket.endpoint,
            region_name=bucket.region,
            aws_access_key_id=bucket.access_key,
            aws_secret_access_key=bucket.secret_key,
            config=Config(
                connect_timeout=3,
                read_timeout=20,
                retries={"mode": "standard", "total_max_attempts": 3},
                s3={"addressing_style": "path"},
                # Servers other than the original know no newer checksums.
                request_checksum_calculation="when_required",
                response_checksum_validation="when_required",
            ),
        )

    def put(self, key: str, content: bytes) -> None:
        with _telling("put", key):
            self._client.put_object(**self._at(key), Body=content)

    def open(self, key: str) -> BinaryIO:
        with _telling("open", key):
            return BytesIO(self._client.get_object(**self._at(key))["Body"].read())

    def reading(self, key: str) -> BinaryIO:
        with _telling("read", key):
            body: BinaryIO = self._client.get_object(**self._at(key))["Body"]
            return body

    @contextmanager
    def writing(self, key: str) -> Iterator[BinaryIO]:
        """On this machine first: what is sent must be known to be whole."""
        place = self._at(key)
        with TemporaryFile() as file:
            yield cast(BinaryIO, file)
            file.seek(0)
            with _telling("write", key):
                self._client.upload_fileobj(file, place["Bucket"], place["Key"])

    def exists(self, key: str) -> bool:
        place = self._at(key)
        try:
            with _telling("exists", key):
                self._client.head_object(**place)
        except NotFound:
            return False
        return True

    def delete(self, key: str) -> None:
        with _telling("delete", key):
            self._client.delete_object(**self._at(key))

    def list(self) -> Iterator[StoredFile]:
        start = f"{self.bucket.prefix}{current_agency_id()}/"
        with _telling("list", start):
            pages = self._client.get_paginator("list_objects_v2").paginate(
                Bucket=self.bucket.name, Prefix=start
            )
            for page in pages:
                for item in page.get("Contents", ()):
                    key = item["Key"].removeprefix(self.bucket.prefix)
                    if is_upload(key):
                        yield StoredFile(key, item["Size"], item["LastModified"])

    def drop_unfinished(self, before: datetime) -> None:
        """Nothing to do: an upload that broke off is no object."""

    def probe(self) -> None:
        place = {"Bucket": self.bucket.name, "Key": f"{self.bucket.prefix}.probe"}
        with _telling("probe", self.bucket.name):
            self._client.put_object(**place, Body=b"sp4n")
            self._client.delete_object(**place)

    def _at(self, key: str) -> dict[str, str]:
        return {"Bucket": self.bucket.name, "Key": self.bucket.prefix + owned(key)}


@contextmanager
def _telling(act: str, key: str) -> Iterator[None]:
    try:
        yield
    except ClientError as fault:
        if act != "probe" and fault.response.get("Error", {}).get("Code") in _ABSENT:
            raise NotFound() from None
        log.error("storage: %s %s failed: %s", act, key, fault)
        raise StorageFailed() from fault
    except BotoCoreError as fault:
        log.error("storage: %s %s failed: %s", act, key, fault)
        raise StorageFailed() from fault
