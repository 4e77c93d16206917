"""`sp4n road-maps …`: national road maps from the command line."""

from __future__ import annotations

import json
from typing import BinaryIO

import click
from flask.cli import AppGroup

from sp4n.audit.actors import SYSTEM
from sp4n.audit.operations import record_national
from sp4n.db import db
from sp4n.errors import Invalid
from sp4n.settings.road_maps import load_road_maps
from sp4n.tenants.edge import edge
from sp4n.tenants.scope import Scope


def road_maps_group(national: Scope) -> AppGroup:
    """`national` is given by whoever may open it."""
    group = AppGroup("road-maps", help="National road maps for action plans: import.")

    @group.command("import")
    @click.argument("file", type=click.File("rb"), metavar="FILE.json")
    def import_file(file: BinaryIO) -> None:
        """Add road maps by a file like sp4n/settings/data/road_maps.json; published ones stay."""
        try:
            entries = json.load(file)
            if not isinstance(entries, list):
                raise ValueError("no list")
            with edge(national):
                number = load_road_maps(db.session(), entries)
                keys = [entry["key"] for entry in entries]
                data = {"road_maps": keys}
                record_national(db.session(), actor=SYSTEM, act="plan.road_maps", data=data)
        except (ValueError, Invalid) as refusal:
            words = getattr(refusal, "message", "") or "This file is no list in JSON."
            raise click.ClickException(words) from None
        click.echo(f"{number} road maps imported.")

    return group
