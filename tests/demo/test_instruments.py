"""What the agencies of the demo have of the three instruments, each at another stage."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from sp4n.action_plans.models import ActionPlan
from sp4n.documents.models import Document
from sp4n.policies.models import PolicyVersion
from sp4n.tenants.models import Agency


def by_agency(session: Session, column: sa.ColumnElement[str], table: type) -> dict[str, str]:
    wanted = sa.select(Agency.slug, column).join(table, table.agency_id == Agency.id)
    return dict(session.execute(wanted).tuples().all())


def test_plans_are_at_every_stage(national_view: Session) -> None:
    assert by_agency(national_view, ActionPlan.state, ActionPlan) == {
        "badungkab": "submitted",
        "baliprov": "ratified",
        "slemankab": "needs_revision",
        "kemenkes": "accepted",
        "bpom": "draft",
    }


def test_decrees_are_signed_and_policies_published(national_view: Session) -> None:
    decrees = sa.select(Agency.slug).join(Document, Document.agency_id == Agency.id)
    issued = decrees.where(Document.kind == "decree", Document.state == "issued")
    assert set(national_view.scalars(issued)) == {
        *("badungkab", "baliprov", "slemankab", "kemenkes", "bpom")
    }
    published = sa.select(Agency.slug).join(PolicyVersion, PolicyVersion.agency_id == Agency.id)
    found = national_view.scalars(published.where(PolicyVersion.published_at.is_not(None)))
    assert set(found) == {"badungkab", "baliprov", "kemenkes"}
