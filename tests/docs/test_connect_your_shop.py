"""The tutorial does what it says: its commands are run, its outputs compared."""

import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

ROOT = Path(__file__).parents[2]
TUTORIAL = (ROOT / "docs" / "connect-your-shop.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"```(bash|text)\n(.*?)```", re.DOTALL)
END = "-- end of block --"


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@pytest.fixture
def house(tmp_path: Path) -> Iterator[dict[str, str]]:
    """A started server in an empty folder; the environment of the reader's terminal."""
    port = _free_port()
    environment = {
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "HOME": str(tmp_path),
        "LANG": "C.UTF-8",
        "PEYVAND_VAR": str(tmp_path / "var"),
        "PEYVAND_WEBHOOKS_PRIVATE": "on",
        "PEYVAND_LOG_LEVEL": "WARNING",
        "PEYVAND": f"http://127.0.0.1:{port}",
        "RECEIVER": str(_free_port()),
    }
    command = [str(Path(sys.executable).parent / "peyvand"), "run", "--port", str(port)]
    log = (tmp_path / "server.log").open("wb")
    with log, subprocess.Popen(command, env=environment, stdout=log, stderr=log) as server:
        _await(environment["PEYVAND"], server, tmp_path)
        yield environment
        server.terminate()


def _await(address: str, server: "subprocess.Popen[bytes]", folder: Path) -> None:
    for _ in range(600):
        assert server.poll() is None, (folder / "server.log").read_text()
        try:
            if requests.get(f"{address}/readyz", timeout=5).json().get("worker") == "ok":
                return
        except requests.ConnectionError:
            pass
        time.sleep(0.1)
    raise TimeoutError((folder / "server.log").read_text())


def test_every_command_of_the_tutorial_does_what_it_says(
    house: dict[str, str], tmp_path: Path
) -> None:
    pairs = _pairs()
    script = "set -euo pipefail\ntrap 'kill $(jobs -p) 2>/dev/null || true' EXIT\nexec 2>&1\n"
    script += "".join(f"{commands}\necho; echo '{END}'\n" for commands, _ in pairs)
    folder = tmp_path / "reader"
    folder.mkdir()

    done = subprocess.run(
        ["bash", "-c", script], cwd=folder, env=house, capture_output=True, text=True, check=False,
        timeout=300,
    )  # fmt: skip

    assert done.returncode == 0, done.stdout + done.stderr
    outputs = [each.strip() for each in done.stdout.split(END)]
    assert len(outputs) == len(pairs) + 1
    for (commands, expected), output in zip(pairs, outputs, strict=False):
        assert _like(expected).fullmatch(output), f"{commands}\ngave:\n{output}\nnot:\n{expected}"
    assert len(pairs) >= 10


def _pairs() -> list[tuple[str, str]]:
    """Each block of commands with the output that follows it, "…" standing for anything."""
    found: list[tuple[str, str]] = []
    for kind, text in BLOCK.findall(TUTORIAL):
        if kind == "bash":
            found.append((text.strip(), "…"))
        else:
            found[-1] = (found[-1][0], text.strip())
    return found


def _like(expected: str) -> "re.Pattern[str]":
    return re.compile(".*".join(re.escape(part) for part in expected.split("…")), re.DOTALL)
