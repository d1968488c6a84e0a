"""The story of a company at work, to be watched in the browser."""

import tempfile
import threading
import time
from pathlib import Path

import click

from web.cli.serve import serving
from web.composition import demo as people
from web.composition.story.company import STORY
from web.composition.story.house import company
from web.composition.story.player import Played, Player
from web.reads import story

LOOKS_EVERY = 0.3  # seconds


@click.group("demo")
def demo() -> None:
    """Show the product."""


@demo.command("play")
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8090, show_default=True)
@click.option("--all", "at_once", is_flag=True, help="Play every step without waiting.")
@click.option("--once", is_flag=True, help="Stop when the story is over.")
def play(host: str, port: int, *, at_once: bool, once: bool) -> None:
    """Play the company scenario in a database of its own, step by step in the browser."""
    with tempfile.TemporaryDirectory() as folder:
        var = Path(folder)
        click.echo("• making the company (half a minute)")
        with company(var, public_url=f"http://{host}:{port}") as player:
            server = serving(player.app, host, port)
            threading.Thread(target=server.run, daemon=True).start()
            name, password, _ = people.demo_accounts()[0]
            click.echo(f"• watch it at http://{host}:{port}/story as {name} / {password}")
            try:
                tell(player, var, at_once=at_once, once=once)
            except KeyboardInterrupt:
                click.echo("\n• stopping")
            finally:
                server.close()


def tell(player: Player, var: Path, *, at_once: bool = False, once: bool = False) -> None:
    """Play a step whenever the page asks for one."""
    told: list[story.Told] = []
    _keep(var, told)
    if at_once:
        story.want(var, len(STORY))
    while len(told) < len(STORY) or not once:
        if len(told) >= min(story.wanted(var), len(STORY)):
            time.sleep(LOOKS_EVERY)
            continue
        played = player.play(STORY[len(told)])
        told.append(_told(player, played))
        _keep(var, told)
        click.echo(f"  {len(told):2}  {played.at:%d %b %Y}  {played.step.title}")


def _keep(var: Path, told: list[story.Told]) -> None:
    after = STORY[len(told)].title if len(told) < len(STORY) else ""
    story.write(var, told, len(STORY), after)


def _told(player: Player, played: Played) -> story.Told:
    began = tuple(dict.fromkeys(played.began))
    customers = tuple(
        (name, number, player.stage(name)) for name, number in player.customers.items()
    )
    step = played.step
    at = played.at.isoformat()
    return story.Told(step.title, step.why, at, began, played.letters, customers)


COMMANDS = [demo]
