"""a form's key names the reference of what it made

Known before anything is written, so that a filing is one statement. The column of the release
before, `case_id`, stays until no key of it is left.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('filing_key', sa.Column('reference', sa.Text(), nullable=True))


def downgrade() -> None:
    op.drop_column('filing_key', 'reference')
