"""The queues, each with a worker process of its own: a rule test holds the supervisor to it."""

from __future__ import annotations

from typing import Final

MAIL: Final = "mail"
UPKEEP: Final = "upkeep"
QUEUES: Final = (MAIL, UPKEEP)
