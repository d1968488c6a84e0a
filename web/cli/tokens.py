"""API tokens from the shell."""

from datetime import datetime

import click

from engine.errors import EngineError
from web import accounts
from web.accounts import policy
from web.cli.open import open_app


@click.group()
def token() -> None:
    """Look after API tokens."""


@token.command("add")
@click.argument("username")
@click.option("--name", required=True, help="What it is for, e.g. shop.")
@click.option("--days", default=365, show_default=True, help="Valid for; 0: until it is revoked.")
@click.option(
    "--scope",
    "scopes",
    multiple=True,
    help="May do only this (repeat it): read, task, event … Without: whatever the account may.",
)
def add(username: str, name: str, days: int, scopes: tuple[str, ...]) -> None:
    """Make a token for the account USERNAME and print it, the only time it is seen."""
    with open_app().app_context():
        unknown = set(scopes) - set(policy.scopes())
        if unknown:
            known = ", ".join(policy.scopes())
            raise click.BadParameter(f"{', '.join(sorted(unknown))}: choose from {known}")
        click.echo(accounts.make_token(_account(username), name, days or None, scopes))


@token.command("list")
@click.argument("username", required=False)
def show(username: str | None) -> None:
    """List the tokens of USERNAME, or of everybody."""
    with open_app().app_context():
        people = [_account(username)] if username else accounts.everybody()
        for person in people:
            for each in accounts.tokens(person):
                may = ",".join(each.scopes) or "everything the account may"
                click.echo(
                    f"{each.id:>6}  {person.username}  {each.name}  {each.hint}…  {may}  "
                    f"until {_day(each.expires_at)}  used {_day(each.last_used_at)}"
                )


@token.command("revoke")
@click.argument("username")
@click.argument("number", type=int)
def revoke(username: str, number: int) -> None:
    """End the token NUMBER of USERNAME at once."""
    with open_app().app_context():
        try:
            accounts.revoke_token(_account(username), number)
        except EngineError as error:
            raise click.ClickException(error.message) from error
    click.echo("The token no longer works.")


def _account(username: str) -> accounts.Account:
    found = accounts.get(username)
    if found is None:
        raise click.ClickException(f"There is no account named {username}.")
    return found


def _day(at: datetime | None) -> str:
    return at.date().isoformat() if at else "never"


COMMANDS = [token]
