"""The nodes of a parsed expression; each knows the character (0-based) where it stands."""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import Any

_PARTS = 32  # nodes that make a step


@dataclass(frozen=True, slots=True)
class Node:
    """A part of an expression."""

    position: int


@dataclass(frozen=True, slots=True)
class Literal(Node):
    """A number, string, boolean or null."""

    value: Any


@dataclass(frozen=True, slots=True)
class AtLiteral(Node):
    """`@"2026-11-26"`."""

    text: str


@dataclass(frozen=True, slots=True)
class Name(Node):
    """A variable, parameter or function by name."""

    name: str


@dataclass(frozen=True, slots=True)
class ListOf(Node):
    """`[a, b]`."""

    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class ContextOf(Node):
    """`{key: a, "other key": b}`."""

    entries: tuple[tuple[str, Node], ...]


@dataclass(frozen=True, slots=True)
class RangeOf(Node):
    """`[low..high)`."""

    low: Node
    high: Node
    low_closed: bool
    high_closed: bool


@dataclass(frozen=True, slots=True)
class OneSided(Node):
    """`(< 5)`, a range with one end."""

    sign: str
    end: Node


@dataclass(frozen=True, slots=True)
class Steps(Node):
    """`low..high` behind the `in` of an iteration."""

    low: Node
    high: Node


@dataclass(frozen=True, slots=True)
class Logic(Node):
    """`a and b and c`, or the same with `or`."""

    word: str
    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Compare(Node):
    """`left = right` and its kind."""

    sign: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Between(Node):
    """`value between low and high`."""

    value: Node
    low: Node
    high: Node


@dataclass(frozen=True, slots=True)
class Test(Node):
    """One unary test; without a sign it is a value, a range, a list or a condition on `?`."""

    sign: str
    value: Node


@dataclass(frozen=True, slots=True)
class In(Node):
    """`value in (tests)`."""

    value: Node
    tests: tuple[Test, ...]


@dataclass(frozen=True, slots=True)
class UnaryTests(Node):
    """A cell of a decision table; no tests let everything pass."""

    tests: tuple[Test, ...]
    negated: bool


@dataclass(frozen=True, slots=True)
class InstanceOf(Node):
    """`value instance of type`."""

    value: Node
    type: Any


@dataclass(frozen=True, slots=True)
class Arithmetic(Node):
    """`first + a - b …`: operators of one precedence, applied from the left."""

    first: Node
    rest: tuple[tuple[str, int, Node], ...]  # sign, its position, operand


@dataclass(frozen=True, slots=True)
class Negate(Node):
    """`-value`."""

    value: Node


@dataclass(frozen=True, slots=True)
class Conditional(Node):
    """`if a then b else if c then d else e`."""

    branches: tuple[tuple[Node, Node], ...]
    otherwise: Node


Iterators = tuple[tuple[str, Node], ...]


@dataclass(frozen=True, slots=True)
class For(Node):
    """`for x in a, y in b return c`."""

    iterators: Iterators
    body: Node


@dataclass(frozen=True, slots=True)
class Quantified(Node):
    """`some x in a satisfies b`, or the same with `every`."""

    word: str
    iterators: Iterators
    body: Node


@dataclass(frozen=True, slots=True)
class Path(Node):
    """`source.name`."""

    source: Node
    name: str


@dataclass(frozen=True, slots=True)
class Filter(Node):
    """`source[condition]` or `source[index]`."""

    source: Node
    condition: Node


@dataclass(frozen=True, slots=True)
class FunctionOf(Node):
    """`function(a: type, b) body`."""

    parameters: tuple[tuple[str, Any], ...]
    body: Node


@dataclass(frozen=True, slots=True)
class Call(Node):
    """`target(a, b)` or `target(name: a)`."""

    target: Node
    arguments: tuple[Node, ...]
    named: tuple[tuple[str, Node], ...]


def parts(node: Any) -> Iterator[Node]:
    """Answer a node and all nodes inside it."""
    stack = [node]
    while stack:
        each = stack.pop()
        if isinstance(each, Node):
            yield each
            stack.extend(getattr(each, field.name) for field in fields(each)[1:])
        elif isinstance(each, tuple):
            stack.extend(each)


def mentions(node: Node, name: str) -> bool:
    """Answer whether a name stands anywhere in a node."""
    return any(isinstance(each, Name) and each.name == name for each in parts(node))


def cost(node: Node) -> int:
    """Answer how many steps it takes to go through a node once."""
    return 1 + sum(1 for _ in parts(node)) // _PARTS
