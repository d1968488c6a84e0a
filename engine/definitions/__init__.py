"""Resources to deploy: read, checked, hashed; a process is compiled once and shared.

bundle = definitions.read(resources)      # raises Invalid(problems)
bundle.processes[0].spec                  # compiled once per content, read-only, thread-safe
"""

from engine.definitions.bundle import (
    Bundle,
    DecisionResource,
    FormResource,
    check_properties,
    identity,
    inspect,
    load,
    read,
)
from engine.definitions.definition import Definition, Element, Start

__all__ = [
    "Bundle",
    "DecisionResource",
    "Definition",
    "Element",
    "FormResource",
    "Start",
    "check_properties",
    "identity",
    "inspect",
    "load",
    "read",
]
