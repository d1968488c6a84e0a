"""Writes docs/traceability.md from the drawings, scenarios and tests."""

import sys
from pathlib import Path

import click

from web.reads import traces

ROOT = Path(__file__).resolve().parents[2]


@click.command()
@click.option("--check", "only_check", is_flag=True, help="Change nothing, tell what is wrong.")
def trace(*, only_check: bool) -> None:
    """Write which source statement is which process, element, rule and test."""
    found = traces.shipped()
    text = traces.as_markdown(found, traces.rule_tests(ROOT / "tests"))
    file = ROOT / "docs" / "traceability.md"
    faults = [f"{one.facts.id}: {', '.join(one.lacks)} missing" for one in found if one.lacks]
    if only_check and (not file.exists() or file.read_text("utf-8") != text):
        faults.append("docs/traceability.md is not up to date: peyvand trace")
    for fault in faults:
        click.echo(fault)
    if faults and only_check:
        sys.exit(1)
    if not only_check:
        file.write_text(text, "utf-8")
        click.echo(f"{len(found)} processes traced")


COMMANDS = [trace]
