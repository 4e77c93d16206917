"""reporters find their own reports by a mailed link, and withdraw from the Ombudsman; coordinators
are written to about what has climbed to them

The mark by which a report is found is empty until a job has looked at what lies in the vault.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0051"
down_revision = "0050"
branch_labels = None
depends_on = None

MINE = "agency_id = NULLIF(current_setting('app.agency_id', true), '')::bigint"
STATES = ("asked", "prepared", "received", "decided")


def upgrade() -> None:
    op.add_column("identity", sa.Column("address_hash", sa.LargeBinary(), nullable=True))
    own = sa.Column("own_address", sa.Boolean(), server_default=sa.false(), nullable=False)
    op.add_column("handover_contact", own)
    told = sa.Column("escalations_told_at", sa.DateTime(timezone=True), nullable=True)
    op.add_column("coordinator", told)
    ombudsman_states(*STATES, "withdrawn")
    op.execute("GRANT UPDATE ON identity TO sp4n_tenant")
    op.create_table(
        "reporter_access",
        sa.Column("agency_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("address_hash", sa.LargeBinary(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("session_hash", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["agency_id"], ["agency.id"], name=op.f("fk_reporter_access_agency_id")
        ),
        sa.PrimaryKeyConstraint("agency_id", "id", name=op.f("pk_reporter_access")),
        sa.UniqueConstraint(
            "agency_id", "session_hash", name=op.f("uq_reporter_access_agency_id_session_hash")
        ),
    )
    op.create_index(
        "ix_reporter_access_agency_id_expires_at", "reporter_access", ["agency_id", "expires_at"]
    )
    op.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON reporter_access TO sp4n_tenant")
    op.execute("ALTER TABLE reporter_access ENABLE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE reporter_access FORCE ROW LEVEL SECURITY")
    op.execute(
        "CREATE POLICY own_rows ON reporter_access FOR ALL TO sp4n_tenant "
        f"USING ({MINE}) WITH CHECK ({MINE})"
    )
    sms_numbers()
    kept_away()
    reply_addresses()


def sms_numbers() -> None:
    op.create_table(
        "sms_number",
        sa.Column("agency_id", sa.BigInteger(), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("number_hash", sa.LargeBinary(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("asked_for", sa.BigInteger(), nullable=True),
        sa.Column("asked", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent_on", sa.Date(), nullable=True),
        sa.Column("sent", sa.BigInteger(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_sms_number_agency_id")),
        sa.ForeignKeyConstraint(
            ["agency_id", "case_id"],
            ["case_record.agency_id", "case_record.id"],
            name=op.f("fk_sms_number_agency_id_case_id"),
        ),
        sa.PrimaryKeyConstraint("agency_id", "case_id", name=op.f("pk_sms_number")),
    )
    op.create_index(
        "ix_sms_number_agency_id_number_hash", "sms_number", ["agency_id", "number_hash"]
    )
    op.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON sms_number TO sp4n_tenant")
    op.execute("ALTER TABLE sms_number ENABLE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE sms_number FORCE ROW LEVEL SECURITY")
    op.execute(
        "CREATE POLICY own_rows ON sms_number FOR ALL TO sp4n_tenant "
        f"USING ({MINE}) WITH CHECK ({MINE})"
    )


def kept_away() -> None:
    op.create_table(
        "kept_away",
        sa.Column("agency_id", sa.BigInteger(), nullable=False),
        sa.Column("key_hash", sa.LargeBinary(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_kept_away_agency_id")),
        sa.PrimaryKeyConstraint("agency_id", "key_hash", name=op.f("pk_kept_away")),
    )
    op.execute("GRANT SELECT, INSERT, DELETE ON kept_away TO sp4n_tenant")
    op.execute("ALTER TABLE kept_away ENABLE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE kept_away FORCE ROW LEVEL SECURITY")
    op.execute(
        "CREATE POLICY own_rows ON kept_away FOR ALL TO sp4n_tenant "
        f"USING ({MINE}) WITH CHECK ({MINE})"
    )


def reply_addresses() -> None:
    op.create_table(
        "reply_address",
        sa.Column("agency_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["agency_id"], ["agency.id"], name=op.f("fk_reply_address_agency_id")
        ),
        sa.PrimaryKeyConstraint("agency_id", "id", name=op.f("pk_reply_address")),
        sa.UniqueConstraint(
            "agency_id", "address", name=op.f("uq_reply_address_agency_id_address")
        ),
    )
    # What letters name today they go on naming.
    op.execute("ALTER TABLE agency_profile NO FORCE ROW LEVEL SECURITY")
    op.execute(
        "INSERT INTO reply_address (agency_id, address, asked_at, confirmed_at) "
        "SELECT agency_id, shown->>'reply_to', now(), now() FROM agency_profile "
        "WHERE coalesce(shown->>'reply_to', '') <> ''"
    )
    op.execute("ALTER TABLE agency_profile FORCE ROW LEVEL SECURITY")
    op.execute("GRANT SELECT, INSERT, UPDATE ON reply_address TO sp4n_tenant")
    op.execute("ALTER TABLE reply_address ENABLE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE reply_address FORCE ROW LEVEL SECURITY")
    op.execute(
        "CREATE POLICY own_rows ON reply_address FOR ALL TO sp4n_tenant "
        f"USING ({MINE}) WITH CHECK ({MINE})"
    )


def ombudsman_states(*states: str) -> None:
    named = ",".join(f"'{one}'" for one in states)
    check = "ck_ombudsman_handoff_state"
    op.execute(f"ALTER TABLE ombudsman_handoff DROP CONSTRAINT {check}")
    op.execute(
        f"ALTER TABLE ombudsman_handoff ADD CONSTRAINT {check} "
        f"CHECK (state IN ({named})) NOT VALID"
    )
    op.execute(f"ALTER TABLE ombudsman_handoff VALIDATE CONSTRAINT {check}")


def downgrade() -> None:
    op.drop_table("reply_address")
    op.drop_table("kept_away")
    op.drop_table("sms_number")
    op.execute("DELETE FROM ombudsman_handoff WHERE state = 'withdrawn'")
    ombudsman_states(*STATES)
    op.drop_column("coordinator", "escalations_told_at")
    op.drop_table("reporter_access")
    op.execute("REVOKE UPDATE ON identity FROM sp4n_tenant")
    op.drop_column("handover_contact", "own_address")
    op.drop_column("identity", "address_hash")
