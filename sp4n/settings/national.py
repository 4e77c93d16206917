"""What the national level decides for every agency, beside its rules: a few named switches."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from sp4n import clock
from sp4n.settings.models import NationalSetting

# Every agency's admins must sign in with a second factor. Off until the national level decides it.
SECOND_FACTOR_FOR_ADMINS: Final = "second_factor_for_admins"
YES: Final = "yes"


def is_set(session: Session, key: str) -> bool:
    wanted = sa.select(NationalSetting.value).where(NationalSetting.key == key)
    return session.scalar(wanted) == YES


def switch(session: Session, *, key: str, on: bool, record: Callable[..., Any]) -> None:
    """In the national scope; what is as by default has no row."""
    session.execute(sa.delete(NationalSetting).where(NationalSetting.key == key))
    if on:
        session.add(NationalSetting(key=key, value=YES, changed_at=clock.now()))
    record(session, act="national.setting", object_kind="setting", data={"key": key, "on": on})
    session.flush()
