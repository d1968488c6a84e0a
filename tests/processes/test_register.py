"""Every shipped process declares what the register of processing needs."""

from pathlib import Path

import pytest

from web.reads.drawing_facts import facts_of

DECLARED = ("data.purpose", "data.basis", "data.kinds", "data.recipients")
DRAWINGS = sorted((Path(__file__).parents[2] / "processes").glob("*/*.bpmn"))


@pytest.mark.parametrize("drawing", DRAWINGS, ids=lambda each: each.stem)
def test_30_a_process_declares_purpose_basis_data_and_recipients(drawing: Path) -> None:
    for facts in facts_of(drawing.read_bytes()):
        missing = [name for name in DECLARED if not facts.properties.get(name)]
        assert missing == [], f"{facts.id} says nothing of {missing} (docs/properties.md)"
