"""Try an adapter before contacts go to it."""

import sys
from datetime import UTC, datetime

import click

from tasks.channels.conformance import findings
from tasks.signed_http.post import PUBLIC, Reach, Unsafe


@click.command("adapter")
@click.argument("url")
@click.option("--secret", required=True, envvar="PEYVAND_WEBHOOK_SECRET", help="whsec_…")
@click.option("--here", is_flag=True, help="The adapter runs on this machine, without https.")
def adapter(url: str, secret: str, *, here: bool) -> None:
    """Try whether the adapter at URL keeps the rules of docs/adapters.md; nobody gets a message."""
    local = Reach(schemes=frozenset({"http", "https"}), ports=None, private=True)
    try:
        found = list(findings(url, secret, datetime.now(UTC), local if here else PUBLIC))
    except (OSError, Unsafe, ValueError) as error:
        raise click.ClickException(f"{type(error).__name__}: {error}") from error
    for one in found:
        click.echo(f"{'kept  ' if one.kept else 'BROKEN'}  {one.rule}: {one.came}")
    if not all(one.kept for one in found):
        sys.exit(1)


COMMANDS = [adapter]
