"""Processes that end when they should: children tied to their parent, signals with patience."""

from __future__ import annotations

import ctypes
import os
import pwd
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO, Protocol

PR_SET_PDEATHSIG = 1
PR_SET_KEEPCAPS = 8
PR_SET_NAME = 15
PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE = 47, 2
CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH = 1, 2
CAPABILITY_VERSION_3 = 0x20080522

LINUX = sys.platform == "linux"
# Loaded before any fork: a forked child may not import.
_libc = ctypes.CDLL(None, use_errno=True) if LINUX else None


def die_with_parent(parent: int) -> None:
    """End this process, at once and for good, when `parent` ends, however that happens."""
    if _libc is not None:
        _libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    else:
        threading.Thread(target=_watch_parent, args=(parent,), daemon=True).start()
    if os.getppid() != parent:
        os._exit(1)


def _watch_parent(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(0.5)
    os._exit(1)


def name_process(name: str) -> None:
    """As `ps` and `top` show it, the first 15 letters; only Linux can."""
    if _libc is not None:
        _libc.prctl(PR_SET_NAME, name.encode(), 0, 0, 0)


def start_server(
    command: Sequence[str], *, log: IO[bytes], farewell: signal.Signals, account: Account | None
) -> subprocess.Popen[bytes]:
    """A server that is no Python: the kernel sends it `farewell` should this process die.

    Where the kernel cannot (not Linux), `end_leftover` finds it at the next start.
    """
    return subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=log,
        env=_plain_environment(),
        start_new_session=True,
        preexec_fn=_tied_to(os.getpid(), farewell, account),
    )


def _plain_environment() -> dict[str, str]:
    """Servers need none of our settings, so they hold none of our secrets."""
    kept = ("PATH", "HOME", "TMPDIR", "LD_LIBRARY_PATH")
    return {name: os.environ[name] for name in kept if name in os.environ} | {"LC_ALL": "C"}


def _tied_to(parent: int, farewell: int, account: Account | None) -> Callable[[], None]:
    def tie() -> None:
        if account is not None:
            account.become()
        # After the change of user, which clears it.
        if _libc is not None:
            _libc.prctl(PR_SET_PDEATHSIG, farewell, 0, 0, 0)
        if os.getppid() != parent:
            os._exit(1)

    return tie


class Ending(Protocol):
    """A process as far as its end goes."""

    def poll(self) -> int | None: ...
    def kill(self) -> None: ...
    def wait(self, timeout: float | None = None) -> int: ...


def stop(process: subprocess.Popen[bytes], sig: signal.Signals, patience: float) -> None:
    """Ask with `sig`, wait `patience` seconds, then kill; the process is reaped on return."""
    process.send_signal(sig)
    wait_or_kill(process, time.monotonic() + patience)


def wait_or_kill(process: Ending, deadline: float, hurry: Callable[[], bool] | None = None) -> None:
    """Until it has ended; kills it at `deadline`, or as soon as `hurry` says so."""
    while process.poll() is None:
        if time.monotonic() > deadline or (hurry is not None and hurry()):
            process.kill()
            process.wait()
        time.sleep(0.02)


def end_leftovers(name: str, directory: Path, sig: signal.Signals, patience: float) -> None:
    """End every process `name` that works in `directory`: what a killed keeper left behind.

    The number in a server's pid file is not asked: after a crash it may be somebody else's, or
    that of a dead process which nobody has collected, and both look alive to the server.
    """
    for farewell in (sig, signal.SIGKILL):
        give_up = time.monotonic() + patience
        for process in _working_in(name, directory):
            with suppress(ProcessLookupError):
                os.kill(process, farewell)
        while _working_in(name, directory) and time.monotonic() < give_up:
            time.sleep(0.05)


def _working_in(name: str, directory: Path) -> list[int]:
    import psutil

    def works_there(process: psutil.Process) -> bool:
        try:
            return process.name() == name and Path(process.cwd()) == directory
        except psutil.Error:
            return False

    return [process.pid for process in psutil.process_iter() if works_there(process)]


class Account:
    """The user that a server runs as when we are root, which PostgreSQL refuses to be."""

    def __init__(self, uid: int, gid: int) -> None:
        self.uid = uid
        self.gid = gid
        # DATA_DIR or the virtualenv may lie where this user may not look (/root, say). Rather
        # than open those folders to everybody, the process keeps the right to look through them.
        self.capability = _capability_to_look()

    @classmethod
    def for_directory(cls, directory: Path) -> Account | None:
        """None for an ordinary user; as root the directory's owner, or nobody for a new one."""
        if os.geteuid() != 0:
            return None
        if directory.exists() and (owner := directory.stat()).st_uid != 0:
            return cls(owner.st_uid, owner.st_gid)
        nobody = pwd.getpwnam("nobody")
        return cls(nobody.pw_uid, nobody.pw_gid)

    def own(self, path: Path) -> None:
        os.chown(path, self.uid, self.gid)

    def become(self) -> None:
        """Runs between fork and exec: nothing here may import, log or take a lock."""
        if self.capability is not None and _libc is not None:
            _libc.prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0)
        os.setgroups([])
        os.setgid(self.gid)
        os.setuid(self.uid)
        if self.capability is not None and _libc is not None:
            _libc.capset(*_only(self.capability))
            _libc.prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, self.capability, 0, 0)


def _capability_to_look() -> int | None:
    """Reading everywhere where that is granted, else (as in many containers) the wider one."""
    if not LINUX:
        return None
    status = Path("/proc/self/status").read_text()
    permitted = int(status.split("CapPrm:")[1].split()[0], 16)
    for capability in (CAP_DAC_READ_SEARCH, CAP_DAC_OVERRIDE):
        if permitted >> capability & 1:
            return capability
    return None


class _Header(ctypes.Structure):
    _fields_ = [("version", ctypes.c_uint32), ("pid", ctypes.c_int)]


class _Sets(ctypes.Structure):
    _fields_ = [(name, ctypes.c_uint32) for name in ("effective", "permitted", "inheritable")]


def _only(capability: int) -> tuple[object, object]:
    mask = 1 << capability
    sets = (_Sets * 2)()
    sets[0] = _Sets(mask, mask, mask)
    return ctypes.byref(_Header(CAPABILITY_VERSION_3, 0)), sets
