"""the references that form keys name are those of cases: checked apart, so that nobody waits"""

from __future__ import annotations

from alembic import op

revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE filing_key VALIDATE CONSTRAINT fk_filing_key_agency_id_reference")


def downgrade() -> None:
    """A checked constraint need not be unchecked."""
