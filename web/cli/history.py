"""The history from the shell: prove it, forget people, hand it to process-mining tools."""

import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
from sqlalchemy import ColumnElement, and_, true

from engine import exports, reads, store
from engine.errors import EngineError
from web.cli.open import open_services

_instance = store.instance.c
_DAY = click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S"])


@click.group()
def history() -> None:
    """Prove what happened, and forget people."""


@history.command("verify")
@click.argument("instance_key", type=int, required=False)
def verify(instance_key: int | None) -> None:
    """Check that nobody changed the history of INSTANCE_KEY, or of every instance.

    Exits with 1 and names the first step that does not hold.
    """
    services = open_services()
    with store.reading(services.database) as connection:
        if instance_key is None:
            broken = list(reads.verify_all(connection))
        else:
            reads.instance(connection, instance_key)
            seq = reads.verify(connection, instance_key)
            broken = [] if seq is None else [(instance_key, seq)]
    for key, seq in broken:
        click.echo(f"instance {key}: changed at step {seq}", err=True)
    if broken:
        sys.exit(1)
    click.echo("The history is whole.")


@history.command("erase")
@click.option("--business-key", "business_keys", multiple=True, help="Of the instances to empty.")
@click.option("--instance", "keys", multiple=True, type=int, help="Key of an instance to empty.")
@click.option("--correlation-key", "messages", multiple=True, help="Of messages to delete.")
@click.option("--by", default="operator", show_default=True, help="Who asks, for the history.")
def erase(
    business_keys: tuple[str, ...], keys: tuple[int, ...], messages: tuple[str, ...], by: str
) -> None:
    """Take every value out of ended instances; what happened stays proven."""
    if not (business_keys or keys or messages):
        raise click.UsageError("Say what: --business-key, --instance or --correlation-key.")
    services = open_services()
    chosen = _instance.business_key.in_(business_keys) | _instance.key.in_(keys)
    try:
        erased = services.engine.by(by).privacy.erase(chosen, correlation_keys=messages)
    except EngineError as error:
        raise click.ClickException(error.message) from error
    click.echo(f"{len(erased)} instances hold no values any more.")
    if not store.compact(services.database):
        click.echo("The database was busy: run `peyvand compact` to overwrite the freed bytes.")


@click.group()
def export() -> None:
    """Write the history for process-mining tools; it holds no variables."""


def _options(command: Callable[..., None]) -> Callable[..., None]:
    for option in (
        click.argument("file", type=click.Path(dir_okay=False, path_type=Path, allow_dash=True)),
        click.option("--process", "process_id", help="Only instances of this process."),
        click.option("--since", type=_DAY, help="Only those started at this time (UTC) or later."),
        click.option("--until", type=_DAY, help="Only those started before this time (UTC)."),
    ):
        command = option(command)
    return command


@export.command("xes")
@_options
def xes(file: Path, **chosen: Any) -> None:
    """Write FILE (- for the terminal) as XES 1.0: a trace for each instance."""
    _write(file, exports.xes, _chosen(**chosen))


@export.command("ocel")
@_options
def ocel(file: Path, **chosen: Any) -> None:
    """Write FILE (- for the terminal) as OCEL 2.0 in JSON: instances, activities, business keys."""
    _write(file, exports.ocel, _chosen(**chosen))


def _chosen(
    process_id: str | None, since: datetime | None, until: datetime | None
) -> ColumnElement[bool]:
    conditions: list[ColumnElement[bool]] = [true()]
    if process_id is not None:
        conditions.append(_instance.process_id == process_id)
    if since is not None:
        conditions.append(_instance.started_at >= since.replace(tzinfo=UTC))
    if until is not None:
        conditions.append(_instance.started_at < until.replace(tzinfo=UTC))
    return and_(*conditions)


def _write(file: Path, kind: Callable[..., Iterator[str]], chosen: ColumnElement[bool]) -> None:
    services = open_services()
    with (
        store.reading(services.database) as connection,
        click.open_file(str(file), "w", encoding="utf-8", atomic=str(file) != "-") as out,
    ):
        for piece in kind(connection, chosen):
            out.write(piece)


COMMANDS = [history, export]
