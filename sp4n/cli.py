"""The `sp4n` command.

With embedded servers each command joins those that run with the same DATA_DIR, or starts them for
its own duration. What a command needs is imported inside it: `sp4n --help` answers at once.
"""

from __future__ import annotations

import gc
import logging
import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from importlib import import_module
from pathlib import Path
from threading import Event, Thread
from typing import TYPE_CHECKING, Any, cast

import click

from sp4n.config import ConfigurationError, LogForm, Settings, data_dir_of, load_settings, log_form

if TYPE_CHECKING:
    from flask import Flask

log = logging.getLogger("sp4n")

# Groups that the rooms bring along; the application registers them on `app.cli`.
ROOMS = {
    "agencies": "The register of agencies: import.",
    "coordinators": "The people of the national level: invite-first.",
    "demo": "Invented data: load, accounts.",
    "seals": "The chains of seals: verify.",
    "road-maps": "National road maps for action plans: import.",
}


class House(click.Group):
    """Our commands, and those of the rooms, for which the application is loaded."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted([*super().list_commands(ctx), *ROOMS])

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in ROOMS:
            return super().get_command(ctx, name)
        if ctx.resilient_parsing:
            return None
        return self._of_a_room(ctx, name)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        own = {
            name: cmd.get_short_help_str(70)
            for name, cmd in self.commands.items()
            if not cmd.hidden
        }
        with formatter.section("Commands"):
            formatter.write_dl(sorted({**own, **ROOMS}.items()))

    def invoke(self, ctx: click.Context) -> Any:
        from sp4n.runtime.backup import BackupFailed
        from sp4n.runtime.servers import ServerFailed

        try:
            return super().invoke(ctx)
        except (ConfigurationError, ServerFailed, BackupFailed) as error:
            raise click.ClickException(str(error)) from None

    def _of_a_room(self, ctx: click.Context, name: str) -> click.Command | None:
        from flask.cli import ScriptInfo

        app = load_app(ctx.with_resource(joined_settings()))
        ctx.obj = ScriptInfo(create_app=lambda: app)
        return app.cli.get_command(ctx, name)


@click.group(cls=House, context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """SP4N: a portal of its own for every agency, one national console for all."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(log_formatter(log_form(os.environ)))
    logging.basicConfig(level=logging.WARNING, handlers=[handler])
    for name in ("sp4n", "alembic.runtime.migration"):
        logging.getLogger(name).setLevel(logging.INFO)


def log_formatter(form: LogForm) -> logging.Formatter:
    if form == "text":
        return logging.Formatter("%(asctime)s %(name)s: %(message)s")
    from pythonjsonlogger.json import JsonFormatter

    names = {"asctime": "time", "levelname": "level", "name": "logger"}
    return JsonFormatter("%(asctime)s %(levelname)s %(name)s %(message)s", rename_fields=names)


@main.command()
@click.option("--with-parent", is_flag=True, help="Stop when the process that called ends.")
def up(with_parent: bool) -> None:
    """Everything in one: servers, migrations, demo data, web, workers, relay, scheduler."""
    from sp4n.runtime.supervisor import Supervisor

    settings = load_settings(os.environ)

    def announce(words: str) -> None:
        click.echo(f"\nSP4N is ready: {settings.public_origin}/\n{words}\nCtrl-C stops it.")

    parent = os.getppid() if with_parent else None
    sys.exit(Supervisor(settings, announce=announce, parent=parent).run())


@main.command()
def web() -> None:
    """The web server."""
    from sp4n.runtime.web import serve

    gc.disable()  # until all is loaded: nothing of it is ever given back (runtime/web.py)
    with working_settings() as settings:
        # Once, before Granian makes its workers out of this process: they share what is loaded.
        app = load_app(settings)
        serve(settings, lambda: app)


@main.command()
def jobs() -> None:
    """Relay, scheduler and a worker for each queue, made out of one process."""
    from sp4n.jobs import relay, scheduler
    from sp4n.jobs.queues import QUEUES
    from sp4n.jobs.worker import work
    from sp4n.runtime.forks import Task, keep

    gc.disable()  # as in `web`: what is loaded stays, and is shared
    with working_settings() as settings:
        app = load_app(settings)
        tasks = {f"worker {queue}": Task(partial(work, app, queue), 30) for queue in QUEUES}
        for name, room in (("relay", relay), ("scheduler", scheduler)):
            tasks[name] = Task(partial(until_stopped, room.run, app), 10)
        gc.freeze()
        gc.enable()
        keep(tasks)


@main.command()
@click.argument("queue")
def worker(queue: str) -> None:
    """Works off the jobs of one queue."""
    from sp4n.jobs.queues import QUEUES
    from sp4n.jobs.worker import work

    if queue not in QUEUES:
        raise click.BadParameter(f"there are {', '.join(QUEUES)}", param_hint="QUEUE")
    with working_settings() as settings:
        work(load_app(settings), queue)


@main.command()
def relay() -> None:
    """Brings what is owed from the outbox to the queues."""
    from sp4n.jobs.relay import run

    with working_settings() as settings:
        until_stopped(run, load_app(settings))


@main.command()
def scheduler() -> None:
    """Wakes what has become due, and gives out again what was lost."""
    from sp4n.jobs.scheduler import run

    with working_settings() as settings:
        until_stopped(run, load_app(settings))


@main.command(hidden=True)
def prepare() -> None:
    """What `up` does before it opens: migrations, reference data, demo data. Prints the demo
    sign-ins."""
    from sp4n.runtime.migrations import upgrade

    tie_to_supervisor()
    with joined_settings() as settings:
        if settings.database_url is not None:
            upgrade(settings.database_url)
        else:
            log.warning("DATABASE_URL (the owner's) is not set: migrations are left to others")
        app = load_app(without_owner(settings))
        load_reference(app)
        if settings.demo:
            furnish(app)


@main.group()
def db() -> None:
    """The database: migrations and roles."""


@db.command("upgrade")
def db_upgrade() -> None:
    """Bring tables, rule sets and topics to the state that this code expects."""
    from sp4n.runtime.migrations import upgrade

    with joined_settings(redis=False) as settings:
        if settings.database_url is None:
            raise ConfigurationError("DATABASE_URL is missing; migrations need the owner's.")
        upgrade(settings.database_url)
        load_reference(load_app(without_owner(settings)))


@db.command("roles")
@click.argument("superuser_url", envvar="SP4N_SUPERUSER_URL")
@click.option("--database", default="sp4n", show_default=True, help="Made when it is not there.")
def db_roles(superuser_url: str, database: str) -> None:
    """Make the four roles and the database on a PostgreSQL of yours (15 or newer).

    SUPERUSER_URL may stand in the environment variable SP4N_SUPERUSER_URL instead. Prints the four
    settings; run again, it gives new passwords.
    """
    import psycopg

    from sp4n.runtime import roles

    passwords = roles.new_passwords()
    try:
        roles.create_roles(superuser_url, passwords)
        roles.create_database(superuser_url, database)
    except (psycopg.Error, roles.UnsafeRole) as error:
        raise click.ClickException(" ".join(str(error).split())) from None
    for name, url in roles.role_urls(superuser_url, passwords, database).items():
        click.echo(f"{name}={url}")


@main.command()
def doctor() -> None:
    """Is this installation whole? One line for each check; exit code 1 on a fault."""
    from sp4n.runtime.checks import CHECKS
    from sp4n.runtime.doctor import examine

    logging.disable()
    faults = 0
    with joined_settings() as settings:
        for finding in examine(settings, CHECKS, load_app):
            click.echo(str(finding))
            faults += not finding.well
    sys.exit(1 if faults else 0)


@main.command()
@click.argument("folder", type=click.Path(path_type=Path))
def backup(folder: Path) -> None:
    """Put database, files and secrets of a DATA_DIR aside, into a new FOLDER.

    The house may run meanwhile. Move FOLDER/secrets elsewhere afterwards.
    """
    from sp4n.runtime.backup import BackupFailed, back_up

    exit_at_sigterm()
    settings = load_settings(os.environ)
    if not settings.embedded_database:
        raise BackupFailed("PostgreSQL is one of your own: back it up with its own tools.")
    back_up(settings.data_dir, folder)
    click.echo(f"{folder} is whole. Keep {folder / 'secrets'} apart from the rest.")
    if settings.storage_url:
        click.echo("Uploaded files are not in it: they lie in the bucket.")


@main.command()
@click.argument("folder", type=click.Path(path_type=Path))
def restore(folder: Path) -> None:
    """Bring what `backup` put into FOLDER back, into an empty DATA_DIR."""
    from sp4n.runtime.backup import SECRET_NAMES, bring_back

    exit_at_sigterm()
    data_dir = data_dir_of(os.environ)
    given = {"secret_key"} if os.environ.get("SECRET_KEY") else set()
    owed = bring_back(folder, data_dir, secrets=[n for n in SECRET_NAMES if n not in given])
    click.echo(f"{data_dir} is restored; `sp4n up` starts it.")
    click.echo(
        f"{owed} mails were owed at the time of the backup and go out then; those of them that"
        " went out after it go out a second time."
    )


def exit_at_sigterm() -> None:
    """As at Ctrl-C: what was begun is cleared away, and the program that works for us ended."""
    signal.signal(signal.SIGTERM, lambda _number, _frame: sys.exit(1))


def load_app(settings: Settings) -> Flask:
    return application_factory()(settings)


def application_factory() -> Callable[[Settings], Flask]:
    """By name, as any WSGI server does: the application stands above its command line."""
    return cast("Callable[[Settings], Flask]", import_module("sp4n.app").create_app)


def load_reference(app: Flask) -> None:
    """Rule sets and topics as this release knows them: without rules no report can be filed."""
    from sp4n.db import db
    from sp4n.settings.operations import load_reference_data
    from sp4n.tenants.edge import edge
    from sp4n.tenants.everyone import NATIONAL

    with app.app_context(), edge(NATIONAL):
        load_reference_data(db.session())


def furnish(app: Flask) -> None:
    """Demo data, once. The words that go to standard output are shown when all is ready."""
    from sp4n.demo.loading import load

    with app.app_context():
        click.echo(load())


def without_owner(settings: Settings) -> Settings:
    os.environ.pop("DATABASE_URL", None)
    return replace(settings, database_url=None)


@contextmanager
def joined_settings(*, redis: bool = True) -> Iterator[Settings]:
    from sp4n.runtime.embedded import joined

    with joined(load_settings(os.environ), redis=redis) as settings:
        yield settings


@contextmanager
def working_settings() -> Iterator[Settings]:
    """For a process that serves: tied to its supervisor, and never holding the owner's URL."""
    tie_to_supervisor()
    with joined_settings() as settings:
        yield without_owner(settings)


def until_stopped(run: Callable[[Flask, Event], None], app: Flask) -> None:
    """The event is set by SIGTERM or Ctrl-C: the loop ends its round and returns."""
    event = Event()

    def stop(_number: int, _frame: object) -> None:
        # In a thread: this one may stand inside `event.wait` with the event's lock in its hand.
        Thread(target=event.set).start()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    run(app, event)


def tie_to_supervisor() -> None:
    from sp4n.runtime.processes import die_with_parent
    from sp4n.runtime.supervisor import PARENT_VARIABLE

    if parent := os.environ.pop(PARENT_VARIABLE, None):
        die_with_parent(int(parent))


if __name__ == "__main__":
    main()
