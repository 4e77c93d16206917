"""`sp4n seals …`: whole chains, looked at from the command line."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TextIO

import click
import sqlalchemy as sa
from flask import current_app
from flask.cli import AppGroup

from sp4n.db import db
from sp4n.seals.chain import faults_of
from sp4n.tenants.edge import agency_edge, edge
from sp4n.tenants.models import Agency
from sp4n.tenants.scope import UNSCOPED

group = AppGroup("seals", help="The chains of seals: verify.")


@group.command("verify")
@click.option("--agency", "slug", help="Of one agency alone, by its slug.")
@click.option(
    "--heads",
    type=click.File("r"),
    help="A copy of /segel.json that somebody kept, of the agency or of all.",
)
@click.option("--links-only", is_flag=True, help="Without looking at each event.")
@click.pass_context
def verify(
    context: click.Context, slug: str | None, heads: TextIO | None, links_only: bool
) -> None:
    """Hold each chain against itself, the events, and published heads; exit code 1 on a fault."""
    kept = _kept(json.load(heads)) if heads else {}
    secret, faults = current_app.config["SECRET_KEY"], 0
    with edge(UNSCOPED):
        wanted = sa.select(Agency.id, Agency.slug).order_by(Agency.slug)
        if slug is not None:
            wanted = wanted.where(Agency.slug == slug)
        agencies = [(row.id, row.slug) for row in db.session.execute(wanted)]
    if slug is not None and not agencies:
        raise click.ClickException(f"there is no agency {slug}")
    for agency_id, name in agencies:
        with agency_edge(agency_id):
            for fault in faults_of(
                db.session(), secret=secret, kept=kept.get(name, {}), steps=not links_only
            ):
                click.echo(f"{name}: {fault}")
                faults += 1
    click.echo(f"{len(agencies)} chains, {faults} faults")
    context.exit(1 if faults else 0)


def _kept(published: object) -> dict[str, Mapping[int, str]]:
    """By agency; of one agency's own list or of the national one."""
    if not isinstance(published, dict) or not isinstance(published.get("heads"), list):
        raise click.ClickException("that is no copy of /segel.json")
    kept: dict[str, dict[int, str]] = {}
    for one in published["heads"]:
        slug = str(one.get("agency", published.get("agency", "")))
        kept.setdefault(slug, {})[int(one["number"])] = str(one["head"])
    return dict(kept)
