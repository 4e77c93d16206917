"""What a keeper must know of an embedded server to lay it out, start it and stop it."""

from __future__ import annotations

import hashlib
import os
import signal
import stat
import subprocess
from abc import ABC, abstractmethod
from pathlib import Path
from typing import IO, ClassVar

LONGEST_SOCKET_PATH = 100  # 108 bytes on Linux, 104 on macOS, with the closing NUL


class ServerFailed(Exception):
    """An embedded server did not start; one line that says why or where to look."""


class EmbeddedServer(ABC):
    """One server of one DATA_DIR; everything it owns lies in DATA_DIR/<name>."""

    name: ClassVar[str]
    farewell: ClassVar[signal.Signals]

    log: IO[bytes]  # opened by the keeper; what the server says goes there too

    def __init__(self, data_dir: Path) -> None:
        self.data_dir = data_dir.absolute()
        self.directory = self.data_dir / self.name

    @property
    def log_path(self) -> Path:
        return self.data_dir / "log" / f"{self.name}.log"

    def last_words(self) -> str:
        """The line of its log that most likely tells why it did not start."""
        if not self.log_path.exists():
            return "it said nothing"
        said = self.log_path.read_text(errors="replace").splitlines() or ["it said nothing"]
        telling = [line for line in said if "FATAL" in line or "error:" in line]
        return (telling or said)[-1]

    @abstractmethod
    def prepare(self) -> None:
        """Make what is not there yet; end what a killed keeper left running."""

    @abstractmethod
    def start(self) -> subprocess.Popen[bytes]: ...

    @abstractmethod
    def ready(self) -> bool:
        """Whether the process that was started takes connections; asked by the keeper."""

    @abstractmethod
    def answers(self) -> bool:
        """Whether a client of ours is served; asked by anybody, after `settle`."""

    def recover(self) -> bool:
        """After a start that failed: True when something was changed and it may be tried again."""
        return False

    @abstractmethod
    def settle(self) -> None:
        """Runs once the server answers, before anybody else is let in."""


def private_directory(path: Path, account_uid: int | None = None) -> Path:
    """`path`, made and kept for its owner only: us, or the account that the server runs as."""
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    status = path.lstat()
    if not stat.S_ISDIR(status.st_mode) or status.st_uid not in (os.geteuid(), account_uid):
        raise ServerFailed(f"{path} belongs to another user.")
    path.chmod(0o700)
    return path


def socket_directory(directory: Path, socket_name: str) -> Path:
    """`directory`, or a short stand-in for it where a socket's path would be too long."""
    if len(os.fsencode(directory / socket_name)) <= LONGEST_SOCKET_PATH:
        return directory
    digest = hashlib.sha256(os.fsencode(directory)).hexdigest()[:16]
    return Path("/tmp") / f"sp4n-{os.geteuid()}-{digest}"  # noqa: S108 (see private_directory)
