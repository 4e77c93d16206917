"""Is this upload what it says it is? Looks at size, bytes and names, decodes nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import IO

from sp4n.files.kinds import (
    ACCEPTED,
    UNDECLARED,
    Kind,
    is_heic,
    is_markup,
    is_program,
    is_two_things,
    kind_of,
)
from sp4n.files.names import shown_name, suffix_of
from sp4n.files.refusals import refused

MEGABYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """`count` is of one case or one reply, `side` in pixels after scaling down; `kinds`: those of
    ACCEPTED that are taken."""

    size: int = 10 * MEGABYTE
    count: int = 5
    pixels: int = 40_000_000
    side: int = 2560
    pages: int = 300
    kinds: tuple[Kind, ...] = ACCEPTED

    @property
    def accept(self) -> str:
        """For the field: named like this, an iPhone turns its HEIC into JPEG."""
        return ",".join(kind.media_type for kind in self.kinds)

    @property
    def kind_names(self) -> str:
        return ", ".join(kind.label for kind in self.kinds)


DEFAULT_LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class Upload:
    """As it came: nothing about it has been believed yet."""

    file_name: str
    media_type: str
    content: bytes

    @property
    def shown_name(self) -> str:
        return shown_name(self.file_name)


def read_upload(
    source: IO[bytes], *, file_name: str, media_type: str, limits: Limits = DEFAULT_LIMITS
) -> Upload:
    """At most one byte more than the limit is held: enough for `check_upload` to see it."""
    return Upload(file_name, media_type, source.read(limits.size + 1))


def check_count(name: str, *, already: int, limits: Limits = DEFAULT_LIMITS) -> None:
    if already >= limits.count:
        raise refused("too_many", name, limit=limits.count)


def check_upload(upload: Upload, *, limits: Limits = DEFAULT_LIMITS) -> Kind:
    """What it is; raises `Invalid` where size, bytes, name and declared type do not agree."""
    name, content = upload.shown_name, upload.content
    if not content:
        raise refused("empty", name)
    if len(content) > limits.size:
        raise refused("too_big", name, limit=limits.size // MEGABYTE)
    kind = kind_of(content)
    if kind is None:
        raise refused(_foreign_reason(content), name)
    _check_names(upload, kind)
    if kind not in limits.kinds:
        raise refused("not_taken", name, kind=kind.label, kinds=limits.kind_names)
    if is_two_things(content, kind):
        raise refused("two_things", name)
    return kind


def _foreign_reason(content: bytes) -> str:
    if not content.strip(b"\0"):
        return "damaged"
    if is_heic(content):
        return "heic"
    if is_program(content):
        return "program"
    return "markup" if is_markup(content) else "unknown"


def _check_names(upload: Upload, kind: Kind) -> None:
    suffix = suffix_of(upload.file_name)
    if suffix and suffix not in kind.suffixes:
        known = any(suffix in other.suffixes for other in ACCEPTED)
        reason = "wrong_suffix" if known else "unknown"
        raise refused(reason, upload.shown_name, kind=kind.label, suffix=kind.suffixes[0])
    declared = upload.media_type.partition(";")[0].strip().lower()
    if declared not in {kind.media_type, *kind.media_aliases, *UNDECLARED}:
        raise refused("wrong_type", upload.shown_name, kind=kind.label)
