"""Which storage a URL asks for."""

from __future__ import annotations

from pathlib import Path

from sp4n.files.storage import FolderStorage, Storage


def storage_from_url(url: str | None, data_dir: Path) -> Storage:
    """`s3+https://KEY:SECRET@HOST/BUCKET[/PREFIX][?region=…]`; without a URL a folder."""
    if url is None:
        return FolderStorage(data_dir / "files")
    # boto3 costs 0.2 s and 30 MB: only where a bucket is in use.
    from sp4n.files.buckets import S3Storage, bucket_from_url

    return S3Storage(bucket_from_url(url))
