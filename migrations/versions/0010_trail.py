"""the trail of an agency is searched

It is searched by who acted and by kind of act, in indexes of their own. What citizens file
is most of it and is found by time alone: neither index holds it, so that filing is as fast as before.
"""

from __future__ import annotations

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

INDEXES = {
    "ix_audit_entry_actor": "(agency_id, actor_kind, actor_id, at, id) WHERE actor_id IS NOT NULL",
    "ix_audit_entry_act": "(agency_id, act, at, id) WHERE act <> 'case.filed'",
}


def upgrade() -> None:
    with op.get_context().autocommit_block():
        op.execute("SET lock_timeout = 0")
        for name, content in INDEXES.items():
            # Half of one may be left of a try that was broken off.
            op.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {name}")
            op.execute(f"CREATE INDEX CONCURRENTLY IF NOT EXISTS {name} ON audit_entry {content}")
        op.execute("SET lock_timeout = '1s'")


def downgrade() -> None:
    with op.get_context().autocommit_block():
        for name in INDEXES:
            op.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {name}")
