"""How many tasks changed tables and drawings would have made of the instances of last month."""

from datetime import timedelta
from pathlib import Path

import click
from sqlalchemy import Connection

from engine import store
from engine.engine import Engine
from engine.errors import EngineError
from engine.model import Resource
from engine.replay import Cases, Version
from engine.replay import workload as estimates
from engine.replay.workload import Workload
from web.cli.open import open_services
from web.cli.processes import resources


@click.command("workload")
@click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--days", default=30, show_default=True, help="Instances begun in so many days.")
@click.option("--limit", type=int, help="At most so many instances of a process, the newest.")
def tasks_of_last_month(paths: tuple[Path, ...], days: int, limit: int | None) -> None:
    """Tell how many tasks people would have got with the files below PATHS, which are not deployed.

    For each deployed process whose drawing is among them or that asks one of the tables. Nothing is
    written and nothing leaves the house.
    """
    engine, files = open_services().engine, resources(paths)
    now = engine.clock()
    since = now - timedelta(days=days)
    try:
        with store.reading(engine.database) as connection:
            changed = estimates.processes(connection, files, since)
            for process_id in changed:
                chosen = Cases(process_id, since=since, running_at=now, limit=limit)
                _tell(_workload(connection, engine, files, chosen))
    except EngineError as error:
        raise click.ClickException(error.message) from error
    if not changed:
        click.echo(f"No process used these files in the last {days} days.")


def _workload(
    connection: Connection, engine: Engine, files: list[Resource], chosen: Cases
) -> Workload:
    version = Version.with_tables(connection, engine.catalogue, chosen.process_id, files)
    found = estimates.tasks_of(connection, engine, version, chosen)
    return estimates.workload(chosen.process_id, found)


def _tell(made: Workload) -> None:
    click.echo(f"{made.process_id}: {made.cases} instances, {made.other} with other tasks")
    click.echo(f"  {made.then.total():7} tasks made, {made.now.total()} with these files")
    for element in sorted(made.then.keys() | made.now.keys()):
        click.echo(f"  {made.then[element]:7} {element}: {made.now[element]}")
    if made.unknown:
        click.echo(f"  {made.unknown:7} instances left out, because nobody can tell")


COMMANDS = [tasks_of_last_month]
