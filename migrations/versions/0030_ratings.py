"""what reporters think of how their cases ended"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

MINE = "agency_id = NULLIF(current_setting('app.agency_id', true), '')::bigint"
SCORES = ("access", "response", "transparency", "result")


def upgrade() -> None:
    op.create_table(
        "rating",
        sa.Column("agency_id", sa.BigInteger(), nullable=False),
        sa.Column("end_event_id", sa.BigInteger(), nullable=False),
        sa.Column("event_id", sa.BigInteger(), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        *(sa.Column(one, sa.BigInteger(), nullable=False) for one in SCORES),
        *(
            sa.CheckConstraint(f"{one} BETWEEN 1 AND 5", name=op.f(f"ck_rating_{one}"))
            for one in SCORES
        ),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_rating_agency_id")),
        *(whole_key(*one) for one in KEYS),
        sa.PrimaryKeyConstraint("agency_id", "end_event_id", name=op.f("pk_rating")),
    )
    op.create_index("ix_rating_agency_id_at", "rating", ["agency_id", "at", "end_event_id"])
    op.execute("GRANT SELECT, INSERT ON rating TO sp4n_tenant")
    op.execute("ALTER TABLE rating ENABLE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE rating FORCE ROW LEVEL SECURITY")
    op.execute(
        f"CREATE POLICY own_rows ON rating FOR ALL TO sp4n_tenant USING ({MINE}) WITH CHECK ({MINE})"
    )


KEYS = (
    ("case_id", "case_record"),
    ("end_event_id", "case_event"),
    ("event_id", "case_event"),
)


def whole_key(column: str, table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["agency_id", column],
        [f"{table}.agency_id", f"{table}.id"],
        name=op.f(f"fk_rating_agency_id_{column}"),
    )


def downgrade() -> None:
    op.drop_table("rating")
