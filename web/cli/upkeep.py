"""Look whether the house is in order, and tidy it up."""

import sys
from pathlib import Path

import click

from engine import backup as copying
from engine import doctor as health
from engine import reads, store
from engine.errors import EngineError
from engine.worker import Worker
from web.app.settings import Settings
from web.cli.open import open_services

_SIGNS = {"ok": "✓", "warning": "!", "error": "✗"}


@click.command()
@click.option(
    "--all", "everything", is_flag=True, help="Check every history, not the newest 1,000."
)
def doctor(*, everything: bool) -> None:
    """Check database settings, tables, background work, instances and histories.

    Exits with 1 when something is wrong.
    """
    wrong = 0
    for found in health.examine(open_services().engine, histories=None if everything else 1_000):
        click.echo(f"{_SIGNS[found.level]} {found.subject}: {found.message}")
        wrong += found.level == "error"
    if wrong:
        sys.exit(1)


@click.command()
def purge() -> None:
    """Delete what was kept long enough, now; a worker does it every hour."""
    Worker(open_services().engine).purge({})
    click.echo("Done.")


@click.command()
def compact() -> None:
    """Overwrite the bytes of what was deleted; on SQLite this rewrites the file."""
    if not store.compact(open_services().database):
        raise click.ClickException("The database is busy; try again when less is going on.")
    click.echo("Done.")


@click.command()
@click.option("--name", help="Only messages of this name.")
def unmatched(name: str | None) -> None:
    """List the messages that reached nobody, the newest first, without what they hold."""
    services = open_services()
    with store.reading(services.database) as connection:
        page = reads.unmatched(connection, name=name, limit=200)
    for each in page.items:
        waits = "waits until" if each.expires_at > services.clock() else "in vain since"
        click.echo(
            f"{each.key}  {each.name}  for {each.correlation_key or 'nobody in particular'}  "
            f"by {each.published_by or 'nobody'}  {waits} {each.expires_at:%Y-%m-%d %H:%M} UTC"
        )


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def backup(file: Path) -> None:
    """Copy the database to FILE while it is in use; an existing file is not touched.

    SQLite: FILE is a database, to be put in place of the other. PostgreSQL: for pg_restore.
    """
    database = store.connect(Settings.from_environment().database_url)
    try:
        copying.backup(database, file)
    except EngineError as refused:
        raise click.ClickException(refused.message) from None
    finally:
        database.dispose()
    click.echo(f"{file}: {file.stat().st_size:,} bytes")


COMMANDS = [doctor, purge, compact, unmatched, backup]
