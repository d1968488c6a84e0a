"""Drawings of other tools, opened and saved as the editor does it, mean what they meant."""

import shutil
import subprocess
from pathlib import Path

import pytest

from engine import difference
from engine.model import Resource

ROOT = Path(__file__).parents[3]
ASSETS = ROOT / "web/assets"
FOREIGN = [ROOT.parent / "shared/foreign", ROOT.parents[1] / "shared/foreign"]
# Arrows that lead nowhere; a loop "NaN" times; who may own a task, in a way of BPMN's nobody runs.
KNOWN = {
    "ModelFoundry 1.1.1/B.2.0-roundtrip.bpmn",
    "ModelFoundry 1.1.1/C.2.0-roundtrip.bpmn",
    "Reference/C.8.1.bpmn",
    "iGrafx FlowCharter 2013 15.1.1.1580/B.2.0-export.bpmn",
}


@pytest.mark.soak
def test_foreign_drawings_saved_unchanged_are_the_same(tmp_path: Path) -> None:
    folder = next((each for each in FOREIGN if each.is_dir()), None)
    node = shutil.which("node")
    if folder is None or node is None or not (ASSETS / "node_modules/bpmn-moddle").is_dir():
        pytest.skip("no foreign drawings, no Node or no packages on this machine")
    drawings = sorted(folder.rglob("*.bpmn"))
    pairs = {each: tmp_path / f"{number}.bpmn" for number, each in enumerate(drawings)}
    lines = "".join(f"{before}\t{after}\n" for before, after in pairs.items())
    script = Path(__file__).with_name("resave.mjs")
    subprocess.run([node, str(script), str(ASSETS)], input=lines, text=True, check=True)

    different = {
        f"{before.parent.name}/{before.name}"
        for before, after in pairs.items()
        if _changed(before, after)
    }

    assert len(drawings) >= 262
    assert different == KNOWN


def _changed(before: Path, after: Path) -> bool:
    old, new = (Resource("drawing.bpmn", each.read_bytes()) for each in (before, after))
    return any(change.effect for change in difference.compare([old], [new]))
