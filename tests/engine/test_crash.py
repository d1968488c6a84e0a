"""Clients die at any call to the database; what was acknowledged is there, once and whole."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.engine.kills import DEATHS
from tests.engine.mutants import MUTANTS

ROOT = Path(__file__).parents[2]
PROMISED = ("lost", "doubled", "torn", "another answer", "wrong")
KILLS = int(os.environ.get("PEYVAND_KILLS", "10000"))


def storm(url: str, *options: str) -> dict[str, Any]:
    """Run the harness in a process of its own: it forks its clients."""
    command = [sys.executable, "-m", "tests.engine.kills", url, *options]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    sys.stdout.write(done.stdout)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def problems(found: dict[str, Any]) -> dict[str, Any]:
    return {what: found[what] for what in PROMISED if found[what]}


def test_a_death_at_any_call_loses_doubles_and_tears_nothing(url: str) -> None:
    found = storm(url)

    assert problems(found) == {}
    assert found["killed"] >= 2 * DEATHS
    assert found["acknowledged"] == 3 * found["orders"]
    assert found["repeated"] >= 9 * found["orders"], "each request is asked again, often"


@pytest.mark.parametrize("mutant", MUTANTS)
def test_the_harness_notices_a_broken_promise(mutant: str, url: str) -> None:
    # The first statement of a start is its third call, its commit about the fourteenth.
    found = storm(url, "--first=11", "--kills=16", "--mutant", mutant)

    assert problems(found)


@pytest.mark.soak
def test_ten_thousand_deaths_lose_double_and_tear_nothing(url: str) -> None:
    found = storm(url, f"--kills={KILLS}")

    assert problems(found) == {}
    assert found["killed"] >= KILLS
    assert found["acknowledged"] == 3 * found["orders"]


@pytest.mark.soak
def test_ten_thousand_repeats_have_one_effect_and_one_answer(url: str) -> None:
    found = storm(url, "--kills=600", "--repeats=30")

    assert problems(found) == {}
    assert found["repeated"] >= 10_000
