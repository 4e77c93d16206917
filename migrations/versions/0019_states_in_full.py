"""cases on hold, disputed, with another agency; and where one goes back to

The new check is wider than the old: the release before writes nothing that it refuses.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

TABLE, CHECK = "case_record", "ck_case_record_state"
BEFORE = "'unverified','unhandled','in_progress','awaiting_reply','closed','archived'"


def upgrade() -> None:
    op.add_column(TABLE, sa.Column("state_before", sa.Text(), nullable=True))
    op.drop_constraint(op.f(CHECK), TABLE, type_="check")
    _allow(f"{BEFORE},'on_hold','disputed','forwarded'")


def downgrade() -> None:
    """What the release before has no word for is archived there."""
    op.drop_constraint(op.f(CHECK), TABLE, type_="check")
    op.execute(f"UPDATE {TABLE} SET state = 'archived' WHERE state NOT IN ({BEFORE})")
    _allow(BEFORE)
    op.drop_column(TABLE, "state_before")


def _allow(states: str) -> None:
    """New rows are held to it; those that are there are read by the migration after this one."""
    op.execute(
        f"ALTER TABLE {TABLE} ADD CONSTRAINT {CHECK} CHECK (state IN ({states})) NOT VALID"
    )
