"""coordinators count a report that was split once, where its time is over"""

from __future__ import annotations

from alembic import op

revision = "0059"
down_revision = "0058"
branch_labels = None
depends_on = None

TABLE = "case_part"


def upgrade() -> None:
    op.execute(f"GRANT SELECT ON {TABLE} TO sp4n_national")
    op.execute(
        f"CREATE POLICY sp4n_national_reads ON {TABLE} FOR SELECT TO sp4n_national USING (true)"
    )


def downgrade() -> None:
    op.execute(f"DROP POLICY sp4n_national_reads ON {TABLE}")
    op.execute(f"REVOKE SELECT ON {TABLE} FROM sp4n_national")
