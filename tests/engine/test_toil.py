"""Workers die between an effect and its commit: every job is done, repeats carry the same key."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
JOBS = int(os.environ.get("PEYVAND_JOBS", "5000"))
KINDS = pytest.mark.parametrize("kind", [(), ("--external",)], ids=["ours", "external"])


def toil(url: str, *options: str) -> dict[str, Any]:
    """Run the harness in a process of its own: it forks its workers."""
    command = [sys.executable, "-m", "tests.engine.toil", url, *options]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    sys.stdout.write(done.stdout + "\n")
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def problems(found: dict[str, Any]) -> dict[str, Any]:
    return {w: found[w] for w in ("missed", "other key", "open", "torn") if found[w]}


@KINDS
def test_a_worker_that_dies_leaves_no_job_undone(url: str, kind: tuple[str, ...]) -> None:
    found = toil(url, "--jobs=30", "--calls=80", *kind)

    assert problems(found) == {}
    assert found["killed"] > 0
    assert found["jobs"] == 30


@pytest.mark.soak
@KINDS
def test_five_thousand_jobs_are_done_by_workers_that_die(url: str, kind: tuple[str, ...]) -> None:
    found = toil(url, f"--jobs={JOBS}", "--calls=200", *kind)

    assert problems(found) == {}
    assert found["jobs"] == JOBS
    assert found["killed"] > JOBS // 50
    assert found["repeated"] > found["killed"], "many die between an effect and its commit"
