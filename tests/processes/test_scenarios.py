"""The scenarios that the owners of the processes read: all of a folder, and that they visit all."""

from pathlib import Path

import pytest

from engine.model import Resource
from engine.scenarios import coverage, run_scenarios
from tasks.installed import SUBJECTS

PROCESSES = Path(__file__).parents[2] / "processes"
FOLDERS = sorted({path.parent for path in PROCESSES.glob("*/*.bpmn")})
KINDS = {".bpmn", ".dmn", ".form"}


def _resources(paths: list[Path]) -> list[Resource]:
    return [Resource(path.name, path.read_bytes()) for path in paths if path.suffix in KINDS]


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_the_scenarios_of_a_folder_pass_and_visit_every_element_and_row(folder: Path) -> None:
    everything = _resources(sorted(PROCESSES.glob("*/*")))
    files = sorted(folder.glob("scenarios/*.toml"))

    results = run_scenarios(everything, files, SUBJECTS.service_tasks)

    assert [f"{each.name}: {each.message}" for each in results if not each.passed] == []
    assert len(results) == len(files) > 0
    mine = {each.name for each in coverage(_resources(sorted(folder.glob("*"))), [])}
    shares = [each for each in coverage(everything, results) if each.name in mine]
    assert shares
    assert {each.name: each.missed for each in shares if each.missed} == {}


def test_every_process_has_a_readme() -> None:
    assert [f for f in FOLDERS if not (f / "README.md").is_file()] == []
