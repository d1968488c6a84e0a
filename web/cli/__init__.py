"""The command `peyvand`; each module adds the commands of one subject."""

import click

from web.cli import (
    data,
    events,
    expressions,
    forget,
    history,
    people,
    processes,
    records,
    serve,
    texts,
    tokens,
    upkeep,
)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="peyvand")
def main() -> None:
    """Peyvand runs customer relationships as living processes."""


for module in (
    serve,
    processes,
    data,
    people,
    tokens,
    events,
    records,
    forget,
    history,
    expressions,
    texts,
    upkeep,
):
    for command in module.COMMANDS:
        main.add_command(command)
