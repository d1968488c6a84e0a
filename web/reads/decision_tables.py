"""Decision tables to read: columns and rows, without an editor."""

from dataclasses import dataclass

from engine.difference import tables


@dataclass(frozen=True, slots=True)
class Read:
    """One decision as a page shows it."""

    id: str
    name: str
    policy: str
    columns: list[str]
    rows: list[tuple[tuple[str, ...], str]]  # cells, note
    expression: str


def decisions(data: bytes) -> list[Read]:
    """Return the decisions of a DMN file; raise Invalid if it is none."""
    return [
        Read(
            id=found.id,
            name=found.name or found.id,
            policy=found.policy,
            columns=[column.label for column in found.columns],
            rows=[(row.cells, row.note) for row in found.rows],
            expression=found.facts.get(("expression", ""), ""),
        )
        for found in tables.read(data).values()
        if found.type == "decision"
    ]
