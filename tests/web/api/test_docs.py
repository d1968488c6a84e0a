"""What docs/api.md tells is true: its commands run, its workers work, its links lead somewhere."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.support import clients
from tests.web.api.conftest import World

PAGE = clients.ROOT / "docs" / "api.md"
EXAMPLES = clients.ROOT / "docs" / "examples"


def test_the_commands_run_as_they_stand(world: World) -> None:
    blocks = re.findall(r"```sh\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert len(blocks) >= 6
    environment = {**os.environ, "ADDRESS": world.address, "TOKEN": world.tokens["alice"]}
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", "\n".join(blocks)],
        cwd=EXAMPLES,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-3_000:] + done.stderr
    assert '"parcel"' in done.stdout
    once = re.findall(r'"processInstanceKey": ?"(\d+)"', done.stdout)
    assert len(once) > len(set(once))  # the repeated start answers the same instance


def test_the_links_lead_somewhere() -> None:
    for target in re.findall(r"\]\(([\w./-]+)\)", PAGE.read_text(encoding="utf-8")):
        assert (PAGE.parent / target).exists(), target


@pytest.fixture
def begin(world: World) -> Iterator[Callable[..., None]]:
    """Start a worker as its first lines say; it is stopped as they say at the end."""
    running: list[subprocess.Popen[str]] = []
    environment = {
        **os.environ,
        "CAMUNDA_REST_ADDRESS": world.address,
        "CAMUNDA_AUTH_STRATEGY": "BASIC",
        "CAMUNDA_BASIC_AUTH_USERNAME": "ida",  # a program: no more than it needs
        "CAMUNDA_BASIC_AUTH_PASSWORD": world.tokens["ida"],
    }

    def start(*command: str, folder: Path) -> None:
        # Whoever ignores Ctrl-C, as a job in the background does, hands that down.
        before = signal.signal(signal.SIGINT, signal.default_int_handler)
        running.append(subprocess.Popen(command, cwd=folder, env=environment, text=True))
        signal.signal(signal.SIGINT, before)

    yield start
    for process in running:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _tell_the_story(world: World) -> None:
    """A book is shipped, a lamp is out of stock, an unknown article is an incident."""
    with (EXAMPLES / "shipping.bpmn").open("rb") as file:
        parts = [("resources", ("shipping.bpmn", file))]
        assert world.call("POST", "/v2/deployments", files=parts).ok
    keys = {}
    for article in ("book", "lamp", "moon"):
        start = {"processDefinitionId": "shipping", "variables": {"article": article}}
        made = world.post("/v2/process-instances", start)
        keys[article] = made["processInstanceKey"]  # type: ignore[index]

    def told() -> tuple[str, int, bool]:
        state, incident = (
            world.get(f"/v2/process-instances/{keys[article]}")  # type: ignore[index]
            for article in ("book", "moon")
        )
        asked = {"filter": {"processInstanceKey": keys["lamp"], "elementId": "tell"}}
        tasks = world.post("/v2/user-tasks/search", asked)["items"]  # type: ignore[index]
        return state["state"], len(tasks), incident["hasIncident"]  # type: ignore[index]

    until = time.monotonic() + 60
    while told() != ("COMPLETED", 1, True) and time.monotonic() < until:
        time.sleep(0.2)
    assert told() == ("COMPLETED", 1, True)
    wanted = {"filter": {"processInstanceKey": keys["book"], "name": "parcel"}}
    [parcel] = world.post("/v2/variables/search", wanted)["items"]  # type: ignore[index]
    assert parcel["value"] == f'"post-{keys["book"]}"'


def test_the_worker_in_python_works(world: World, begin: Callable[..., None]) -> None:
    begin(sys.executable, "worker.py", folder=EXAMPLES)
    _tell_the_story(world)


def test_the_worker_in_javascript_works(
    world: World, begin: Callable[..., None], tmp_path: Path
) -> None:
    (tmp_path / "node_modules").symlink_to(clients.javascript() / "node_modules")
    (tmp_path / "worker.mjs").write_bytes((EXAMPLES / "worker.mjs").read_bytes())
    begin(*clients.node(), "worker.mjs", folder=tmp_path)
    _tell_the_story(world)
