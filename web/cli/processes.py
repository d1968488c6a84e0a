"""Check and deploy processes: diagrams, decision tables, forms and their scenarios."""

import sys
from pathlib import Path

import click

from engine import lint
from engine.errors import EngineError
from engine.model import Problem, Resource
from engine.scenarios import Coverage, coverage, run_scenarios
from tasks.installed import SUBJECTS
from web.app.data_files import data_folder
from web.cli.open import open_services

_KINDS = {".bpmn", ".dmn", ".form"}


def resources(folders: tuple[Path, ...]) -> list[Resource]:
    """Return every diagram, decision table and form below these folders, in order of name."""
    files = sorted(f for folder in folders for f in _files(folder) if f.suffix in _KINDS)
    return [Resource(file.name, file.read_bytes()) for file in files]


def _files(path: Path) -> list[Path]:
    return [path] if path.is_file() else [f for f in path.rglob("*") if f.is_file()]


def _line(problem: Problem) -> str:
    place = " ".join(part for part in (problem.resource, problem.element) if part)
    hint = f"\n      {problem.hint}" if problem.hint else ""
    return f"  {problem.severity:7} {place}: {problem.message}{hint}"


def _share(covered: Coverage) -> str:
    visited = covered.total - len(covered.missed)
    missed = f"; never: {', '.join(covered.missed)}" if covered.missed else ""
    share = f"{covered.percent:3} %  {visited} of {covered.total} {covered.what}"
    return f"  {share} of {covered.name}{missed}"


_PATHS = click.argument(
    "paths", nargs=-1, type=click.Path(exists=True, path_type=Path), required=False
)


@click.command()
@_PATHS
@click.option("--coverage", "with_coverage", is_flag=True, help="What the scenarios come to.")
@click.option("--complete", is_flag=True, help="Fail where no scenario comes to a part.")
def check(
    paths: tuple[Path, ...],
    with_coverage: bool,  # noqa: FBT001
    complete: bool,  # noqa: FBT001
) -> None:
    """Lint diagrams, tables and forms below PATHS and play their scenarios.

    Without PATHS: all processes that ship with Peyvand. Exits with 1 on an error.
    """
    folders = paths or (data_folder("processes"),)
    found = resources(folders)
    installed = {task.name for task in SUBJECTS.service_tasks}
    problems = lint.check(found, properties=SUBJECTS.properties, job_types=installed)
    for problem in problems:
        click.echo(_line(problem))
    errors = sum(problem.severity == "error" for problem in problems)
    click.echo(f"{len(found)} files, {errors} errors, {len(problems) - errors} warnings")
    if errors:
        sys.exit(1)
    scenarios = sorted(f for p in folders for f in _files(p) if f.parent.name == "scenarios")
    results = run_scenarios(found, scenarios, SUBJECTS.service_tasks)
    for result in results:
        if not result.passed:
            click.echo(f"  failed  {result.name}: {result.message}")
    failed = sum(not result.passed for result in results)
    click.echo(f"{len(results) - failed} passed, {failed} failed")
    shares = coverage(found, results) if with_coverage or complete else []
    for each in shares:
        if with_coverage or each.missed:
            click.echo(_share(each))
    if failed or (complete and any(each.missed for each in shares)):
        sys.exit(1)


@click.command()
@_PATHS
@click.option("--by", default="operator", show_default=True, help="Who deploys, for the history.")
def deploy(paths: tuple[Path, ...], by: str) -> None:
    """Deploy what is below PATHS, all or nothing; unchanged files keep their version."""
    found = resources(paths or (data_folder("processes"),))
    try:
        deployment = open_services().engine.by(by).definitions.deploy(found)
    except EngineError as error:
        lines = [error.message, *(_line(problem) for problem in error.problems)]
        raise click.ClickException("\n".join(lines)) from error
    for item in deployment.items:
        click.echo(f"  {item.kind:12} {item.id} version {item.version}")


COMMANDS = [check, deploy]
