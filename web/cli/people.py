"""Accounts from the shell."""

import click

from engine.errors import EngineError
from web import accounts
from web.cli.open import open_app


@click.group()
def user() -> None:
    """Look after accounts."""


@user.command("add")
@click.argument("username")
@click.option("--name", default="", help="Display name.")
@click.option("--email", default="")
@click.option("--group", "groups", multiple=True, help="Candidate group, e.g. campaign_manager.")
@click.option("--role", "roles", multiple=True, help="admin, process_owner, operator, integrator.")
@click.password_option(help="Asked for when not given.")
def add(
    username: str,
    name: str,
    email: str,
    groups: tuple[str, ...],
    roles: tuple[str, ...],
    password: str,
) -> None:
    """Add the account USERNAME."""
    with open_app().app_context():
        accounts.create(
            username,
            password,
            display_name=name or username,
            email=email,
            groups=groups,
            roles=roles,
        )
    click.echo(f"{username} may sign in.")


@user.command("skills")
@click.argument("username")
@click.argument("skills", nargs=-1)
def skills(username: str, skills: tuple[str, ...]) -> None:
    """Say what USERNAME can do: SKILLS that tasks ask for (lt, returns …); none takes them away."""
    with open_app().app_context():
        try:
            accounts.set_skills(username, skills)
        except EngineError as error:
            raise click.ClickException(error.message) from error
    click.echo(f"{username}: {', '.join(sorted(set(skills))) or '–'}")


@user.command("link")
@click.argument("username")
@click.argument("issuer")
@click.argument("subject")
def link(username: str, issuer: str, subject: str) -> None:
    """Let who is SUBJECT at the OpenID provider ISSUER sign in as USERNAME."""
    with open_app().app_context():
        try:
            accounts.link(username, issuer, subject)
        except EngineError as error:
            raise click.ClickException(error.message) from error


COMMANDS = [user]
