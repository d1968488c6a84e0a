"""schemathesis reads our OpenAPI documents and tries what they allow, and what they do not.

No fault of the server, no answer that is not described, nothing for whoever is not signed in. The
short run takes a few requests of each operation; `make soak` sends more than twenty thousand.
"""

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.web.api.conftest import World
from tests.web.api.files import FILES
from web.api import polling
from web.api.v2 import process_instances

CHECKS = ",".join(
    (
        "not_a_server_error",
        "status_code_conformance",
        "content_type_conformance",
        "response_schema_conformance",
        "response_headers_conformance",
        "negative_data_rejection",
        "ignored_auth",
    )
)
# One kind of filter, sort and page serves all searches: the widest ones are covered for them all.
FILTERS = r"(/search|/statistics/.*|^/process-instances/[a-z-]+)$"
WIDE = r"^/(user-tasks|process-instances|jobs)/search$"
# Who waits for a result may be told that it is late (504); everywhere else 5xx is a fault of ours.
LATE = """
[[operations]]
include-name = "POST /process-instances"
[operations.checks.not_a_server_error]
expected-statuses = ["2xx", "3xx", "4xx", "504"]
"""
LEFT_OUT = {"broken.bpmn", "longer.bpmn"}


@pytest.fixture
def busy(world: World, hands: None, monkeypatch: pytest.MonkeyPatch) -> World:
    """A house where something of each kind is going on, and nobody waits long."""
    del hands
    for module, name in ((polling, "DEFAULT_MS"), (polling, "MAXIMUM_MS")):
        monkeypatch.setattr(module, name, 50)
    for name in ("AWAIT_MS", "AWAIT_MAXIMUM_MS"):
        monkeypatch.setattr(process_instances, name, 50)
    house = world.app.extensions["peyvand"]
    # Thousands of wrong passwords are part of what is tried; elsewhere they are turned away.
    house.settings = replace(house.settings, sign_in_failures=10**9)
    world.deploy(*(name for name in FILES if name not in LEFT_OUT))
    for process in ("order", "steps", "talk", "alarm", "waits", "choose"):
        start = {"processDefinitionId": process, "variables": {"order_id": "A-1"}}
        world.post("/v2/process-instances", start)
    return world


def _run(world: World, api: str, folder: Path, *options: str) -> int:
    """Run it with a seed; answers how many requests were made."""
    report = folder / "report.json"
    (folder / "schemathesis.toml").write_text(LATE)
    command = [
        *(sys.executable, "-m", "schemathesis.cli", "--no-color", "run"),
        *(f"{world.address}/{api}/openapi.json", "--checks", CHECKS, "--seed", "1"),
        *("-H", f"Authorization: Bearer {world.tokens['alice']}", "--continue-on-failure"),
        *("--no-shrink", "--generation-database", "none", "--report-json-path", str(report)),
        *("--request-timeout", "30"),
        *options,
    ]
    done = subprocess.run(
        command, cwd=folder, env=os.environ, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout[-8_000:] + done.stderr[-2_000:]
    told: dict[str, Any] = json.loads(report.read_text())
    assert not told["failures"]
    assert not told["errors"]
    return int(told["test_cases"]["generated"])


def test_a_few_requests_of_each_operation(busy: World, tmp_path: Path) -> None:
    made = _run(busy, "v2", tmp_path, "--phases", "examples,fuzzing,stateful", "-n", "1")
    made += _run(busy, "crm/v1", tmp_path, "--phases", "examples,fuzzing,stateful", "-n", "2")
    assert made > 200


@pytest.mark.soak
def test_twenty_thousand_requests(busy: World, tmp_path: Path) -> None:
    made = {
        "fuzzing and stateful": _run(
            busy, "v2", tmp_path, "--phases", "examples,fuzzing,stateful", "-n", "100"
        ),
        "coverage": _run(
            busy, "v2", tmp_path, "--phases", "coverage", "--exclude-path-regex", FILTERS
        ),
        "coverage of filters": _run(
            busy, "v2", tmp_path, "--phases", "coverage", "--include-path-regex", WIDE
        ),
        "our own API": _run(busy, "crm/v1", tmp_path, "-n", "200"),
    }
    print(made)  # noqa: T201
    assert sum(made.values()) >= 20_000, made
