"""What a correction of a case's kind, topic or weight says, for people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _

from sp4n.cases.models import CaseEvent
from sp4n.cases.words import CLASSIFICATION_LABELS


def reclassified_words(event: CaseEvent, language: str) -> str:
    """From what to what, and why."""
    before, after = event.data["before"], event.data["after"]
    lines = []
    if "classification" in after:
        words = {"before": _kind(before), "after": _kind(after)}
        lines.append(_("Jenis: sebelumnya %(before)s, sekarang %(after)s.", **words))
    if "topic" in after:
        words = {"before": _topic(before, language), "after": _topic(after, language)}
        lines.append(_("Topik: sebelumnya %(before)s, sekarang %(after)s.", **words))
    return "\n".join([*lines, event.body]).strip()


def supervised_words(event: CaseEvent) -> str:
    """Read by the desk alone."""
    if event.data["supervision"]:
        marked = _("Ditandai berkadar pengawasan: rahasia, dan tidak diumumkan.")
    else:
        marked = _("Tidak lagi berkadar pengawasan; tetap rahasia.")
    return f"{marked}\n{event.body}".strip()


def _kind(classes: Mapping[str, Any]) -> str:
    return str(CLASSIFICATION_LABELS[classes["classification"]])


def _topic(classes: Mapping[str, Any], language: str) -> str:
    return classes["topic"][language] or str(_("tanpa topik"))
