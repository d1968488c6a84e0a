"""Events in and out from the shell: who may tell us, and who is told."""

from collections.abc import Iterator
from contextlib import contextmanager

import click
from sqlalchemy.orm import Session

from engine.errors import EngineError
from tasks import inbound_events, outbound_webhooks
from tasks.installed import SUBJECTS
from web.app.services import Services, reach_of
from web.cli.open import open_services
from web.reads import webhooks as reading

BY = "shell"


@click.group()
def source() -> None:
    """Look after systems that tell us events under a signature."""


@source.command("add")
@click.argument("name")
def add_source(name: str) -> None:
    """Let the system NAME tell us events; prints its secret."""
    with _session() as (services, session):
        click.echo(inbound_events.add_source(session, name, BY, services.clock()).secret)


@source.command("list")
def list_sources() -> None:
    """List who may tell us events."""
    with _session() as (_, session):
        for each in reading.sources(session):
            click.echo(f"{each.name}  {'on' if each.active else 'off'}")


@source.command("rotate")
@click.argument("name")
def rotate_source(name: str) -> None:
    """Print a new secret; the old one opens too for a day."""
    with _session() as (services, session):
        click.echo(inbound_events.rotate_source(session, name, services.clock()).secret)


@source.command("off")
@click.argument("name")
def source_off(name: str) -> None:
    """Stop listening to NAME."""
    with _session() as (_, session):
        inbound_events.switch_source(session, name, active=False)


@source.command("on")
@click.argument("name")
def source_on(name: str) -> None:
    """Listen to NAME again."""
    with _session() as (_, session):
        inbound_events.switch_source(session, name, active=True)


@click.group()
def webhook() -> None:
    """Look after whom we tell what happens here."""


@webhook.command("add")
@click.argument("name")
@click.argument("url")
@click.option("--type", "types", multiple=True, required=True, help="task.created, task.*, or *.")
def add_webhook(name: str, url: str, types: tuple[str, ...]) -> None:
    """Tell URL what happens; prints its number and its secret."""
    given = {"name": name, "url": url, "types": list(types)}
    with _session() as (services, session):
        made = outbound_webhooks.add(
            session, SUBJECTS.subscribable, given, reach_of(services.settings), BY, services.clock()
        )
        click.echo(f"{made.id} {made.secret}")


@webhook.command("list")
def list_webhooks() -> None:
    """List who is told, of what, and how many deliveries are in which state."""
    with _session() as (_, session):
        for each in reading.receivers(session):
            counts = ", ".join(f"{n} {state}" for state, n in sorted(each.counts.items()))
            hook = each.webhook
            state = "on" if hook.active else f"off: {hook.stopped_reason}"
            click.echo(f"{hook.id:>6}  {hook.name}  {hook.url}  {','.join(hook.types)}  {state}")
            click.echo(f"        {counts or 'nothing sent yet'}")


@webhook.command("off")
@click.argument("number", type=int)
def webhook_off(number: int) -> None:
    """Tell NUMBER nothing more."""
    with _session() as (services, session):
        reach = reach_of(services.settings)
        outbound_webhooks.change(
            session, SUBJECTS.subscribable, number, {"active": False}, reach, services.clock()
        )


@webhook.command("redeliver")
@click.argument("delivery", type=int)
def redeliver(delivery: int) -> None:
    """Begin again with a DELIVERY that was given up, or made."""
    with _session() as (services, session):
        outbound_webhooks.redeliver(session, delivery, services.engine.clock())


@contextmanager
def _session() -> Iterator[tuple[Services, Session]]:
    services = open_services()
    with Session(services.database) as session:
        try:
            yield services, session
        except EngineError as error:
            raise click.ClickException(error.message) from error


COMMANDS = [source, webhook]
