"""reply templates that are sent at one click, and where the case goes with it

The key is not checked against the rows that are there: none of them names a unit.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None

TABLE, KEY, CHECK = "reply_template", "fk_reply_template_agency_id_assign_to", "macro"


def upgrade() -> None:
    macro = sa.Column("macro", sa.Boolean(), server_default=sa.false(), nullable=False)
    op.add_column(TABLE, macro)
    op.add_column(TABLE, sa.Column("assign_to", sa.BigInteger(), nullable=True))
    op.execute(
        f"ALTER TABLE {TABLE} ADD CONSTRAINT {KEY} FOREIGN KEY (agency_id, assign_to) "
        "REFERENCES unit (agency_id, id) NOT VALID"
    )
    op.execute(
        f"ALTER TABLE {TABLE} ADD CONSTRAINT ck_{TABLE}_{CHECK} "
        "CHECK (NOT macro OR final <> '') NOT VALID"
    )


def downgrade() -> None:
    op.drop_constraint(op.f(f"ck_{TABLE}_{CHECK}"), TABLE, type_="check")
    op.drop_constraint(op.f(KEY), TABLE, type_="foreignkey")
    op.drop_column(TABLE, "assign_to")
    op.drop_column(TABLE, "macro")
