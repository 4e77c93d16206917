"""cases between agencies: offers, answers, contacts on their way, and who has had a case"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

ME = "NULLIF(current_setting('app.agency_id', true), '')::bigint"
MINE = f"agency_id = {ME}"
OF_EITHER = f"{MINE} OR to_agency_id = {ME}"
# Table -> what an agency may do, whether the national level reads it, who reads it in an agency.
TABLES = {
    "custody": ("SELECT, INSERT, UPDATE", True, "true"),
    "handover": ("SELECT, INSERT, UPDATE", True, OF_EITHER),
    "handover_answer": ("SELECT, INSERT, UPDATE", True, OF_EITHER),
    "handover_contact": ("SELECT, INSERT, DELETE", False, OF_EITHER),
}


def upgrade() -> None:
    op.add_column("case_record", sa.Column("received_at", sa.DateTime(timezone=True)))
    op.add_column("case_record", sa.Column("handover_id", sa.BigInteger()))
    op.create_table(
        "handover",
        agency("agency_id"),
        agency("to_agency_id"),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("hop", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("payload", postgresql.JSONB(), nullable=False),
        sa.Column("access_code_hash", sa.LargeBinary(), nullable=False),
        sa.Column("contact_allowed", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("decided_by", sa.Text(), server_default="", nullable=False),
        sa.Column("decision", sa.Text(), server_default="", nullable=False),
        sa.Column("offered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answer_by", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('offered','arbitration','accepted','refused','expired','cancelled')",
            name=op.f("ck_handover_state"),
        ),
        *keys("handover", "id"),
    )
    op.create_index("ix_handover_agency_id_case_id", "handover", ["agency_id", "case_id"])
    op.create_index("ix_handover_to_agency_id_reference", "handover", ["to_agency_id", "reference"])
    op.create_index(
        "ix_handover_open",
        "handover",
        ["agency_id", "id"],
        postgresql_where=sa.text("state IN ('offered','arbitration')"),
    )
    op.create_index(
        "ix_handover_offered",
        "handover",
        ["to_agency_id", "id"],
        postgresql_where=sa.text("state = 'offered'"),
    )
    op.create_table(
        "handover_answer",
        agency("agency_id"),
        agency("to_agency_id"),
        sa.Column("handover_id", sa.BigInteger(), nullable=False),
        sa.Column("accepted", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("contact_allowed", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("contact_taken", sa.Boolean(), server_default=sa.false(), nullable=False),
        *keys("handover_answer", "handover_id"),
    )
    op.create_index(
        "ix_handover_answer_to_agency_id", "handover_answer", ["to_agency_id", "handover_id"]
    )
    op.create_index(
        "ix_handover_answer_asking",
        "handover_answer",
        ["to_agency_id"],
        postgresql_where=sa.text("contact_allowed AND NOT contact_taken"),
    )
    op.create_table(
        "handover_contact",
        agency("agency_id"),
        agency("to_agency_id"),
        sa.Column("handover_id", sa.BigInteger(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("reachable", sa.Boolean(), nullable=False),
        *keys("handover_contact", "handover_id"),
    )
    op.create_index("ix_handover_contact_to_agency_id", "handover_contact", ["to_agency_id"])
    op.create_table(
        "custody",
        agency("agency_id"),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("hop", sa.BigInteger(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_custody_agency_id")),
        sa.PrimaryKeyConstraint("agency_id", "reference", "hop", name=op.f("pk_custody")),
    )
    op.create_index("ix_custody_reference", "custody", ["reference", "hop"])
    raise_the_wall()


def agency(name: str) -> sa.Column:
    return sa.Column(name, sa.BigInteger(), nullable=False)


def keys(table: str, number: str) -> list[sa.Constraint]:
    return [
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f(f"fk_{table}_agency_id")),
        sa.ForeignKeyConstraint(
            ["to_agency_id"], ["agency.id"], name=op.f(f"fk_{table}_to_agency_id")
        ),
        sa.PrimaryKeyConstraint("agency_id", number, name=op.f(f"pk_{table}")),
    ]


def raise_the_wall() -> None:
    """Of every row one agency is the writer, whoever else may read it."""
    for table, (verbs, national, readers) in TABLES.items():
        op.execute(f"GRANT {verbs} ON {table} TO sp4n_tenant")
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY reads ON {table} FOR SELECT TO sp4n_tenant USING ({readers})")
        op.execute(
            f"CREATE POLICY own_insert ON {table} FOR INSERT TO sp4n_tenant WITH CHECK ({MINE})"
        )
        op.execute(
            f"CREATE POLICY own_update ON {table} FOR UPDATE TO sp4n_tenant "
            f"USING ({MINE}) WITH CHECK ({MINE})"
        )
        op.execute(f"CREATE POLICY own_delete ON {table} FOR DELETE TO sp4n_tenant USING ({MINE})")
        if national:
            op.execute(f"GRANT SELECT ON {table} TO sp4n_national")
            op.execute(
                f"CREATE POLICY sp4n_national_reads ON {table} FOR SELECT TO sp4n_national "
                "USING (true)"
            )


def downgrade() -> None:
    for table in TABLES:
        op.drop_table(table)
    for name in ("handover_id", "received_at"):
        op.drop_column("case_record", name)
