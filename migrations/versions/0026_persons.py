"""a case may be a person's to see to

The key is not checked against the rows that are there: none of them names a person.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

TABLE, KEY = "case_record", "fk_case_record_agency_id_assignee_id"


def upgrade() -> None:
    op.add_column(TABLE, sa.Column("assignee_id", sa.BigInteger(), nullable=True))
    op.execute(
        f"ALTER TABLE {TABLE} ADD CONSTRAINT {KEY} FOREIGN KEY (agency_id, assignee_id) "
        "REFERENCES account (agency_id, id) NOT VALID"
    )


def downgrade() -> None:
    op.drop_constraint(op.f(KEY), TABLE, type_="foreignkey")
    op.drop_column(TABLE, "assignee_id")
