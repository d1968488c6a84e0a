"""Forget a person from the shell."""

import click

from engine.errors import EngineError
from tasks.privacy import CANCEL, REFUSE
from web import erasure
from web.cli.open import open_services


@click.command()
@click.argument("customer", type=int)
@click.option("--cancel", is_flag=True, help="End the instances about them that still run.")
@click.option("--dry-run", is_flag=True, help="Tell what would go, keep everything.")
@click.option("--by", default="operator", show_default=True, help="Who asks, for the history.")
def forget(customer: int, by: str, *, cancel: bool, dry_run: bool) -> None:
    """Forget the CUSTOMER of this number for good: processes, records, messages, documents.

    The history of their instances still verifies, figures stay right, and an import that names
    them leaves them out. Backups have to be let go of by whoever made them.
    """
    services = open_services()
    try:
        if dry_run:
            person, found = erasure.preview(services, customer)
            click.echo(f"Customer {person.number}: {len(found.instances)} instances about them.")
            for key in found.running:
                click.echo(f"  {key} still runs")
            return
        told = erasure.forget(services, customer, by, running=CANCEL if cancel else REFUSE)
    except EngineError as error:
        raise click.ClickException(error.message) from error
    done = told.done
    click.echo(
        f"Customer {done.customer_id} is forgotten: {len(done.instances)} instances emptied "
        f"({len(done.cancelled)} of them cancelled), {len(done.mentions)} more had mentioned them."
    )
    if not told.overwritten:
        click.echo("The database was busy: run `peyvand compact` to overwrite the freed bytes.")


COMMANDS = [forget]
