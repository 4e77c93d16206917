"""`sp4n coordinators …`: who opens the console before anybody can sign in to it."""

from __future__ import annotations

import click
from flask.cli import AppGroup

from sp4n.accounts.operations import invite_first_keeper
from sp4n.audit.actors import SYSTEM
from sp4n.db import db
from sp4n.errors import Invalid, NotPossible
from sp4n.tenants.edge import edge
from sp4n.tenants.scope import Scope


def coordinators_group(national: Scope) -> AppGroup:
    """`national` is given by whoever may open it."""
    group = AppGroup("coordinators", help="The people of the national level.")

    @group.command("invite-first")
    @click.argument("email")
    @click.option("--name", required=True, help="How the house calls this person.")
    def invite_first(email: str, name: str) -> None:
        """Invite the first super-admin by mail; the others are invited in the console.

        Refused while there is one who can sign in.
        """
        try:
            with edge(national):
                invite_first_keeper(db.session(), email=email, name=name, actor=SYSTEM)
        except NotPossible:
            raise click.ClickException(
                "There is a super-admin already, who invites others at /nasional/kelola/orang/."
            ) from None
        except Invalid as refusal:
            raise click.ClickException(" ".join(refusal.fields.values())) from None
        click.echo(f"A link is on its way to {email}; it opens once, within 7 days.")

    return group
