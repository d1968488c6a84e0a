"""The story of a company at work, to be watched in the browser."""

import tempfile
import threading
import time
from pathlib import Path
from typing import Any

import click

from web.cli.serve import serving
from web.composition import demo as people
from web.composition.story import company as chapter_of_the_company
from web.composition.story import improvement
from web.composition.story.house import company
from web.composition.story.player import Played, Player
from web.composition.story.steps import Step
from web.reads import story

LOOKS_EVERY = 0.3  # seconds
MOST_CUSTOMERS = 10  # that the page names
Story = tuple[Step, ...]
CHAPTERS: dict[str, tuple[Story, dict[str, Any]]] = {  # steps, and what the company has at first
    "company": (chapter_of_the_company.STORY, {}),
    "improvement": (
        improvement.STORY,
        {"people": improvement.PEOPLE, "colleagues": improvement.COLLEAGUES}
        | {"processes": improvement.begin_with()},
    ),
}


@click.group("demo")
def demo() -> None:
    """Show the product."""


@demo.command("play")
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8090, show_default=True)
@click.option("--all", "at_once", is_flag=True, help="Play every step without waiting.")
@click.option("--once", is_flag=True, help="Stop when the story is over.")
@click.option(
    "--chapter",
    type=click.Choice(list(CHAPTERS)),
    default="company",
    show_default=True,
    help="The whole company, or how a process improves itself over a year.",
)
def play(host: str, port: int, chapter: str, *, at_once: bool, once: bool) -> None:
    """Play a story in a database of its own, step by step in the browser."""
    steps, has = CHAPTERS[chapter]
    with tempfile.TemporaryDirectory() as folder:
        var = Path(folder)
        click.echo("• making the company (half a minute)")
        with company(var, public_url=f"http://{host}:{port}", **has) as player:
            server = serving(player.app, host, port)
            threading.Thread(target=server.run, daemon=True).start()
            watching = has.get("colleagues", ("",))[0]
            name, password = next(
                each[:2] for each in people.demo_accounts() if watching in ("", each[0])
            )
            click.echo(f"• watch it at http://{host}:{port}/story as {name} / {password}")
            try:
                tell(player, var, steps, at_once=at_once, once=once)
            except KeyboardInterrupt:
                click.echo("\n• stopping")
            finally:
                server.close()


def tell(
    player: Player,
    var: Path,
    steps: Story = chapter_of_the_company.STORY,
    *,
    at_once: bool = False,
    once: bool = False,
) -> None:
    """Play a step whenever the page asks for one."""
    told: list[story.Told] = []
    _keep(var, told, steps)
    if at_once:
        story.want(var, len(steps))
    while len(told) < len(steps) or not once:
        if len(told) >= min(story.wanted(var), len(steps)):
            time.sleep(LOOKS_EVERY)
            continue
        played = player.play(steps[len(told)])
        told.append(_told(player, played))
        _keep(var, told, steps)
        click.echo(f"  {len(told):2}  {played.at:%d %b %Y}  {played.step.title}")


def _keep(var: Path, told: list[story.Told], steps: Story) -> None:
    after = steps[len(told)].title if len(told) < len(steps) else ""
    story.write(var, told, len(steps), after)


def _told(player: Player, played: Played) -> story.Told:
    began = tuple(dict.fromkeys(played.began))
    customers = tuple(
        (name, number, player.stage(name))
        for name, number in list(player.customers.items())[:MOST_CUSTOMERS]
    )
    step = played.step
    at = played.at.isoformat()
    return story.Told(step.title, step.why, at, began, played.letters, customers)


COMMANDS = [demo]
