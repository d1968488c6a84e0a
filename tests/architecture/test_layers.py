"""The architecture is a test: who may import whom, and what may not be in the repository."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def tracked_files() -> list[Path]:
    names = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout.splitlines()
    return [ROOT / name for name in names if (ROOT / name).is_file()]


def test_the_import_contracts_hold() -> None:
    done = subprocess.run(
        [str(Path(sys.executable).parent / "lint-imports")],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_processes_and_seeds_are_data() -> None:
    python = [
        f
        for f in tracked_files()
        if f.suffix == ".py"
        and f.is_relative_to(ROOT)
        and f.relative_to(ROOT).parts[0] in {"processes", "seeds"}
    ]
    assert python == []


@pytest.mark.parametrize("package", ["engine/feel", "engine/dmn", "engine/runtime", "engine/bpmn"])
def test_the_core_reads_no_clock(package: str) -> None:
    clock = re.compile(r"datetime\.(now|utcnow|today)\(|date\.today\(|time\.time\(")
    guilty = [
        f"{file.relative_to(ROOT)}:{number}"
        for file in (ROOT / package).rglob("*.py")
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1)
        if clock.search(line)
    ]
    assert guilty == []


def test_every_module_says_what_it_is_for() -> None:
    silent = [
        str(file.relative_to(ROOT))
        for file in tracked_files()
        if file.suffix == ".py"
        and file.relative_to(ROOT).parts[0] in {"engine", "tasks", "web"}
        and "migrations" not in file.parts
        and not ast.get_docstring(ast.parse(file.read_text(encoding="utf-8")))
    ]
    assert silent == []


def test_no_file_holds_more_than_one_idea() -> None:
    long = {
        str(file.relative_to(ROOT)): lines
        for file in tracked_files()
        if file.suffix == ".py"
        and (lines := len(file.read_text(encoding="utf-8").splitlines())) > 400
    }
    assert long == {}
