"""What is made to take for ever or to fill the memory ends soon, with a reason."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.core.feel.bombs import BOMBS

ROOT = Path(__file__).resolve().parents[3]
HARMLESS = {  # small after all: they have a value
    "catastrophe in extract",
    "catastrophe in matches",
    "catastrophe in split",
    "counted patterns",
    "doubled by merge",
    "huge scale",
    "long choice",
    "negative power",
}


@pytest.fixture(scope="module")
def ends() -> dict[str, tuple[str, str]]:
    done = subprocess.run(
        [sys.executable, "-m", "tests.core.feel.bombs"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    lines = (json.loads(line) for line in done.stdout.splitlines())
    return {name: (outcome, message) for name, outcome, message in lines}


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_ends_within_a_second_and_256_megabytes(
    name: str, ends: dict[str, tuple[str, str]]
) -> None:
    outcome, message = ends[name]

    assert outcome != "killed", message
    assert message or name in HARMLESS


def test_most_of_them_are_refused_or_exceed_their_budget(ends: dict[str, tuple[str, str]]) -> None:
    stopped = [name for name, (outcome, _) in ends.items() if outcome in {"refused", "budget"}]

    assert len(stopped) > len(BOMBS) // 2
