"""The scenarios that the owners of the processes read: every one of every process folder."""

from pathlib import Path

import pytest

from engine.model import Resource
from engine.scenarios import run_scenarios
from tasks.installed import SUBJECTS

PROCESSES = Path(__file__).parents[2] / "processes"
FILES = sorted(PROCESSES.glob("*/scenarios/*.toml"))


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parts[-3]}-{file.stem}")
def test_scenario(file: Path) -> None:
    resources = [
        Resource(path.name, path.read_bytes())
        for path in sorted(PROCESSES.glob("*/*"))
        if path.suffix in {".bpmn", ".dmn", ".form"}
    ]

    [result] = run_scenarios(resources, [file], SUBJECTS.service_tasks)

    assert result.passed, result.message


def test_every_process_has_scenarios_and_a_readme() -> None:
    folders = {path.parent for path in PROCESSES.glob("*/*.bpmn")}

    assert [f for f in folders if not list(f.glob("scenarios/*.toml"))] == []
    assert [f for f in folders if not (f / "README.md").is_file()] == []
