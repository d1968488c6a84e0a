"""The nodes of a parsed expression; each knows the character (0-based) where it stands."""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import Any

_PARTS = 32  # nodes that make a step


@dataclass(frozen=True, slots=True)
class SyntaxNode:
    """A part of an expression."""

    position: int


@dataclass(frozen=True, slots=True)
class Literal(SyntaxNode):
    """A number, string, boolean or null."""

    value: Any


@dataclass(frozen=True, slots=True)
class AtLiteral(SyntaxNode):
    """`@"2026-11-26"`."""

    text: str


@dataclass(frozen=True, slots=True)
class Name(SyntaxNode):
    """A variable, parameter or function by name."""

    name: str


@dataclass(frozen=True, slots=True)
class ListOf(SyntaxNode):
    """`[a, b]`."""

    items: tuple[SyntaxNode, ...]


@dataclass(frozen=True, slots=True)
class ContextOf(SyntaxNode):
    """`{key: a, "other key": b}`."""

    entries: tuple[tuple[str, SyntaxNode], ...]


@dataclass(frozen=True, slots=True)
class RangeOf(SyntaxNode):
    """`[low..high)`."""

    low: SyntaxNode
    high: SyntaxNode
    low_closed: bool
    high_closed: bool


@dataclass(frozen=True, slots=True)
class OneSided(SyntaxNode):
    """`(< 5)`, a range with one end."""

    sign: str
    end: SyntaxNode


@dataclass(frozen=True, slots=True)
class Steps(SyntaxNode):
    """`low..high` behind the `in` of an iteration."""

    low: SyntaxNode
    high: SyntaxNode


@dataclass(frozen=True, slots=True)
class Logic(SyntaxNode):
    """`a and b and c`, or the same with `or`."""

    word: str
    parts: tuple[SyntaxNode, ...]


@dataclass(frozen=True, slots=True)
class Compare(SyntaxNode):
    """`left = right` and its kind."""

    sign: str
    left: SyntaxNode
    right: SyntaxNode


@dataclass(frozen=True, slots=True)
class Between(SyntaxNode):
    """`value between low and high`."""

    value: SyntaxNode
    low: SyntaxNode
    high: SyntaxNode


@dataclass(frozen=True, slots=True)
class Test(SyntaxNode):
    """One unary test; without a sign it is a value, a range, a list or a condition on `?`."""

    sign: str
    value: SyntaxNode


@dataclass(frozen=True, slots=True)
class In(SyntaxNode):
    """`value in (tests)`."""

    value: SyntaxNode
    tests: tuple[Test, ...]


@dataclass(frozen=True, slots=True)
class UnaryTests(SyntaxNode):
    """A cell of a decision table; no tests let everything pass."""

    tests: tuple[Test, ...]
    negated: bool


@dataclass(frozen=True, slots=True)
class InstanceOf(SyntaxNode):
    """`value instance of type`."""

    value: SyntaxNode
    type: Any


@dataclass(frozen=True, slots=True)
class Arithmetic(SyntaxNode):
    """`first + a - b …`: operators of one precedence, applied from the left."""

    first: SyntaxNode
    rest: tuple[tuple[str, int, SyntaxNode], ...]  # sign, its position, operand


@dataclass(frozen=True, slots=True)
class Negate(SyntaxNode):
    """`-value`."""

    value: SyntaxNode


@dataclass(frozen=True, slots=True)
class Conditional(SyntaxNode):
    """`if a then b else if c then d else e`."""

    branches: tuple[tuple[SyntaxNode, SyntaxNode], ...]
    otherwise: SyntaxNode


Iterators = tuple[tuple[str, SyntaxNode], ...]


@dataclass(frozen=True, slots=True)
class For(SyntaxNode):
    """`for x in a, y in b return c`."""

    iterators: Iterators
    body: SyntaxNode


@dataclass(frozen=True, slots=True)
class Quantified(SyntaxNode):
    """`some x in a satisfies b`, or the same with `every`."""

    word: str
    iterators: Iterators
    body: SyntaxNode


@dataclass(frozen=True, slots=True)
class Path(SyntaxNode):
    """`source.name`."""

    source: SyntaxNode
    name: str


@dataclass(frozen=True, slots=True)
class Filter(SyntaxNode):
    """`source[condition]` or `source[index]`."""

    source: SyntaxNode
    condition: SyntaxNode


@dataclass(frozen=True, slots=True)
class FunctionOf(SyntaxNode):
    """`function(a: type, b) body`."""

    parameters: tuple[tuple[str, Any], ...]
    body: SyntaxNode


@dataclass(frozen=True, slots=True)
class Call(SyntaxNode):
    """`target(a, b)` or `target(name: a)`."""

    target: SyntaxNode
    arguments: tuple[SyntaxNode, ...]
    named: tuple[tuple[str, SyntaxNode], ...]


def parts(node: Any) -> Iterator[SyntaxNode]:
    """Return a node and all nodes inside it."""
    stack = [node]
    while stack:
        each = stack.pop()
        if isinstance(each, SyntaxNode):
            yield each
            stack.extend(getattr(each, field.name) for field in fields(each)[1:])
        elif isinstance(each, tuple):
            stack.extend(each)


def mentions(node: SyntaxNode, name: str) -> bool:
    """Return whether a name stands anywhere in a node."""
    return any(isinstance(each, Name) and each.name == name for each in parts(node))


def cost(node: SyntaxNode) -> int:
    """Return how many steps it takes to go through a node once."""
    return 1 + sum(1 for _ in parts(node)) // _PARTS
