"""the wider check of classes holds for every case: read in a transaction that stops nobody"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None

NAME = "ck_case_record_classification"


def upgrade() -> None:
    op.execute(f"ALTER TABLE case_record VALIDATE CONSTRAINT {NAME}")


def downgrade() -> None:
    """The same check, of new rows alone."""
    says = sa.text("SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = :name")
    check = op.get_bind().scalar(says, {"name": NAME})
    op.execute(f"ALTER TABLE case_record DROP CONSTRAINT {NAME}")
    op.execute(f"ALTER TABLE case_record ADD CONSTRAINT {NAME} {check} NOT VALID")
