"""Try an expression or a decision table from the shell."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from engine import dmn, feel
from engine.errors import EngineError


def _context(text: str, option: str) -> dict[str, Any]:
    try:
        value = json.loads(text)
    except json.JSONDecodeError as error:
        raise click.BadParameter(f"not JSON: {error}", param_hint=option) from error
    if not isinstance(value, dict):
        raise click.BadParameter("must be a JSON object", param_hint=option)
    return value


@click.command("feel")
@click.argument("expression")
@click.option("--vars", "variables", default="{}", help="Variables as a JSON object.")
def evaluate(expression: str, variables: str) -> None:
    """Evaluate a FEEL EXPRESSION and print its value as JSON; warnings go to stderr."""
    context = _context(variables, "--vars")
    try:
        result = feel.evaluate(expression, context, now=datetime.now(UTC))
    except ValueError as error:
        raise click.ClickException(str(error)) from error
    for warning in result.warnings:
        click.echo(f"warning at {warning.position}: {warning.message}", err=True)
    click.echo(json.dumps(feel.to_json(result.value), ensure_ascii=False))


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--input", "inputs", default="{}", help="Inputs as a JSON object.")
@click.option("--decision", default="", help="Id of the decision; the only one by default.")
@click.option("--explain", is_flag=True, help="Say in words which rows matched and why.")
def decide(file: Path, inputs: str, decision: str, *, explain: bool) -> None:
    """Evaluate a decision of the DMN FILE and print its result as JSON."""
    context = _context(inputs, "--input")
    try:
        beside = (other.read_bytes() for other in sorted(file.parent.glob("*.dmn")))
        model = dmn.parse(file.read_bytes(), dmn.imports_from(beside))
        name = decision or _only(list(model.decisions))
        outcome = model.evaluate(name, context, now=datetime.now(UTC))
    except EngineError as error:
        lines = [error.message, *(f"  {p.element}: {p.message}" for p in error.problems)]
        raise click.ClickException("\n".join(lines)) from error
    if explain:
        for line in outcome.explanation:
            click.echo(line, err=True)
    if outcome.failure:
        raise click.ClickException(outcome.failure)
    click.echo(json.dumps(outcome.json, ensure_ascii=False))


def _only(ids: list[str]) -> str:
    if len(ids) != 1:
        raise click.UsageError(f"choose one with --decision: {', '.join(ids)}")
    return ids[0]


COMMANDS = [evaluate, decide]
