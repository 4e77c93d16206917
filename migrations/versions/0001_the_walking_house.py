"""the walking house"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql
revision = '0001'
down_revision = None
branch_labels = None
depends_on = None

MINE = "agency_id = NULLIF(current_setting('app.agency_id', true), '')::bigint"

# table -> (tenant, national, relay): S select, I insert, U update, D delete
OWNED = {
    "unit": ("SIUD", "S", ""),
    "account": ("SIU", "S", ""),
    "credential": ("SIU", "", ""),
    "account_unit": ("SID", "S", ""),
    "account_session": ("SIUD", "", ""),
    "account_token": ("SIUD", "", ""),
    "audit_entry": ("SI", "S", ""),
    "operator_entry": ("SIU", "S", ""),
    "outbox": ("SIU", "S", "SU"),
    "attachment": ("SIUD", "S", ""),
    "figure_delta": ("SID", "S", ""),
    "figure_total": ("SIU", "S", ""),
    "case_record": ("SIU", "S", ""),
    "case_event": ("SI", "S", ""),
    "identity": ("SID", "", ""),
    "identity_look": ("SI", "", ""),
    "filing_draft": ("SIUD", "", ""),
    "filing_key": ("SIUD", "", ""),
}
SHARED = {
    "agency_domain": ("SIUD", "S", ""),
    "public_case": ("SIUD", "S", ""),
    "tracking": ("SIU", "S", ""),
}
PLAIN = {
    "region": ("S", "SIU", ""),
    "agency": ("S", "SIU", "S"),
    "agency_succession": ("S", "SID", ""),
    "rule_set": ("S", "SIU", ""),
    "time_limit": ("S", "SIUD", ""),
    "category": ("S", "SIU", ""),
    "coordinator": ("", "SIU", ""),
    "coordinator_credential": ("", "SIU", ""),
    "coordinator_session": ("", "SIUD", ""),
    "coordinator_token": ("", "SIUD", ""),
    "national_audit_entry": ("", "SI", ""),
    "national_outbox": ("", "SIU", "SU"),
}
ROLES = ("sp4n_tenant", "sp4n_national", "sp4n_relay")
VERBS = {"S": "SELECT", "I": "INSERT", "U": "UPDATE", "D": "DELETE"}


def grant(table: str, rights: tuple[str, str, str]) -> None:
    for role, verbs in zip(ROLES, rights, strict=True):
        if verbs:
            words = ", ".join(VERBS[verb] for verb in verbs)
            op.execute(f"GRANT {words} ON {table} TO {role}")


def wall(table: str, rights: tuple[str, str, str]) -> None:
    op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    for role, verbs in zip(ROLES[1:], rights[1:], strict=True):
        if "S" in verbs:
            op.execute(f"CREATE POLICY {role}_reads ON {table} FOR SELECT TO {role} USING (true)")
        if "U" in verbs:
            op.execute(
                f"CREATE POLICY {role}_marks ON {table} FOR UPDATE TO {role} "
                "USING (true) WITH CHECK (true)"
            )


def wall_owned(table: str) -> None:
    op.execute(
        f"CREATE POLICY own_rows ON {table} FOR ALL TO sp4n_tenant USING ({MINE}) WITH CHECK ({MINE})"
    )


def wall_shared(table: str) -> None:
    takes = f"{MINE} OR pending_{MINE}" if table == "tracking" else MINE
    op.execute(f"CREATE POLICY all_read ON {table} FOR SELECT TO sp4n_tenant USING (true)")
    op.execute(f"CREATE POLICY own_insert ON {table} FOR INSERT TO sp4n_tenant WITH CHECK ({MINE})")
    op.execute(
        f"CREATE POLICY own_update ON {table} FOR UPDATE TO sp4n_tenant "
        f"USING ({takes}) WITH CHECK ({MINE})"
    )
    op.execute(f"CREATE POLICY own_delete ON {table} FOR DELETE TO sp4n_tenant USING ({MINE})")


def raise_the_wall() -> None:
    op.execute(f"GRANT USAGE ON SCHEMA public TO {', '.join(ROLES)}")
    for table, rights in {**OWNED, **SHARED, **PLAIN}.items():
        grant(table, rights)
    for table, rights in OWNED.items():
        wall(table, rights)
        wall_owned(table)
    for table, rights in SHARED.items():
        wall(table, rights)
        wall_shared(table)
    op.create_index(
        "ix_agency_search_text",
        "agency",
        ["search_text"],
        postgresql_using="gin",
        postgresql_ops={"search_text": "gin_trgm_ops"},
    )


def upgrade() -> None:
    op.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    op.create_table('category',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('key', sa.Text(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('name_en', sa.Text(), nullable=False),
    sa.Column('parent_id', sa.BigInteger(), nullable=True),
    sa.Column('position', sa.BigInteger(), server_default='0', nullable=False),
    sa.Column('active', sa.Boolean(), server_default=sa.text('true'), nullable=False),
    sa.ForeignKeyConstraint(['parent_id'], ['category.id'], name=op.f('fk_category_parent_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_category')),
    sa.UniqueConstraint('key', name=op.f('uq_category_key'))
    )
    op.create_table('coordinator',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('email', sa.Text(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('role', sa.Text(), nullable=False),
    sa.Column('active', sa.Boolean(), server_default=sa.text('true'), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('last_seen_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("role IN ('coordinator','super_admin')", name=op.f('ck_coordinator_role')),
    sa.CheckConstraint('email = lower(email)', name=op.f('ck_coordinator_email_lower')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_coordinator')),
    sa.UniqueConstraint('email', name=op.f('uq_coordinator_email'))
    )
    op.create_table('national_audit_entry',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('actor_kind', sa.Text(), nullable=False),
    sa.Column('actor_id', sa.BigInteger(), nullable=True),
    sa.Column('actor_name', sa.Text(), server_default='', nullable=False),
    sa.Column('act', sa.Text(), nullable=False),
    sa.Column('object_kind', sa.Text(), server_default='', nullable=False),
    sa.Column('object_id', sa.BigInteger(), nullable=True),
    sa.Column('data', postgresql.JSONB(astext_type=sa.Text()), server_default='{}', nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_national_audit_entry'))
    )
    op.create_index('ix_national_audit_entry_at', 'national_audit_entry', ['at'], unique=False)
    op.create_table('national_outbox',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('queue', sa.Text(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('object_id', sa.BigInteger(), nullable=True),
    sa.Column('recipient_id', sa.BigInteger(), nullable=True),
    sa.Column('state', sa.Text(), server_default='waiting', nullable=False),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('leased_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('attempts', sa.BigInteger(), server_default='0', nullable=False),
    sa.Column('last_error', sa.Text(), server_default='', nullable=False),
    sa.Column('done_at', sa.DateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_national_outbox'))
    )
    op.create_index('ix_national_outbox_undone', 'national_outbox', ['id'], unique=False, postgresql_where=sa.text("state IN ('scheduled','waiting','leased','sending')"))
    op.create_table('region',
    sa.Column('code', sa.Text(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('parent_code', sa.Text(), nullable=True),
    sa.ForeignKeyConstraint(['parent_code'], ['region.code'], name=op.f('fk_region_parent_code')),
    sa.PrimaryKeyConstraint('code', name=op.f('pk_region'))
    )
    op.create_table('rule_set',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('key', sa.Text(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('citation', sa.Text(), nullable=False),
    sa.Column('source', sa.Text(), nullable=False),
    sa.Column('verified', sa.Boolean(), nullable=False),
    sa.Column('valid_from', sa.Date(), nullable=False),
    sa.Column('valid_to', sa.Date(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_rule_set')),
    sa.UniqueConstraint('key', name=op.f('uq_rule_set_key'))
    )
    op.create_table('agency',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('slug', sa.Text(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('short_name', sa.Text(), nullable=False),
    sa.Column('region_code', sa.Text(), nullable=True),
    sa.Column('parent_id', sa.BigInteger(), nullable=True),
    sa.Column('time_zone', sa.Text(), server_default='Asia/Jakarta', nullable=False),
    sa.Column('colour', sa.Text(), nullable=False),
    sa.Column('status', sa.Text(), server_default='active', nullable=False),
    sa.Column('status_reason', sa.Text(), server_default='', nullable=False),
    sa.Column('connected_from', sa.Date(), nullable=True),
    sa.Column('connected_to', sa.Date(), nullable=True),
    sa.Column('contact_email', sa.Text(), server_default='', nullable=False),
    sa.Column('contact_phone', sa.Text(), server_default='', nullable=False),
    sa.Column('address', sa.Text(), server_default='', nullable=False),
    sa.Column('search_text', sa.Text(), server_default='', nullable=False),
    sa.Column('demo', sa.Boolean(), server_default=sa.text('false'), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.CheckConstraint("kind IN ('kementerian','lembaga','provinsi','kabupaten','kota')", name=op.f('ck_agency_kind')),
    sa.CheckConstraint("status IN ('active','suspended','archived')", name=op.f('ck_agency_status')),
    sa.ForeignKeyConstraint(['parent_id'], ['agency.id'], name=op.f('fk_agency_parent_id')),
    sa.ForeignKeyConstraint(['region_code'], ['region.code'], name=op.f('fk_agency_region_code')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_agency')),
    sa.UniqueConstraint('slug', name=op.f('uq_agency_slug'))
    )
    op.create_index('ix_agency_kind_region', 'agency', ['kind', 'region_code'], unique=False)
    op.create_index('ix_agency_parent_id', 'agency', ['parent_id'], unique=False)
    op.create_table('coordinator_credential',
    sa.Column('coordinator_id', sa.BigInteger(), nullable=False),
    sa.Column('password_hash', sa.Text(), nullable=False),
    sa.Column('changed_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.ForeignKeyConstraint(['coordinator_id'], ['coordinator.id'], name=op.f('fk_coordinator_credential_coordinator_id')),
    sa.PrimaryKeyConstraint('coordinator_id', name=op.f('pk_coordinator_credential'))
    )
    op.create_table('coordinator_session',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('coordinator_id', sa.BigInteger(), nullable=False),
    sa.Column('token_hash', sa.LargeBinary(), nullable=False),
    sa.Column('device', sa.Text(), server_default='', nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('last_seen_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['coordinator_id'], ['coordinator.id'], name=op.f('fk_coordinator_session_coordinator_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_coordinator_session')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_coordinator_session_token_hash'))
    )
    op.create_index(op.f('ix_coordinator_session_coordinator_id'), 'coordinator_session', ['coordinator_id'], unique=False)
    op.create_table('coordinator_token',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('coordinator_id', sa.BigInteger(), nullable=False),
    sa.Column('purpose', sa.Text(), nullable=False),
    sa.Column('token_hash', sa.LargeBinary(), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('used_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['coordinator_id'], ['coordinator.id'], name=op.f('fk_coordinator_token_coordinator_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_coordinator_token')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_coordinator_token_token_hash'))
    )
    op.create_index(op.f('ix_coordinator_token_coordinator_id'), 'coordinator_token', ['coordinator_id'], unique=False)
    op.create_table('time_limit',
    sa.Column('rule_set_id', sa.BigInteger(), nullable=False),
    sa.Column('step', sa.Text(), nullable=False),
    sa.Column('case_class', sa.Text(), server_default='', nullable=False),
    sa.Column('amount', sa.BigInteger(), nullable=False),
    sa.Column('unit', sa.Text(), nullable=False),
    sa.Column('citation', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['rule_set_id'], ['rule_set.id'], name=op.f('fk_time_limit_rule_set_id')),
    sa.PrimaryKeyConstraint('rule_set_id', 'step', 'case_class', name=op.f('pk_time_limit'))
    )
    op.create_table('account',
    sa.Column('agency_id', sa.BigInteger(), nullable=False),
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('email', sa.Text(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('role', sa.Text(), nullable=False),
    sa.Column('active', sa.Boolean(), server_default=sa.text('true'), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('last_seen_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("role IN ('admin','head','liaison','viewer')", name=op.f('ck_account_role')),
    sa.CheckConstraint('email = lower(email)', name=op.f('ck_account_email_lower')),
    sa.ForeignKeyConstraint(['agency_id'], ['agency.id'], name=op.f('fk_account_agency_id')),
    sa.PrimaryKeyConstraint('agency_id', 'id', name=op.f('pk_account')),
    sa.UniqueConstraint('agency_id', 'email', name=op.f('uq_account_agency_id_email'))
    )
    op.create_table('agency_domain',
    sa.Column('agency_id', sa.BigInteger(), nullable=False),
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('domain', sa.Text(), nullable=False),
    sa.Column('verified_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['agency_id'], ['agency.id'], name=op.f('fk_agency_domain_agency_id')),
    sa.PrimaryKeyConstraint('agency_id', 'id', name=op.f('pk_agency_domain')),
    sa.UniqueConstraint('domain', name=op.f('uq_agency_domain_domain'))
    )
    op.create_table('agency_succession',
    sa.Column('predecessor_id', sa.BigInteger(), nullable=False),
    sa.Column('successor_id', sa.BigInteger(), nullable=False),
    sa.Column('on_date', sa.Date(), nullable=True),
    sa.ForeignKeyConstraint(['predecessor_id'], ['agency.id'], name=op.f('fk_agency_succession_predecessor_id')),
    sa.ForeignKeyConstraint(['successor_id'], ['agency.id'], name=op.f('fk_agency_succession_successor_id')),
    sa.PrimaryKeyConstraint('predecessor_id', 'successor_id', name=op.f('pk_agency_succession'))
    )
    op.create_index('ix_agency_succession_successor_id', 'agency_succession', ['successor_id'], unique=False)
    op.create_table('audit_entry',
    sa.Column('agency_id', sa.BigInteger(), nullable=False),
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('actor_kind', sa.Text(), nullable=False),
    sa.Column('actor_id', sa.BigInteger(), nullable=True),
    sa.Column('actor_name', sa.Text(), server_default='', nullable=False),
    sa.Column('act', sa.Text(), nullable=False),
    sa.Column('object_kind', sa.Text(), server_default='', nullable=False),
    sa.Column('object_id', sa.BigInteger(), nullable=True),
    sa.Column('data', postgresql.JSONB(astext_type=sa.Text()), server_default='{}', nullable=False),
    sa.ForeignKeyConstraint(['agency_id'], ['agency.id'], name=op.f('fk_audit_entry_agency_id')),
    sa.PrimaryKeyConstraint('agency_id', 'id', name=op.f('pk_audit_entry'))
    )
    op.create_index('ix_audit_entry_agency_id_at', 'audit_entry', ['agency_id', 'at'], unique=False)
    op.create_index('ix_audit_entry_agency_id_object', 'audit_entry', ['agency_id', 'object_kind', 'object_id'], unique=False)
    op.create_table('figure_delta',
    sa.Column('agency_id', sa.BigInteger(), nullable=False),
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('measure', sa.Text(), nullable=False),
    sa.Column('bucket', sa.SmallInteger(), server_default='0', nullable=False),
    sa.Column('amount', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['agency_id'], ['agency.id'], name=op.f('fk_figure_delta_agency_id')),
    sa.PrimaryKeyConstraint('agency_id', 'id', name=op.f('pk_figure_delta'))
    )
    op.create_table('figure_total',
    sa.Column('agency_id', sa.BigInteger(), nullable=False),
    sa.Column('measure', sa.Text(), nullable=False),
    sa.Column('bucket', sa.SmallInteger(), nullable=False),
    sa.Column('amount', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['agency_id'], ['agency.id'], name=op.f('fk_figure_total_agency_id')),
    sa.PrimaryKeyConstraint('agency_id', 'measure', 'bucket', name=op.f('pk_figure_total'))
    )
    op.create_table('filing_draft',
    sa.Column('agency_id', sa.BigInteger(), nullable=False),
    sa.Column('key_hash', sa.LargeBinary(), nullable=False),
    sa.Column('sealed', sa.LargeBinary(), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['agency_id'], ['agency.id'], name=op.f('fk_filing_draft_agency_id')),
    sa.PrimaryKeyConstraint('agency_id', 'key_hash', name=op.f('pk_filing_draft'))
    )
    op.create_index('ix_filing_draft_agency_id_expires_at', 'filing_draft', ['agency_id', 'expires_at'], unique=False)
    op.create_table('operator_entry',
    sa.Column('agency_id', sa.BigInteger(), nullable=False),
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('coordinator_id', sa.BigInteger(), nullable=False),
    sa.Column('coordinator_name', sa.Text(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('opened_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['agency_id'], ['agency.id'], name=op.f('fk_operator_entry_agency_id')),
    sa.PrimaryKeyConstraint('agency_id', 'id', name=op.f('pk_operator_entry'))
    )
    op.create_index('ix_operator_entry_agency_id_coordinator_id', 'operator_entry', ['agency_id', 'coordinator_id'], unique=False)
    op.create_table('outbox',
    sa.Column('agency_id', sa.BigInteger(), nullable=False),
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('queue', sa.Text(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('object_id', sa.BigInteger(), nullable=True),
    sa.Column('recipient_id', sa.BigInteger(), nullable=True),
    sa.Column('state', sa.Text(), server_default='waiting', nullable=False),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('leased_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('attempts', sa.BigInteger(), server_default='0', nullable=False),
    sa.Column('last_error', sa.Text(), server_default='', nullable=False),
    sa.Column('done_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['agency_id'], ['agency.id'], name=op.f('fk_outbox_agency_id')),
    sa.PrimaryKeyConstraint('agency_id', 'id', name=op.f('pk_outbox'))
    )
    op.create_index('ix_outbox_dead', 'outbox', ['id'], unique=False, postgresql_where=sa.text("state = 'dead'"))
    op.create_index('ix_outbox_leased', 'outbox', ['leased_until'], unique=False, postgresql_where=sa.text("state IN ('leased','sending')"))
    op.create_index('ix_outbox_scheduled', 'outbox', ['due_at'], unique=False, postgresql_where=sa.text("state = 'scheduled'"))
    op.create_index('ix_outbox_undone', 'outbox', ['agency_id', 'id'], unique=False, postgresql_where=sa.text("state IN ('scheduled','waiting','leased','sending')"))
    op.create_index('ix_outbox_waiting', 'outbox', ['queue', 'agency_id', 'id'], unique=False, postgresql_where=sa.text("state = 'waiting'"))
    op.create_table('public_case',
    sa.Column('agency_id', sa.BigInteger(), nullable=False),
    sa.Column('id', sa.BigInteger(), nullable=False),
    sa.Column('reference', sa.Text(), nullable=False),
    sa.Column('classification', sa.Text(), nullable=False),
    sa.Column('title', sa.Text(), nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('location', sa.Text(), server_default='', nullable=False),
    sa.Column('category_id', sa.BigInteger(), nullable=True),
    sa.Column('state', sa.Text(), nullable=False),
    sa.Column('filed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('timeline', postgresql.JSONB(astext_type=sa.Text()), server_default='[]', nullable=False),
    sa.ForeignKeyConstraint(['agency_id'], ['agency.id'], name=op.f('fk_public_case_agency_id')),
    sa.ForeignKeyConstraint(['category_id'], ['category.id'], name=op.f('fk_public_case_category_id')),
    sa.PrimaryKeyConstraint('agency_id', 'id', name=op.f('pk_public_case')),
    sa.UniqueConstraint('agency_id', 'reference', name=op.f('uq_public_case_agency_id_reference'))
    )
    op.create_index('ix_public_case_agency_id_filed_at', 'public_case', ['agency_id', 'filed_at', 'id'], unique=False)
    op.create_table('tracking',
    sa.Column('agency_id', sa.BigInteger(), nullable=False),
    sa.Column('reference', sa.Text(), nullable=False),
    sa.Column('case_id', sa.BigInteger(), nullable=False),
    sa.Column('pending_agency_id', sa.BigInteger(), nullable=True),
    sa.ForeignKeyConstraint(['agency_id'], ['agency.id'], name=op.f('fk_tracking_agency_id')),
    sa.ForeignKeyConstraint(['pending_agency_id'], ['agency.id'], name=op.f('fk_tracking_pending_agency_id')),
    sa.PrimaryKeyConstraint('reference', name=op.f('pk_tracking'))
    )
    op.create_index('ix_tracking_agency_id', 'tracking', ['agency_id', 'case_id'], unique=False)
    op.create_table('unit',
    sa.Column('agency_id', sa.BigInteger(), nullable=False),
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('parent_id', sa.BigInteger(), nullable=True),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('short_name', sa.Text(), server_default='', nullable=False),
    sa.Column('active', sa.Boolean(), server_default=sa.text('true'), nullable=False),
    sa.CheckConstraint('parent_id <> id', name=op.f('ck_unit_not_its_own_parent')),
    sa.ForeignKeyConstraint(['agency_id', 'parent_id'], ['unit.agency_id', 'unit.id'], name=op.f('fk_unit_agency_id_parent_id')),
    sa.ForeignKeyConstraint(['agency_id'], ['agency.id'], name=op.f('fk_unit_agency_id')),
    sa.PrimaryKeyConstraint('agency_id', 'id', name=op.f('pk_unit')),
    sa.UniqueConstraint('agency_id', 'name', name=op.f('uq_unit_agency_id_name'))
    )
    op.create_index('ix_unit_agency_id_parent_id', 'unit', ['agency_id', 'parent_id'], unique=False)
    op.create_table('account_session',
    sa.Column('agency_id', sa.BigInteger(), nullable=False),
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('account_id', sa.BigInteger(), nullable=False),
    sa.Column('token_hash', sa.LargeBinary(), nullable=False),
    sa.Column('device', sa.Text(), server_default='', nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('last_seen_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['agency_id', 'account_id'], ['account.agency_id', 'account.id'], name=op.f('fk_account_session_agency_id_account_id')),
    sa.ForeignKeyConstraint(['agency_id'], ['agency.id'], name=op.f('fk_account_session_agency_id')),
    sa.PrimaryKeyConstraint('agency_id', 'id', name=op.f('pk_account_session')),
    sa.UniqueConstraint('agency_id', 'token_hash', name=op.f('uq_account_session_agency_id_token_hash'))
    )
    op.create_index('ix_account_session_agency_id_account_id', 'account_session', ['agency_id', 'account_id'], unique=False)
    op.create_table('account_token',
    sa.Column('agency_id', sa.BigInteger(), nullable=False),
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('account_id', sa.BigInteger(), nullable=False),
    sa.Column('purpose', sa.Text(), nullable=False),
    sa.Column('token_hash', sa.LargeBinary(), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('used_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['agency_id', 'account_id'], ['account.agency_id', 'account.id'], name=op.f('fk_account_token_agency_id_account_id')),
    sa.ForeignKeyConstraint(['agency_id'], ['agency.id'], name=op.f('fk_account_token_agency_id')),
    sa.PrimaryKeyConstraint('agency_id', 'id', name=op.f('pk_account_token')),
    sa.UniqueConstraint('agency_id', 'token_hash', name=op.f('uq_account_token_agency_id_token_hash'))
    )
    op.create_index('ix_account_token_agency_id_account_id', 'account_token', ['agency_id', 'account_id'], unique=False)
    op.create_table('account_unit',
    sa.Column('agency_id', sa.BigInteger(), nullable=False),
    sa.Column('account_id', sa.BigInteger(), nullable=False),
    sa.Column('unit_id', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['agency_id', 'account_id'], ['account.agency_id', 'account.id'], name=op.f('fk_account_unit_agency_id_account_id')),
    sa.ForeignKeyConstraint(['agency_id', 'unit_id'], ['unit.agency_id', 'unit.id'], name=op.f('fk_account_unit_agency_id_unit_id')),
    sa.ForeignKeyConstraint(['agency_id'], ['agency.id'], name=op.f('fk_account_unit_agency_id')),
    sa.PrimaryKeyConstraint('agency_id', 'account_id', 'unit_id', name=op.f('pk_account_unit'))
    )
    op.create_index('ix_account_unit_agency_id_unit_id', 'account_unit', ['agency_id', 'unit_id'], unique=False)
    op.create_table('case_record',
    sa.Column('agency_id', sa.BigInteger(), nullable=False),
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('reference', sa.Text(), nullable=False),
    sa.Column('access_code_hash', sa.LargeBinary(), nullable=False),
    sa.Column('classification', sa.Text(), nullable=False),
    sa.Column('supervision', sa.Boolean(), server_default=sa.text('false'), nullable=False),
    sa.Column('title', sa.Text(), nullable=False),
    sa.Column('description', sa.Text(), nullable=False),
    sa.Column('occurred_on', sa.Date(), nullable=True),
    sa.Column('location', sa.Text(), server_default='', nullable=False),
    sa.Column('category_id', sa.BigInteger(), nullable=True),
    sa.Column('anonymous', sa.Boolean(), nullable=False),
    sa.Column('confidential', sa.Boolean(), nullable=False),
    sa.Column('language', sa.Text(), server_default='id', nullable=False),
    sa.Column('state', sa.Text(), nullable=False),
    sa.Column('unit_id', sa.BigInteger(), nullable=True),
    sa.Column('rule_set_id', sa.BigInteger(), nullable=False),
    sa.Column('filed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('verified_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('first_answered_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('verify_due_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('answer_due_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('complete_due_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('reply_due_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('archive_reason', sa.Text(), server_default='', nullable=False),
    sa.Column('published', sa.Boolean(), server_default=sa.text('false'), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('version', sa.BigInteger(), server_default='1', nullable=False),
    sa.CheckConstraint("classification IN ('pengaduan','aspirasi','permintaan_informasi')", name=op.f('ck_case_record_classification')),
    sa.CheckConstraint("state IN ('unverified','unhandled','in_progress','awaiting_reply','closed','archived')", name=op.f('ck_case_record_state')),
    sa.ForeignKeyConstraint(['agency_id', 'unit_id'], ['unit.agency_id', 'unit.id'], name=op.f('fk_case_record_agency_id_unit_id')),
    sa.ForeignKeyConstraint(['agency_id'], ['agency.id'], name=op.f('fk_case_record_agency_id')),
    sa.ForeignKeyConstraint(['category_id'], ['category.id'], name=op.f('fk_case_record_category_id')),
    sa.ForeignKeyConstraint(['rule_set_id'], ['rule_set.id'], name=op.f('fk_case_record_rule_set_id')),
    sa.PrimaryKeyConstraint('agency_id', 'id', name=op.f('pk_case_record')),
    sa.UniqueConstraint('agency_id', 'reference', name=op.f('uq_case_record_agency_id_reference'))
    )
    op.create_index('ix_case_record_agency_id_due_at', 'case_record', ['agency_id', 'due_at', 'id'], unique=False, postgresql_where=sa.text('due_at IS NOT NULL'))
    op.create_index('ix_case_record_agency_id_filed_at', 'case_record', ['agency_id', 'filed_at', 'id'], unique=False)
    op.create_index('ix_case_record_agency_id_state_filed_at', 'case_record', ['agency_id', 'state', 'filed_at', 'id'], unique=False)
    op.create_index('ix_case_record_agency_id_unit_id_filed_at', 'case_record', ['agency_id', 'unit_id', 'filed_at'], unique=False)
    op.create_index('ix_case_record_overdue', 'case_record', ['due_at', 'agency_id'], unique=False, postgresql_where=sa.text('due_at IS NOT NULL'))
    op.create_table('credential',
    sa.Column('agency_id', sa.BigInteger(), nullable=False),
    sa.Column('account_id', sa.BigInteger(), nullable=False),
    sa.Column('password_hash', sa.Text(), nullable=False),
    sa.Column('changed_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.ForeignKeyConstraint(['agency_id', 'account_id'], ['account.agency_id', 'account.id'], name=op.f('fk_credential_agency_id_account_id')),
    sa.ForeignKeyConstraint(['agency_id'], ['agency.id'], name=op.f('fk_credential_agency_id')),
    sa.PrimaryKeyConstraint('agency_id', 'account_id', name=op.f('pk_credential'))
    )
    op.create_table('case_event',
    sa.Column('agency_id', sa.BigInteger(), nullable=False),
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('case_id', sa.BigInteger(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('public', sa.Boolean(), nullable=False),
    sa.Column('actor_kind', sa.Text(), nullable=False),
    sa.Column('actor_id', sa.BigInteger(), nullable=True),
    sa.Column('actor_name', sa.Text(), server_default='', nullable=False),
    sa.Column('from_state', sa.Text(), nullable=True),
    sa.Column('to_state', sa.Text(), nullable=True),
    sa.Column('unit_id', sa.BigInteger(), nullable=True),
    sa.Column('body', sa.Text(), server_default='', nullable=False),
    sa.Column('data', postgresql.JSONB(astext_type=sa.Text()), server_default='{}', nullable=False),
    sa.ForeignKeyConstraint(['agency_id', 'case_id'], ['case_record.agency_id', 'case_record.id'], name=op.f('fk_case_event_agency_id_case_id')),
    sa.ForeignKeyConstraint(['agency_id', 'unit_id'], ['unit.agency_id', 'unit.id'], name=op.f('fk_case_event_agency_id_unit_id')),
    sa.ForeignKeyConstraint(['agency_id'], ['agency.id'], name=op.f('fk_case_event_agency_id')),
    sa.PrimaryKeyConstraint('agency_id', 'id', name=op.f('pk_case_event'))
    )
    op.create_index('ix_case_event_agency_id_case_id', 'case_event', ['agency_id', 'case_id', 'id'], unique=False)
    op.create_table('filing_key',
    sa.Column('agency_id', sa.BigInteger(), nullable=False),
    sa.Column('key_hash', sa.LargeBinary(), nullable=False),
    sa.Column('body_hash', sa.LargeBinary(), nullable=False),
    sa.Column('case_id', sa.BigInteger(), nullable=True),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['agency_id', 'case_id'], ['case_record.agency_id', 'case_record.id'], name=op.f('fk_filing_key_agency_id_case_id')),
    sa.ForeignKeyConstraint(['agency_id'], ['agency.id'], name=op.f('fk_filing_key_agency_id')),
    sa.PrimaryKeyConstraint('agency_id', 'key_hash', name=op.f('pk_filing_key'))
    )
    op.create_index('ix_filing_key_agency_id_expires_at', 'filing_key', ['agency_id', 'expires_at'], unique=False)
    op.create_table('identity',
    sa.Column('agency_id', sa.BigInteger(), nullable=False),
    sa.Column('case_id', sa.BigInteger(), nullable=False),
    sa.Column('sealed', sa.LargeBinary(), nullable=False),
    sa.Column('reachable', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['agency_id', 'case_id'], ['case_record.agency_id', 'case_record.id'], name=op.f('fk_identity_agency_id_case_id')),
    sa.ForeignKeyConstraint(['agency_id'], ['agency.id'], name=op.f('fk_identity_agency_id')),
    sa.PrimaryKeyConstraint('agency_id', 'case_id', name=op.f('pk_identity'))
    )
    op.create_table('identity_look',
    sa.Column('agency_id', sa.BigInteger(), nullable=False),
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('case_id', sa.BigInteger(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('actor_kind', sa.Text(), nullable=False),
    sa.Column('actor_id', sa.BigInteger(), nullable=True),
    sa.Column('purpose', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['agency_id', 'case_id'], ['case_record.agency_id', 'case_record.id'], name=op.f('fk_identity_look_agency_id_case_id')),
    sa.ForeignKeyConstraint(['agency_id'], ['agency.id'], name=op.f('fk_identity_look_agency_id')),
    sa.PrimaryKeyConstraint('agency_id', 'id', name=op.f('pk_identity_look'))
    )
    op.create_index('ix_identity_look_agency_id_case_id', 'identity_look', ['agency_id', 'case_id'], unique=False)
    op.create_table('attachment',
    sa.Column('agency_id', sa.BigInteger(), nullable=False),
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('case_id', sa.BigInteger(), nullable=True),
    sa.Column('event_id', sa.BigInteger(), nullable=True),
    sa.Column('draft_key', sa.LargeBinary(), nullable=True),
    sa.Column('storage_key', sa.Text(), nullable=False),
    sa.Column('file_name', sa.Text(), nullable=False),
    sa.Column('media_type', sa.Text(), nullable=False),
    sa.Column('size', sa.BigInteger(), nullable=False),
    sa.Column('sha256', sa.LargeBinary(), nullable=False),
    sa.Column('width', sa.BigInteger(), nullable=True),
    sa.Column('height', sa.BigInteger(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.ForeignKeyConstraint(['agency_id', 'case_id'], ['case_record.agency_id', 'case_record.id'], name=op.f('fk_attachment_agency_id_case_id')),
    sa.ForeignKeyConstraint(['agency_id', 'event_id'], ['case_event.agency_id', 'case_event.id'], name=op.f('fk_attachment_agency_id_event_id')),
    sa.ForeignKeyConstraint(['agency_id'], ['agency.id'], name=op.f('fk_attachment_agency_id')),
    sa.PrimaryKeyConstraint('agency_id', 'id', name=op.f('pk_attachment'))
    )
    op.create_index('ix_attachment_agency_id_case_id', 'attachment', ['agency_id', 'case_id'], unique=False)
    op.create_index('ix_attachment_agency_id_draft_key', 'attachment', ['agency_id', 'draft_key'], unique=False)
    op.create_index('ix_attachment_agency_id_storage_key', 'attachment', ['agency_id', 'storage_key'], unique=False)
    raise_the_wall()


def downgrade() -> None:
    op.drop_index('ix_attachment_agency_id_storage_key', table_name='attachment')
    op.drop_index('ix_attachment_agency_id_draft_key', table_name='attachment')
    op.drop_index('ix_attachment_agency_id_case_id', table_name='attachment')
    op.drop_table('attachment')
    op.drop_index('ix_identity_look_agency_id_case_id', table_name='identity_look')
    op.drop_table('identity_look')
    op.drop_table('identity')
    op.drop_index('ix_filing_key_agency_id_expires_at', table_name='filing_key')
    op.drop_table('filing_key')
    op.drop_index('ix_case_event_agency_id_case_id', table_name='case_event')
    op.drop_table('case_event')
    op.drop_table('credential')
    op.drop_index('ix_case_record_overdue', table_name='case_record', postgresql_where=sa.text('due_at IS NOT NULL'))
    op.drop_index('ix_case_record_agency_id_unit_id_filed_at', table_name='case_record')
    op.drop_index('ix_case_record_agency_id_state_filed_at', table_name='case_record')
    op.drop_index('ix_case_record_agency_id_filed_at', table_name='case_record')
    op.drop_index('ix_case_record_agency_id_due_at', table_name='case_record', postgresql_where=sa.text('due_at IS NOT NULL'))
    op.drop_table('case_record')
    op.drop_index('ix_account_unit_agency_id_unit_id', table_name='account_unit')
    op.drop_table('account_unit')
    op.drop_index('ix_account_token_agency_id_account_id', table_name='account_token')
    op.drop_table('account_token')
    op.drop_index('ix_account_session_agency_id_account_id', table_name='account_session')
    op.drop_table('account_session')
    op.drop_index('ix_unit_agency_id_parent_id', table_name='unit')
    op.drop_table('unit')
    op.drop_index('ix_tracking_agency_id', table_name='tracking')
    op.drop_table('tracking')
    op.drop_index('ix_public_case_agency_id_filed_at', table_name='public_case')
    op.drop_table('public_case')
    op.drop_index('ix_outbox_waiting', table_name='outbox', postgresql_where=sa.text("state = 'waiting'"))
    op.drop_index('ix_outbox_undone', table_name='outbox', postgresql_where=sa.text("state IN ('scheduled','waiting','leased','sending')"))
    op.drop_index('ix_outbox_scheduled', table_name='outbox', postgresql_where=sa.text("state = 'scheduled'"))
    op.drop_index('ix_outbox_leased', table_name='outbox', postgresql_where=sa.text("state IN ('leased','sending')"))
    op.drop_index('ix_outbox_dead', table_name='outbox', postgresql_where=sa.text("state = 'dead'"))
    op.drop_table('outbox')
    op.drop_index('ix_operator_entry_agency_id_coordinator_id', table_name='operator_entry')
    op.drop_table('operator_entry')
    op.drop_index('ix_filing_draft_agency_id_expires_at', table_name='filing_draft')
    op.drop_table('filing_draft')
    op.drop_table('figure_total')
    op.drop_table('figure_delta')
    op.drop_index('ix_audit_entry_agency_id_object', table_name='audit_entry')
    op.drop_index('ix_audit_entry_agency_id_at', table_name='audit_entry')
    op.drop_table('audit_entry')
    op.drop_index('ix_agency_succession_successor_id', table_name='agency_succession')
    op.drop_table('agency_succession')
    op.drop_table('agency_domain')
    op.drop_table('account')
    op.drop_table('time_limit')
    op.drop_index(op.f('ix_coordinator_token_coordinator_id'), table_name='coordinator_token')
    op.drop_table('coordinator_token')
    op.drop_index(op.f('ix_coordinator_session_coordinator_id'), table_name='coordinator_session')
    op.drop_table('coordinator_session')
    op.drop_table('coordinator_credential')
    op.drop_index('ix_agency_parent_id', table_name='agency')
    op.drop_index('ix_agency_kind_region', table_name='agency')
    op.drop_table('agency')
    op.drop_table('rule_set')
    op.drop_table('region')
    op.drop_index('ix_national_outbox_undone', table_name='national_outbox', postgresql_where=sa.text("state IN ('scheduled','waiting','leased','sending')"))
    op.drop_table('national_outbox')
    op.drop_index('ix_national_audit_entry_at', table_name='national_audit_entry')
    op.drop_table('national_audit_entry')
    op.drop_table('coordinator')
    op.drop_table('category')
