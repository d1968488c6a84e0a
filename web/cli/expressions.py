"""Try an expression or a decision table from the shell."""

import json
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import click

from engine import dmn, feel
from engine.errors import EngineError


def _context(text: str, option: str) -> dict[str, Any]:
    try:
        source = Path(text[1:]).read_text(encoding="utf-8") if text.startswith("@") else text
        value = json.loads(source, parse_float=Decimal)
    except (OSError, UnicodeDecodeError) as error:
        raise click.BadParameter(f"cannot be read: {error}", param_hint=option) from error
    except (ValueError, RecursionError) as error:
        raise click.BadParameter(f"not JSON: {error}", param_hint=option) from error
    if not isinstance(value, dict):
        raise click.BadParameter("must be a JSON object", param_hint=option)
    return value


@click.command("feel")
@click.argument("expression")
@click.option("--vars", "variables", default="{}", help="Variables: a JSON object, or @FILE.")
def evaluate(expression: str, variables: str) -> None:
    """Evaluate a FEEL EXPRESSION and print its value as JSON; warnings go to stderr."""
    context = _context(variables, "--vars")
    try:
        result = feel.evaluate(expression, context, now=datetime.now(UTC))
    except feel.SyntaxError_ as error:
        shown = _shown(expression, error.position)
        raise click.ClickException(f"{error.message}{shown}") from error
    except feel.BudgetExceeded as error:
        raise click.ClickException(f"{error}.") from error
    for warning in result.warnings:
        shown = _shown(expression, warning.position)
        click.echo(f"Warning: {warning.message}{shown}", err=True)
    click.echo(json.dumps(feel.to_json(result.value), ensure_ascii=False))


def _shown(text: str, position: int) -> str:
    """Return the line of a text that holds a position, with a mark below it."""
    start = text.rfind("\n", 0, position) + 1
    line = text[start:].partition("\n")[0].replace("\t", " ")
    return f"\n  {line}\n  {' ' * (position - start)}^"


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--input", "inputs", default="{}", help="Inputs: a JSON object, or @FILE.")
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
        raise click.ClickException(_why(file, error)) from error
    if explain:
        for line in outcome.explanation:
            click.echo(line, err=True)
    if outcome.failure:
        raise click.ClickException(outcome.failure)
    click.echo(json.dumps(outcome.json, ensure_ascii=False))


def _why(file: Path, error: EngineError) -> str:
    if not error.problems:
        return error.message
    places = (f"{file}{f' {each.element}' if each.element else ''}" for each in error.problems)
    return "\n".join(
        f"{place}: {each.message}" for place, each in zip(places, error.problems, strict=True)
    )


def _only(ids: list[str]) -> str:
    if not ids:
        raise click.UsageError("there is no decision in the file")
    if len(ids) > 1:
        raise click.UsageError(f"choose one with --decision: {', '.join(ids)}")
    return ids[0]


COMMANDS = [evaluate, decide]
