"""policies of rewards and sanctions, what they were measured on, and what came of it"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0054"
down_revision = "0053"
branch_labels = None
depends_on = None

MINE = "agency_id = NULLIF(current_setting('app.agency_id', true), '')::bigint"
# Table -> what the agency's role may; of the last the national level sees nothing.
RIGHTS = {
    "policy": "SELECT, INSERT, UPDATE",
    "policy_version": "SELECT, INSERT, UPDATE",
    "policy_run": "SELECT, INSERT, UPDATE",
    "policy_proposal": "SELECT, INSERT, UPDATE",
}
NATIONAL = ("policy", "policy_version", "policy_run")


def upgrade() -> None:
    op.create_table("policy", *key("policy"), text("title"), moment("created_at"))
    op.create_table(
        "policy_version",
        *key("policy_version"),
        number("policy_id"),
        number("number"),
        text("title"),
        text("body"),
        listed("rules", "[]"),
        *(number(one) for one in ("wait_days", "objection_days", "ladder_months")),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        moment("published_at", empty=True),
        text("published_by", ""),
        sa.Column("document_id", sa.BigInteger(), nullable=True),
        number("edits", "1"),
        owned("policy_version", "policy_id", "policy"),
        owned("policy_version", "document_id", "document"),
        sa.UniqueConstraint(
            "agency_id",
            "policy_id",
            "number",
            name=op.f("uq_policy_version_agency_id_policy_id_number"),
        ),
        sa.Index(
            "uq_policy_version_draft",
            "agency_id",
            "policy_id",
            unique=True,
            postgresql_where=sa.text("published_at IS NULL"),
        ),
    )
    op.create_table(
        "policy_run",
        *key("policy_run"),
        number("version_id"),
        text("period_kind"),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        moment("run_at"),
        number("judged"),
        number("proposed"),
        number("decided", "0"),
        owned("policy_run", "version_id", "policy_version"),
        sa.UniqueConstraint(
            "agency_id",
            "version_id",
            "period_kind",
            "starts_on",
            name=op.f("uq_policy_run_agency_id_version_id_period_kind_starts_on"),
        ),
        check("policy_run", "period_kind", "period_kind IN ('month','quarter','year')"),
    )
    proposals()
    raise_the_wall()


def proposals() -> None:
    op.create_table(
        "policy_proposal",
        *key("policy_proposal"),
        number("run_id"),
        listed("rule"),
        text("subject_kind"),
        *(sa.Column(one, sa.BigInteger(), nullable=True) for one in ("unit_id", "account_id")),
        listed("measured"),
        listed("cases"),
        text("effect"),
        text("step"),
        text("state", "proposed"),
        moment("object_until"),
        *(text(one, "") for one in ("objection", "objected_by")),
        moment("objected_at", empty=True),
        *(text(one, "") for one in ("reason", "decided_by")),
        moment("decided_at", empty=True),
        *(text(one, "") for one in ("letter_number", "signatory", "signatory_title")),
        owned("policy_proposal", "run_id", "policy_run"),
        owned("policy_proposal", "unit_id", "unit"),
        owned("policy_proposal", "account_id", "account"),
        check(
            "policy_proposal", "state", "state IN ('proposed','objected','granted','waived')"
        ),
        check("policy_proposal", "effect", "effect IN ('reward','sanction')"),
        check(
            "policy_proposal",
            "subject",
            "(subject_kind = 'unit' AND unit_id IS NOT NULL) OR "
            "(subject_kind = 'person' AND account_id IS NOT NULL)",
        ),
    )
    for column in ("run_id", "unit_id", "account_id"):
        op.create_index(
            f"ix_policy_proposal_agency_id_{column}",
            "policy_proposal",
            ["agency_id", column, "id"],
        )


def key(table: str) -> tuple[object, ...]:
    return (
        sa.Column("agency_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f(f"fk_{table}_agency_id")),
        sa.PrimaryKeyConstraint("agency_id", "id", name=op.f(f"pk_{table}")),
    )


def owned(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["agency_id", column],
        [f"{target}.agency_id", f"{target}.id"],
        name=op.f(f"fk_{table}_agency_id_{column}"),
    )


def check(table: str, name: str, rule: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(rule, name=op.f(f"ck_{table}_{name}"))


def number(name: str, default: str | None = None) -> sa.Column:
    return sa.Column(name, sa.BigInteger(), server_default=default, nullable=False)


def text(name: str, default: str | None = None) -> sa.Column:
    return sa.Column(name, sa.Text(), server_default=default, nullable=False)


def moment(name: str, *, empty: bool = False) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=empty)


def listed(name: str, default: str | None = None) -> sa.Column:
    kind = postgresql.JSONB(astext_type=sa.Text())
    return sa.Column(name, kind, server_default=default, nullable=False)


def raise_the_wall() -> None:
    for table, rights in RIGHTS.items():
        op.execute(f"GRANT {rights} ON {table} TO sp4n_tenant")
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(
            f"CREATE POLICY own_rows ON {table} FOR ALL TO sp4n_tenant "
            f"USING ({MINE}) WITH CHECK ({MINE})"
        )
    for table in NATIONAL:
        op.execute(f"GRANT SELECT ON {table} TO sp4n_national")
        op.execute(
            f"CREATE POLICY sp4n_national_reads ON {table} FOR SELECT TO sp4n_national USING (true)"
        )


def downgrade() -> None:
    for table in reversed(RIGHTS):
        op.drop_table(table)
