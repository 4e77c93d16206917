"""action plans, of the national road map"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0053"
down_revision = "0052"
branch_labels = None
depends_on = None

MINE = "agency_id = NULLIF(current_setting('app.agency_id', true), '')::bigint"
STATES = "'draft', 'submitted', 'needs_revision', 'accepted', 'ratified', 'superseded'"
OPEN = "'draft', 'submitted', 'needs_revision', 'accepted'"
OWNED = {
    "action_plan": ("SELECT, INSERT, UPDATE", True),
    "plan_item": ("SELECT, INSERT, UPDATE, DELETE", True),
    "plan_remark": ("SELECT, INSERT", True),
    "plan_upload": ("SELECT, INSERT, UPDATE, DELETE", False),
    "plan_progress": ("SELECT, INSERT, UPDATE", True),
    "plan_reminder": ("SELECT, INSERT", True),
}


def upgrade() -> None:
    a_road_map()
    plans()
    lines()
    beside_them()
    practices()
    offices()
    raise_the_wall()


def a_road_map() -> None:
    op.create_table(
        "road_map",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        *(words(one) for one in ("key", "version", "name", "citation")),
        text("source"),
        sa.Column("verified", sa.Boolean(), server_default=sa.false(), nullable=False),
        year("period_from"),
        year("period_to"),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("sections", JSONB(), nullable=False),
        sa.Column("objectives", JSONB(), nullable=False),
        moment("reminded_at", nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_road_map")),
        sa.UniqueConstraint("key", name=op.f("uq_road_map_key")),
    )


def plans() -> None:
    op.create_table(
        "action_plan",
        *numbered(),
        of_the_road_map(),
        year("period_from"),
        year("period_to"),
        sa.Column("version", sa.BigInteger(), server_default="1", nullable=False),
        text("state", "draft"),
        sa.Column("revision", sa.BigInteger(), server_default="1", nullable=False),
        moment("made_at"),
        moment("changed_at"),
        words("changed_by"),
        moment("submitted_at", nullable=True),
        text("submitted_by"),
        moment("decided_at", nullable=True),
        text("decided_by"),
        text("decision"),
        text("number"),
        sa.Column("ratified_on", sa.Date(), nullable=True),
        text("ratified_by"),
        sa.Column("document_id", sa.BigInteger(), nullable=True),
        *keys("action_plan"),
        road_map_key("action_plan"),
        whole_key("action_plan", "document_id", "document"),
        sa.UniqueConstraint(
            "agency_id",
            "period_from",
            "period_to",
            "version",
            name=op.f("uq_action_plan_agency_id_period_from_period_to_version"),
        ),
        sa.CheckConstraint(f"state IN ({STATES})", name=op.f("ck_action_plan_state")),
        sa.CheckConstraint("period_from <= period_to", name=op.f("ck_action_plan_period")),
    )
    period = ["agency_id", "period_from", "period_to"]
    for name, states in (("open", OPEN), ("ratified", "'ratified'")):
        condition = sa.text(f"state IN ({states})" if name == "open" else f"state = {states}")
        op.create_index(
            f"uq_action_plan_{name}",
            "action_plan",
            period,
            unique=True,
            postgresql_where=condition,
        )
    op.create_index("ix_action_plan_road_map_id", "action_plan", ["road_map_id"])
    op.create_index(
        "ix_action_plan_agency_id_document_id", "action_plan", ["agency_id", "document_id"]
    )


def lines() -> None:
    texts = ("indicator", "unit_of_measure", "baseline", "responsible", "supporting")
    op.create_table(
        "plan_item",
        *numbered(),
        number("plan_id"),
        sa.Column("position", sa.BigInteger(), nullable=False),
        *(words(one) for one in ("code", "level", "name")),
        *(text(one) for one in ("parent_code", "section", "objective", *texts)),
        sa.Column("targets", JSONB(), server_default="{}", nullable=False),
        sa.Column("budget", sa.BigInteger(), nullable=True),
        *(text(one) for one in ("budget_source", "quarters", "evidence", "credit")),
        *keys("plan_item"),
        whole_key("plan_item", "plan_id", "action_plan"),
        sa.UniqueConstraint(
            "agency_id", "plan_id", "code", name=op.f("uq_plan_item_agency_id_plan_id_code")
        ),
        sa.CheckConstraint(
            "level IN ('sasaran', 'program', 'kegiatan')", name=op.f("ck_plan_item_level")
        ),
        sa.CheckConstraint("budget >= 0", name=op.f("ck_plan_item_budget")),
    )


def beside_them() -> None:
    op.create_table(
        "plan_remark",
        *numbered(),
        number("plan_id"),
        text("code"),
        *(words(one) for one in ("words", "author_kind", "author_name")),
        moment("at"),
        *keys("plan_remark"),
        whole_key("plan_remark", "plan_id", "action_plan"),
    )
    op.create_index(
        "ix_plan_remark_agency_id_plan_id", "plan_remark", ["agency_id", "plan_id", "id"]
    )
    op.create_table(
        "plan_upload",
        *numbered(),
        number("plan_id"),
        number("account_id"),
        words("file_name"),
        sa.Column("sheets", JSONB(), nullable=False),
        sa.Column("notes", JSONB(), server_default="[]", nullable=False),
        sa.Column("chosen", JSONB(), server_default="{}", nullable=False),
        sa.Column("mended", JSONB(), server_default="{}", nullable=False),
        moment("made_at"),
        moment("expires_at"),
        moment("imported_at", nullable=True),
        sa.Column("imported", sa.BigInteger(), server_default="0", nullable=False),
        *keys("plan_upload"),
        whole_key("plan_upload", "plan_id", "action_plan"),
        whole_key("plan_upload", "account_id", "account"),
    )
    for column in ("plan_id", "expires_at"):
        op.create_index(f"ix_plan_upload_agency_id_{column}", "plan_upload", ["agency_id", column])
    op.create_table(
        "plan_progress",
        *numbered(),
        number("plan_id"),
        words("code"),
        year("year"),
        year("quarter"),
        text("achieved"),
        sa.Column("spent", sa.BigInteger(), nullable=True),
        *(text(one) for one in ("evidence", "link", "forecast", "note")),
        words("by_name"),
        moment("at"),
        *keys("plan_progress"),
        whole_key("plan_progress", "plan_id", "action_plan"),
        sa.UniqueConstraint(
            "agency_id",
            "plan_id",
            "code",
            "year",
            "quarter",
            name=op.f("uq_plan_progress_agency_id_plan_id_code_year_quarter"),
        ),
        sa.CheckConstraint("quarter BETWEEN 1 AND 4", name=op.f("ck_plan_progress_quarter")),
    )
    op.create_table(
        "plan_reminder",
        *numbered(),
        of_the_road_map(),
        moment("at"),
        *keys("plan_reminder"),
        road_map_key("plan_reminder"),
    )
    op.create_index(
        "ix_plan_reminder_agency_id_road_map_id", "plan_reminder", ["agency_id", "road_map_id"]
    )


def practices() -> None:
    op.create_table(
        "best_practice",
        *numbered(),
        number("plan_id"),
        *(words(one) for one in ("number", "name")),
        *(text(one) for one in ("section", "why")),
        sa.Column("content", JSONB(), nullable=False),
        sa.Column("active", sa.Boolean(), server_default=sa.true(), nullable=False),
        moment("offered_at"),
        *keys("best_practice"),
        sa.UniqueConstraint(
            "agency_id", "plan_id", "number", name=op.f("uq_best_practice_agency_id_plan_id_number")
        ),
    )


def offices() -> None:
    office = sa.Column("office", sa.Text(), server_default="", nullable=False)
    op.add_column("coordinator", office)
    op.execute(
        "ALTER TABLE coordinator ADD CONSTRAINT ck_coordinator_office "
        "CHECK (office IN ('', 'panrb', 'kemendagri')) NOT VALID"
    )


def number(name: str) -> sa.Column:
    return sa.Column(name, sa.BigInteger(), nullable=False)


def numbered() -> list[sa.Column]:
    own = sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False)
    return [sa.Column("agency_id", sa.BigInteger(), nullable=False), own]


def of_the_road_map() -> sa.Column:
    return sa.Column("road_map_id", sa.BigInteger(), nullable=False)


def words(name: str) -> sa.Column:
    return sa.Column(name, sa.Text(), nullable=False)


def text(name: str, value: str = "") -> sa.Column:
    return sa.Column(name, sa.Text(), server_default=value, nullable=False)


def year(name: str) -> sa.Column:
    return sa.Column(name, sa.BigInteger(), nullable=False)


def moment(name: str, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def keys(table: str) -> list[sa.Constraint]:
    agency = sa.ForeignKeyConstraint(
        ["agency_id"], ["agency.id"], name=op.f(f"fk_{table}_agency_id")
    )
    return [sa.PrimaryKeyConstraint("agency_id", "id", name=op.f(f"pk_{table}")), agency]


def road_map_key(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["road_map_id"], ["road_map.id"], name=op.f(f"fk_{table}_road_map_id")
    )


def whole_key(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["agency_id", column],
        [f"{target}.agency_id", f"{target}.id"],
        name=op.f(f"fk_{table}_agency_id_{column}"),
    )


def raise_the_wall() -> None:
    """Each agency's own; practices are read by all, and offered by their agency alone."""
    for table, (verbs, seen) in OWNED.items():
        enclose(table, verbs, seen)
        op.execute(
            f"CREATE POLICY own_rows ON {table} FOR ALL TO sp4n_tenant "
            f"USING ({MINE}) WITH CHECK ({MINE})"
        )
    table = "best_practice"
    enclose(table, "SELECT, INSERT, UPDATE", True)
    op.execute(f"CREATE POLICY reads ON {table} FOR SELECT TO sp4n_tenant USING (true)")
    for verb, said in (
        ("INSERT", f"WITH CHECK ({MINE})"),
        ("UPDATE", f"USING ({MINE}) WITH CHECK ({MINE})"),
        ("DELETE", f"USING ({MINE})"),
    ):
        op.execute(f"CREATE POLICY own_{verb.lower()} ON {table} FOR {verb} TO sp4n_tenant {said}")
    op.execute("GRANT SELECT ON road_map TO sp4n_tenant")
    op.execute("GRANT SELECT, INSERT, UPDATE ON road_map TO sp4n_national")


def enclose(table: str, verbs: str, seen: bool) -> None:
    op.execute(f"GRANT {verbs} ON {table} TO sp4n_tenant")
    op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    if seen:
        op.execute(f"GRANT SELECT ON {table} TO sp4n_national")
        op.execute(
            f"CREATE POLICY sp4n_national_reads ON {table} FOR SELECT TO sp4n_national USING (true)"
        )


def downgrade() -> None:
    op.drop_constraint(op.f("ck_coordinator_office"), "coordinator", type_="check")
    op.drop_column("coordinator", "office")
    for table in (
        "best_practice",
        "plan_reminder",
        "plan_progress",
        "plan_upload",
        "plan_remark",
        "plan_item",
        "action_plan",
        "road_map",
    ):
        op.drop_table(table)
