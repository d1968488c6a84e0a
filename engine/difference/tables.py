"""A DMN file as this package compares it: decisions with their facts, columns and rows."""

from dataclasses import dataclass, field

from engine.difference.tree import Node, canonical, child, children, local, squeezed, text
from engine.dmn import document
from engine.limits import STORED

Facts = dict[tuple[str, str], str]
_TEXTS = {"description", "question", "allowedAnswers"}
_LEFT_OUT = _TEXTS | {"extensionElements", "authorityRequirement"}


@dataclass(frozen=True, slots=True)
class Column:
    """An input or output of a table."""

    id: str
    label: str
    facts: Facts


@dataclass(frozen=True, slots=True)
class Row:
    """A rule: its cells by column, and its note."""

    id: str
    cells: tuple[str, ...]  # in the order of the columns
    note: str


@dataclass(slots=True)
class Decision:
    """Anything a DMN file decides or knows: a table, an expression, an input, a function."""

    id: str
    name: str
    type: str
    facts: Facts = field(default_factory=dict)
    columns: list[Column] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    policy: str = ""  # of a table: "UNIQUE", "COLLECT SUM" …


def read(content: bytes) -> dict[str, Decision]:
    """Read a DMN file; raise Invalid if it is none."""
    root = document.read(content, STORED)
    found = {}
    for node in children(root):
        if node.get("id") and local(node) != "DMNDI":
            found[node.get("id")] = _decision(node)
    return found


def _decision(node: Node) -> Decision:
    name = squeezed(node.get("name"))
    found = Decision(node.get("id"), name, local(node), {("name", ""): name})
    for each in children(node):
        _part(found, each)
    if (table := child(node, "decisionTable")) is not None:
        _table(found, table)
    found.facts = {key: value for key, value in found.facts.items() if value}
    return found


def _part(found: Decision, node: Node) -> None:
    kind = local(node)
    if kind in _TEXTS:
        found.facts["documentation", kind] = squeezed(node.text)
    elif kind == "decisionTable" or kind in _LEFT_OUT:
        return
    elif kind == "literalExpression":
        found.facts["expression", ""] = squeezed(text(node))
    elif kind == "variable":
        found.facts["result.type", ""] = node.get("typeRef", "")
    elif kind.endswith("Requirement"):
        for each in children(node):
            found.facts["needs", each.get("href", "").lstrip("#")] = local(each)
    else:
        found.facts["logic", kind] = canonical(node)


def _table(found: Decision, table: Node) -> None:
    found.policy = f"{table.get('hitPolicy', 'UNIQUE')} {table.get('aggregation', '')}".strip()
    found.facts["hit_policy", ""] = found.policy
    inputs, outputs = list(children(table, "input")), list(children(table, "output"))
    found.columns = [*map(_input, inputs), *map(_output, outputs)]
    for node in children(table, "rule"):
        cells = [squeezed(text(each)) for each in children(node, "inputEntry")]
        cells = [cell or "-" for cell in cells]
        cells += [squeezed(text(each)) for each in children(node, "outputEntry")]
        found.rows.append(Row(node.get("id", ""), tuple(cells), _note(node)))


def _input(node: Node) -> Column:
    expression = child(node, "inputExpression")
    asked = squeezed(text(expression))
    facts: Facts = {
        ("column", ""): "input",
        ("column.expression", ""): asked,
        ("column.type", ""): "" if expression is None else expression.get("typeRef", ""),
        ("column.values", ""): squeezed(text(child(node, "inputValues"))),
        ("column.label", ""): squeezed(node.get("label")),
    }
    return Column(node.get("id", ""), squeezed(node.get("label")) or asked, facts)


def _output(node: Node) -> Column:
    name = squeezed(node.get("name"))
    facts: Facts = {
        ("column", ""): "output",
        ("column.name", ""): name,
        ("column.type", ""): node.get("typeRef", ""),
        ("column.values", ""): squeezed(text(child(node, "outputValues"))),
        ("column.default", ""): squeezed(text(child(node, "defaultOutputEntry"))),
        ("column.label", ""): squeezed(node.get("label")),
    }
    return Column(node.get("id", ""), squeezed(node.get("label")) or name, facts)


def _note(node: Node) -> str:
    written = child(node, "description")
    noted = [squeezed(text(each)) for each in children(node, "annotationEntry")]
    said = "" if written is None else squeezed(written.text)
    return " · ".join(part for part in (said, *noted) if part)
