"""The diagram in words: its steps with name, kind and documentation, in the order of the file."""

from dataclasses import dataclass
from functools import lru_cache

from engine import definitions
from engine.model import Resource

WORDLESS = {"SEQUENCE_FLOW", "PROCESS"}


@dataclass(frozen=True, slots=True)
class Step:
    """One element of a diagram as people read it."""

    id: str
    name: str
    type: str
    documentation: str


@lru_cache(maxsize=200)
def steps(_house: int, _key: int, xml: bytes, process_id: str) -> tuple[Step, ...]:
    """Answer the steps of one version; a deployed version never changes."""
    bundle = definitions.read([Resource("diagram.bpmn", xml)])
    process = next(one for one in bundle.processes if one.id == process_id)
    return tuple(
        Step(element.id, element.name or "", element.type, element.documentation or "")
        for element in process.elements.values()
        if element.type not in WORDLESS
    )
