"""domains of an agency's own: claimed by several, shown to be one's, checked again"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

# Several agencies may say that a domain is theirs; one at most has shown it.
INDEXES = {
    "uq_agency_domain_verified": "(domain) WHERE verified_at IS NOT NULL",
    "uq_agency_domain_own": "(agency_id, domain)",
    "uq_agency_domain_primary": "(agency_id) WHERE is_primary",
}
TEXTS = ("token", "method", "fault")
MOMENTS = ("asked_at", "checked_at", "failing_since")


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)
    columns = [sa.Column(name, sa.Text(), server_default="", nullable=False) for name in TEXTS]
    columns.append(sa.Column("is_primary", sa.Boolean(), server_default=sa.false(), nullable=False))
    columns.append(sa.Column("added_at", moment, server_default=sa.text("now()"), nullable=False))
    columns += [sa.Column(name, moment, nullable=True) for name in MOMENTS]
    for column in columns:
        # Some may be left of a try that was broken off at the indexes.
        op.add_column("agency_domain", column, if_not_exists=True)
    with op.get_context().autocommit_block():
        op.execute("SET lock_timeout = 0")
        for name, columns in INDEXES.items():
            # Half of one may be left of a try that was broken off.
            op.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {name}")
            op.execute(
                f"CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS {name} ON agency_domain {columns}"
            )
        op.execute("SET lock_timeout = '1s'")
    op.execute("ALTER TABLE agency_domain DROP CONSTRAINT IF EXISTS uq_agency_domain_domain")


def downgrade() -> None:
    op.create_unique_constraint("uq_agency_domain_domain", "agency_domain", ["domain"])
    for name in INDEXES:
        op.drop_index(name, table_name="agency_domain")
    for name in (*TEXTS, "is_primary", "added_at", *MOMENTS):
        op.drop_column("agency_domain", name)
