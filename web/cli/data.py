"""The database and the demo company."""

import click

from web.cli.open import open_app
from web.composition import demo


@click.group("db")
def database() -> None:
    """Look after the database."""


@database.command("upgrade")
def upgrade() -> None:
    """Bring the tables to the newest version; nothing is lost."""
    open_app()
    click.echo("The database is up to date.")


@click.command()
def seed() -> None:
    """Load the demo company: people, products, templates, customers with real purchases."""
    app = open_app()
    for line in demo.load(app):
        click.echo(line)


COMMANDS = [database, seed]
