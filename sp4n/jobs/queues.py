"""The queues, each with a worker process of its own (`sp4n jobs`)."""

from __future__ import annotations

from typing import Final

MAIL: Final = "mail"
UPKEEP: Final = "upkeep"
EXPORT: Final = "export"  # of its own: one takes minutes, and nobody's mail waits for it
QUEUES: Final = (MAIL, UPKEEP, EXPORT)
