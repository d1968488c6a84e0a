"""Replay past cases of a process on another version, with no effect outside."""

import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
from sqlalchemy import Connection

from engine import store
from engine.engine import Engine
from engine.errors import EngineError
from engine.model import Resource
from engine.replay import Cases, Outcome, Report, Result, Version, replay
from engine.transaction import releases
from web.cli.open import open_services
from web.cli.processes import resources

_DAY = click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S"])


@click.command("replay")
@click.argument("process_id")
@click.argument("paths", nargs=-1, type=click.Path(exists=True, path_type=Path))
@click.option("--version", type=int, help="Replay on this deployed version (default: current).")
@click.option("--cases-of", type=int, help="Only cases that ran on this version.")
@click.option("--since", type=_DAY, help="Only cases begun at or after (UTC).")
@click.option("--until", type=_DAY, help="Only cases begun before (UTC).")
@click.option("--limit", type=int, help="At most so many cases, the newest.")
@click.option("--json", "as_json", is_flag=True, help="One line of JSON for each case.")
def replay_cases(
    process_id: str,
    paths: tuple[Path, ...],
    version: int | None,
    cases_of: int | None,
    since: datetime | None,
    until: datetime | None,
    limit: int | None,
    *,
    as_json: bool,
) -> None:
    """Replay the ended cases of PROCESS_ID on the files below PATHS, or on a deployed version.

    Nothing is written and nothing leaves the house. Exits with 1 if a case goes another way.
    """
    engine = open_services().engine
    try:
        with store.reading(engine.database) as connection:
            target = _target(connection, engine, process_id, resources(paths), version)
            key = None if cases_of is None else _key(connection, process_id, cases_of)
            chosen = Cases(process_id, key, _utc(since), _utc(until), limit=limit)
            report = Report()
            for outcome in replay(connection, engine, target, chosen):
                report.add([outcome])
                if as_json:
                    click.echo(json.dumps(plain(outcome), ensure_ascii=False))
    except EngineError as error:
        raise click.ClickException(error.message) from error
    if not as_json:
        _told(report)
    if report.results[Result.ANOTHER_WAY]:
        sys.exit(1)


def _target(
    connection: Connection,
    engine: Engine,
    process_id: str,
    files: list[Resource],
    version: int | None,
) -> Version:
    if files:
        return Version.of_files(files, process_id)
    key = _key(connection, process_id, version)
    return Version.of_definition(connection, engine.catalogue, key)


def _key(connection: Connection, process_id: str, version: int | None) -> int:
    return releases.latest(connection, "process", process_id, version=version)


def _utc(moment: datetime | None) -> datetime | None:
    return None if moment is None else moment.replace(tzinfo=UTC)


def plain(outcome: Outcome) -> dict[str, Any]:
    """Return an outcome as JSON."""
    stopped = outcome.stopped
    return {
        "instance": str(outcome.key),
        "result": outcome.result.value,
        "reason": None if outcome.reason is None else outcome.reason.value,
        "told": outcome.told,
        "ends": list(outcome.ends),
        "taken": outcome.taken,
        "stopped": None
        if stopped is None
        else {
            "element": stopped.element,
            "waits_for": stopped.waits_for,
            "at": stopped.at.isoformat(),
            "why": stopped.why,
            "detail": stopped.detail,
        },
        "differences": [
            {
                "kind": each.kind,
                "element": each.element,
                "name": each.name,
                "at": each.at.isoformat(),
                "recorded": _json(each.recorded),
                "now": _json(each.now),
            }
            for each in outcome.differences
        ],
    }


def _json(value: object) -> object:
    return value.isoformat() if isinstance(value, datetime) else value


def _told(report: Report) -> None:
    click.echo(f"{report.total} cases, {report.replayed} replayed")
    for result in Result:
        click.echo(f"  {report.results[result]:7} {result.value}")
    for reason, count in report.reasons.most_common():
        click.echo(f"  {count:7} not replayable: {reason.value}")
    if report.places:
        click.echo("First difference:")
    for (kind, element, name), count in report.places.most_common():
        click.echo(f"  {count:7} {kind} at {element or 'the start'} {name}".rstrip())
    if report.stops:
        click.echo("Stopped, as nobody recorded what comes next:")
    for (element, waits_for, why), count in report.stops.most_common():
        click.echo(f"  {count:7} {waits_for} {element}: {why}")


COMMANDS = [replay_cases]
