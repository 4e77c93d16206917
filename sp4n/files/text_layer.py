"""The words of a PDF that was cleaned, read by a process of its own:
`python -m sp4n.files.text_layer MOST < in > out`, in UTF-8, at most so many bytes.

A scan without a text layer has none. As with the cleaner, a file that eats memory or time ends a
child that knows no setting and holds no connection; then there are no words, and that is all.
"""

from __future__ import annotations

import logging
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Final

log = logging.getLogger(__name__)

SECONDS: Final = 20
CPU_SECONDS: Final = 15
MEMORY: Final = 512 * 1024 * 1024
MOST: Final = 400_000  # bytes
# What no text of ours holds (the database takes no NUL), and the mark for "no such letter".
_UNFIT = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_PASSED_ON = ("PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")
_PACKAGE_HOME = Path(__file__).resolve().parents[2]


def text_layer(content: bytes) -> str:
    """ "" where there is none, or none that can be read."""
    command = [sys.executable, "-E", "-s", "-m", "sp4n.files.text_layer", str(MOST)]
    try:
        child = subprocess.run(
            command,
            input=content,
            capture_output=True,
            cwd=_PACKAGE_HOME,
            env={name: os.environ[name] for name in _PASSED_ON if name in os.environ},
            timeout=SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return ""
    if child.returncode:
        log.warning("the text layer ended with %s: %s", child.returncode, child.stderr[-500:])
        return ""
    return child.stdout.decode(errors="ignore")


def words_of(content: bytes, most: int) -> bytes:
    import pypdfium2

    found: list[bytes] = []
    size = 0
    pdf = pypdfium2.PdfDocument(content)
    for page in pdf:
        words = _UNFIT.sub("", page.get_textpage().get_text_bounded()).replace("\r\n", "\n").strip()
        page.close()
        found.append(words.encode(errors="ignore") + b"\n")
        size += len(found[-1])
        if size >= most:
            break
    return b"".join(found)[:most]


def main() -> int:
    import resource

    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    sys.stdout.buffer.write(words_of(sys.stdin.buffer.read(), int(sys.argv[1])))
    return 0


if __name__ == "__main__":
    sys.exit(main())
