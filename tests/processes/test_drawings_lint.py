"""Every shipped drawing opens in other tools without a remark: bpmnlint, camunda-compat, moddle."""

import subprocess
from pathlib import Path

import pytest

from tests.support import clients

PROCESSES = Path(__file__).parents[2] / "processes"
DRAWINGS = sorted(PROCESSES.glob("*/*.bpmn"))


@pytest.fixture(scope="module")
def remarks() -> str:
    """What the tools say of all drawings, a line each that begins with the file."""
    folder = clients.javascript(clients.DRAWING_LINT)
    command = [*clients.node(), "lint.cjs", *map(str, DRAWINGS)]
    said = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, timeout=120, check=False
    )
    assert said.returncode == 0, said.stderr[-2_000:]
    return said.stdout


@pytest.mark.parametrize("drawing", DRAWINGS, ids=lambda file: file.stem)
def test_no_tool_has_a_remark_on_a_shipped_drawing(drawing: Path, remarks: str) -> None:
    about = [line for line in remarks.splitlines() if line.startswith(f"{drawing}: ")]

    assert about == []
