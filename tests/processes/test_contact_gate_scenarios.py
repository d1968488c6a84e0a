"""The scenarios that the gate's owner reads."""

from pathlib import Path

import pytest

import tasks
from engine.model import Resource
from engine.scenarios import run_scenarios

SHARED = Path(__file__).parents[2] / "processes" / "shared"
FILES = sorted((SHARED / "scenarios").glob("*.toml"))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_scenario(file: Path) -> None:
    resources = [
        Resource(path.name, path.read_bytes())
        for path in sorted(SHARED.iterdir())
        if path.suffix in {".bpmn", ".dmn"}
    ]

    [result] = run_scenarios(resources, [file], tasks.service_tasks())

    assert result.passed, result.message
