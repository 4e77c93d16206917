"""An export has all that its agency owns, no secret, and no id that tells the time; and the rule
notices where it does not."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from sp4n.exports import contents
from sp4n.tenants.grants import GRANTS, Grant, TableClass
from tests.rules import exporting


def test_an_export_has_all_that_is_an_agencys_and_no_secret() -> None:
    assert exporting.breaches() == []


def test_a_table_with_a_secret_and_without_a_word_about_it_is_noticed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    table = sa.Table(
        "newcomer",
        sa.MetaData(),
        sa.Column("agency_id", sa.BigInteger, primary_key=True),
        sa.Column("client_secret", sa.Text),
        sa.Column("picture", sa.LargeBinary),
        sa.Column("name", sa.Text),
        sa.Column("about_case_id", sa.BigInteger),
    )
    monkeypatch.setitem(GRANTS, "newcomer", Grant(TableClass.OWNED, "SIU"))
    monkeypatch.setattr(contents, "exported_tables", lambda: [table])
    said = " ".join(exporting.breaches())
    assert "newcomer.client_secret" in said
    assert "newcomer.picture" in said
    assert "newcomer.name" not in said
    assert "newcomer.about_case_id" in said
    columns = [column.name for column in contents.exported_columns(table)]
    assert columns == ["agency_id", "name", "about_case_id"]
