"""Who supports and follows a public case of a planted agency: the address is a canary, sealed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from sp4n.cases.following import (
    CONFIRM_KEY,
    END_KEY,
    ask_to_follow,
    confirm_follower,
    follower_key,
)
from sp4n.cases.models import PublicCase
from sp4n.cases.public_models import CaseFollower
from sp4n.cases.supporting import support_case

if TYPE_CHECKING:
    from tests.attacks.planting import Planted


def a_follower(app: Flask, session: Session, planted: Planted) -> list[str]:
    """The keys of its links."""
    secret = app.extensions["sp4n.settings"].secret_key
    case = session.get_one(PublicCase, (planted.agency.id, planted.cases["terbuka"].id))
    support_case(session, case=case, token=planted.canary("", "dukungan"), secret=secret)
    ask_to_follow(
        session,
        case=case,
        address=f"{planted.canary('', 'pengikut')}@contoh.id",
        language="id",
        sealer=app.extensions["sp4n.sealer"],
        secret=secret,
    )
    follower = session.scalars(sa.select(CaseFollower)).one()
    confirm_follower(session, follower=follower)
    return [follower_key(secret, follower, purpose) for purpose in (CONFIRM_KEY, END_KEY)]
