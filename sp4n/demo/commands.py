"""`sp4n demo …`: invented data, from the command line. The application puts it on its `cli`."""

from __future__ import annotations

import json
from dataclasses import asdict

import click
from flask.cli import AppGroup

from sp4n.db import db
from sp4n.demo.scenarios import NAMES
from sp4n.tenants.everyone import NATIONAL
from sp4n.tenants.scope import opened

group = AppGroup("demo", help="Invented data.")


@group.command("load")
@click.option("--scenario", type=click.Choice(NAMES), help="Replace what is in by this state.")
def load(scenario: str | None) -> None:
    """Put demo data in, where nothing is in yet; with a scenario, replace it."""
    from sp4n.demo.loading import load

    click.echo(load(scenario))


@group.command("accounts")
@click.option("--json", "as_json", is_flag=True, help="As a list of objects.")
def accounts(as_json: bool) -> None:
    """Who can sign in, where, and with which password."""
    from sp4n.demo.marks import latest_mark
    from sp4n.demo.welcome import demo_accounts

    with opened(NATIONAL):
        mark = latest_mark(db.session())
    if mark is None:
        raise click.ClickException("There is no demo data here; `sp4n demo load` puts it in.")
    found = demo_accounts(mark)
    if as_json:
        click.echo(json.dumps([asdict(one) for one in found], indent=2))
        return
    for one in found:
        click.echo(f"{one.site:<14} {one.role:<12} {one.email:<40} {one.password}")
