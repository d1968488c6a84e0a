"""Records from files and into files, from the shell."""

import sys
from pathlib import Path

import click
from sqlalchemy.orm import Session

from tasks import imports
from tasks.installed import SUBJECTS
from web.cli.history import export
from web.cli.open import open_services

KIND = click.Choice(sorted(SUBJECTS.imports))
SOURCE = click.option("--source", default="import", show_default=True, help="Whose ids they bear.")


@click.command("import")
@click.argument("kind", type=KIND)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@SOURCE
@click.option("--dry-run", is_flag=True, help="Check and count, keep nothing.")
def take_in(kind: str, file: Path, source: str, *, dry_run: bool) -> None:
    """Take in all of a CSV or JSON FILE, or nothing; tells what is wrong by row and column."""
    services = open_services()
    most = services.settings.limits.upload_bytes
    if file.stat().st_size > most:
        raise click.ClickException(f"{file} is larger than {most} bytes.")
    with Session(services.database) as session:
        try:
            report = imports.run(
                session,
                SUBJECTS.imports[kind],
                file.read_bytes(),
                is_json=file.suffix.lower() == ".json",
                source=source,
                by="shell",
                now=services.clock(),
                dry_run=dry_run,
            )
        except imports.Wrong as wrong:
            for flaw in wrong.problems:
                click.echo(f"  {flaw.resource} {flaw.element}: {flaw.message}", err=True)
            raise click.ClickException(wrong.message) from wrong
    would = "would be " if dry_run else ""
    click.echo(
        f"{report.rows} rows: {report.added} {would}added, {report.changed} {would}changed, "
        f"{report.unchanged} known already"
    )
    if report.forgotten:
        click.echo(f"{report.forgotten} left out: who they name was forgotten.")
    if report.refusals_kept:
        click.echo(f"{report.refusals_kept} permissions not taken: the customer had refused.")


@export.command("records")
@click.argument("kind", type=KIND)
@SOURCE
def give_out(kind: str, source: str) -> None:
    """Print all records of a KIND as CSV; no cell is a formula to a spreadsheet."""
    with Session(open_services().database) as session:
        for piece in imports.export(session, SUBJECTS.exports[kind], source):
            sys.stdout.write(piece)


COMMANDS = [take_in]
