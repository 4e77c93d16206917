"""What the staff of a planted agency keep at hand, with canaries in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from sp4n.workbench.models import ReplyTemplate

if TYPE_CHECKING:
    from tests.attacks.planting import Planted


def templates(session: Session, planted: Planted) -> list[int]:
    word = planted.canary("", "templat")
    row = ReplyTemplate(name=word, body=word, unit_id=planted.units[0])
    session.add(row)
    session.flush()
    return [row.id]
