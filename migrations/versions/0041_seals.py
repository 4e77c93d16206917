"""what happens to cases is sealed, in a chain per agency"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None

MINE = "agency_id = NULLIF(current_setting('app.agency_id', true), '')::bigint"


def upgrade() -> None:
    op.create_table(
        "seal_link",
        number("agency_id"),
        number("number"),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        number("events"),
        *(hashed(one) for one in ("root", "previous", "head", "signature")),
        number("through"),
        agency("seal_link"),
        sa.PrimaryKeyConstraint("agency_id", "number", name=op.f("pk_seal_link")),
    )
    op.create_index("ix_seal_link_agency_id_at", "seal_link", ["agency_id", "at", "number"])
    op.create_table(
        "event_seal",
        number("agency_id"),
        number("event_id"),
        number("case_id"),
        number("link"),
        number("place"),
        hashed("words"),
        sa.Column("files", sa.LargeBinary(), server_default=sa.text("''::bytea"), nullable=False),
        hashed("leaf"),
        agency("event_seal"),
        whole_key("event_seal", "event_id", "case_event"),
        whole_key("event_seal", "case_id", "case_record"),
        sa.PrimaryKeyConstraint("agency_id", "event_id", name=op.f("pk_event_seal")),
    )
    op.create_index(
        "uq_event_seal_link", "event_seal", ["agency_id", "link", "place"], unique=True
    )
    op.create_index("ix_event_seal_case_id", "event_seal", ["agency_id", "case_id"])
    op.create_table(
        "seal_salt",
        number("agency_id"),
        number("event_id"),
        hashed("salt"),
        agency("seal_salt"),
        whole_key("seal_salt", "event_id", "case_event"),
        sa.PrimaryKeyConstraint("agency_id", "event_id", name=op.f("pk_seal_salt")),
    )
    raise_the_wall()


def number(name: str) -> sa.Column:
    return sa.Column(name, sa.BigInteger(), nullable=False)


def hashed(name: str) -> sa.Column:
    return sa.Column(name, sa.LargeBinary(), nullable=False)


def agency(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["agency_id"], ["agency.id"], name=op.f(f"fk_{table}_agency_id")
    )


def whole_key(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["agency_id", column],
        [f"{target}.agency_id", f"{target}.id"],
        name=op.f(f"fk_{table}_agency_id_{column}"),
    )


def raise_the_wall() -> None:
    """Nobody changes a link or a seal, nor takes one away; a salt goes with its words."""
    for table, verbs in (
        ("seal_link", "SELECT, INSERT"),
        ("event_seal", "SELECT, INSERT"),
        ("seal_salt", "SELECT, INSERT, DELETE"),
    ):
        op.execute(f"GRANT {verbs} ON {table} TO sp4n_tenant")
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    for table in ("event_seal", "seal_salt"):
        op.execute(
            f"CREATE POLICY own_rows ON {table} FOR ALL TO sp4n_tenant "
            f"USING ({MINE}) WITH CHECK ({MINE})"
        )
    op.execute("CREATE POLICY reads ON seal_link FOR SELECT TO sp4n_tenant USING (true)")
    op.execute(
        f"CREATE POLICY own_insert ON seal_link FOR INSERT TO sp4n_tenant WITH CHECK ({MINE})"
    )
    op.execute(
        "CREATE POLICY own_update ON seal_link FOR UPDATE TO sp4n_tenant "
        f"USING ({MINE}) WITH CHECK ({MINE})"
    )
    op.execute(f"CREATE POLICY own_delete ON seal_link FOR DELETE TO sp4n_tenant USING ({MINE})")
    op.execute("GRANT SELECT ON seal_link TO sp4n_national")
    op.execute(
        "CREATE POLICY sp4n_national_reads ON seal_link FOR SELECT TO sp4n_national USING (true)"
    )


def downgrade() -> None:
    for table in ("seal_salt", "event_seal", "seal_link"):
        op.drop_table(table)
