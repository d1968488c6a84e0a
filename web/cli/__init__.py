"""The command `peyvand`; each module of this package adds its `COMMANDS`."""

import click

from web.composition import discovery


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="peyvand")
def main() -> None:
    """Peyvand runs customer relationships as living processes."""


for _commands in discovery.constants(["web.cli"], "COMMANDS", list).values():
    for _command in _commands:
        main.add_command(_command)
