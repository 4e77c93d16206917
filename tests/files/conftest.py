"""Storages to try, and the scope they need: a folder, and a bucket on a server of its own."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import boto3
import pytest
from flask import Flask
from flask_babel import Babel

from sp4n.files.choice import storage_from_url
from sp4n.files.storage import FolderStorage, Storage
from sp4n.tenants.scope import Scope, opened

ScopeOf = Callable[[int], AbstractContextManager[None]]


@pytest.fixture(scope="session")
def bucket_server() -> Iterator[str]:
    """host:port of an S3 server process."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [str(Path(sys.executable).with_name("moto_server")), "-H", "127.0.0.1", f"-p{port}"]
    with open(os.devnull, "wb") as nowhere:
        server = subprocess.Popen(command, stdout=nowhere, stderr=nowhere)
    try:
        _wait_for(port, server)
        yield f"127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(10)


def _wait_for(port: int, server: subprocess.Popen[bytes]) -> None:
    for _ in range(200):
        with socket.socket() as knock:
            if knock.connect_ex(("127.0.0.1", port)) == 0:
                return
        assert server.poll() is None, "moto_server ended before it answered"
        time.sleep(0.05)
    raise AssertionError("moto_server does not answer")


@pytest.fixture(scope="session")
def bucket_url(bucket_server: str) -> str:
    boto3.session.Session().client(
        "s3",
        endpoint_url=f"http://{bucket_server}",
        region_name="us-east-1",
        aws_access_key_id="kunci",
        aws_secret_access_key="rahasia/+ /",
    ).create_bucket(Bucket="lampiran")
    return f"s3+http://kunci:rahasia%2F%2B%20%2F@{bucket_server}/lampiran/sp4n/uji"


@pytest.fixture(scope="session")
def bucket(bucket_url: str, tmp_path_factory: pytest.TempPathFactory) -> Storage:
    return storage_from_url(bucket_url, tmp_path_factory.getbasetemp())


@pytest.fixture
def folder(tmp_path: Path) -> FolderStorage:
    return FolderStorage(tmp_path / "files")


@pytest.fixture(params=["folder", "bucket"])
def storage(request: pytest.FixtureRequest) -> Storage:
    chosen: Storage = request.getfixturevalue(request.param)
    return chosen


@pytest.fixture
def scope_of() -> ScopeOf:
    """`with scope_of(7): …` without a database behind it: a storage only asks whose turn it is."""
    bare = Flask("storage")
    Babel(bare)

    @contextmanager
    def scope_of(agency_id: int) -> Iterator[None]:
        with bare.app_context(), opened(Scope("tenant", agency_id)):
            yield

    return scope_of
