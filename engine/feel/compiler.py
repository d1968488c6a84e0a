"""Turns the tree of an expression into a Python function of (variables, run), once.

The function is made of the pieces in `emit` and sees the helpers below and nothing else: its
globals hold no builtins, what is named in FEEL is text or a generated name.
"""

from collections.abc import Callable, Mapping
from types import FunctionType
from typing import Any

from engine.feel import emit, tree, types
from engine.feel.blocks import Blocks
from engine.feel.helpers import HELPERS
from engine.feel.literals import read_literal
from engine.feel.tree import SyntaxNode

Code = Callable[..., Any]
_COMPARE = {"=": "eq", "!=": "ne", "<": "lt", ">": "gt", "<=": "le", ">=": "ge"}
_ARITHMETIC = {"+": "add", "-": "subtract", "*": "multiply", "/": "divide", "**": "power"}
_PARAMETRIC = {
    "list": "list<Any>",
    "range": "range<number>",
    "context": "context<name: string>",
    "function": "function<Any> -> Any",
}
_NESTED = 5  # operators or branches that are written in each other
_WRITTEN = (str, int, bool, type(None))


class Compiler(Blocks):
    """Compiles one tree; `reading` says what was read."""

    def __init__(
        self, user_types: Mapping[str, Any] | None = None, known: frozenset[str] = frozenset()
    ) -> None:
        """Take the types of the caller and the names he declared."""
        super().__init__(known)
        self.user_types = user_types or {}
        self._kinds: dict[type[SyntaxNode], Callable[[Any], Any]] = {
            tree.Literal: self._literal,
            tree.AtLiteral: self._at_literal,
            tree.Name: self.name,
            tree.ListOf: self._list,
            tree.ContextOf: self.context,
            tree.RangeOf: self._range,
            tree.OneSided: self._one_sided,
            tree.Steps: self._steps,
            tree.Logic: self._logic,
            tree.Compare: self._compare,
            tree.Between: self._between,
            tree.In: self._in,
            tree.InstanceOf: self._instance,
            tree.Arithmetic: self._arithmetic,
            tree.Negate: self._negate,
            tree.Conditional: self._conditional,
            tree.For: self.loop,
            tree.Quantified: self.quantified,
            tree.Path: self._path,
            tree.Filter: self.filter,
            tree.FunctionOf: self.function,
            tree.Call: self.call,
        }

    def expression(self, node: SyntaxNode) -> Code:
        """Return the function `(variables, run) -> value`."""
        body = self.of(node)
        if isinstance(node, tree.Steps):
            body = emit.call("listed", body, emit.name("r"))
        return self._made(("v", "r"), body)

    def unary(self, node: tree.UnaryTests) -> Code:
        """Return the function `(variables, run, input) -> bool`; `?` is the input."""
        if not node.tests:
            return self._made(("v", "r", "q"), emit.constant(value=True))
        self.bind({"?": "q"})
        hits = emit.either([emit.is_(self._test(test, "q"), other=True) for test in node.tests])
        self.leave()
        return self._made(("v", "r", "q"), emit.opposite(hits) if node.negated else hits)

    def _made(self, parameters: tuple[str, ...], body: Any) -> Code:
        names, values = list(self.constants), list(self.constants.values())
        whole = emit.function(names, emit.function(parameters, body))
        make = FunctionType(emit.code(whole), HELPERS)()
        made: Code = make(*values)
        return made

    def of(self, node: SyntaxNode) -> Any:
        """Return the Python expression of a node."""
        return self._kinds[type(node)](node)

    # -- leaves

    def _literal(self, node: tree.Literal) -> Any:
        if isinstance(node.value, _WRITTEN):
            return emit.constant(node.value)
        return self.keep(node.value)

    def _at_literal(self, node: tree.AtLiteral) -> Any:
        value = read_literal(node.text)
        if value is not None:
            return self.keep(value)
        return self.helper("wrong_literal", node, emit.constant(node.text))

    def _list(self, node: tree.ListOf) -> Any:
        found = emit.list_([self.of(item) for item in node.items])
        light = all(isinstance(item, tree.Literal) for item in node.items)
        return found if light else emit.call("make_list", found, emit.name("r"))

    def _range(self, node: tree.RangeOf) -> Any:
        closed = self.keep((node.low_closed, node.high_closed))
        return self.helper("build_range", node, closed, self.of(node.low), self.of(node.high))

    def _one_sided(self, node: tree.OneSided) -> Any:
        return emit.call("one_sided", emit.constant(node.sign), self.of(node.end))

    def _steps(self, node: tree.Steps) -> Any:
        return emit.call("steps", self.of(node.low), self.of(node.high))

    # -- logic

    def _logic(self, node: tree.Logic) -> Any:
        """`False if (a := …) is False or … else True if a is True and … else None`."""
        decides = node.word == "or"
        kept = [self.temporary() for _ in node.parts]
        pairs = zip(kept, node.parts, strict=True)
        parts = [emit.is_(emit.keep(each, self.of(part)), other=decides) for each, part in pairs]
        rest = emit.every([emit.is_(emit.name(each), other=not decides) for each in kept])
        values = emit.tuple_([emit.name(each) for each in kept])
        unsure = emit.choose(rest, emit.constant(not decides), self.helper("unsure", node, values))
        return emit.choose(emit.either(parts), emit.constant(decides), unsure)

    def _compare(self, node: tree.Compare) -> Any:
        return self.helper(_COMPARE[node.sign], node, self.of(node.left), self.of(node.right))

    def _between(self, node: tree.Between) -> Any:
        parts = (self.of(part) for part in (node.value, node.low, node.high))
        return self.helper("between", node, *parts)

    def _in(self, node: tree.In) -> Any:
        python = self.temporary()
        value = emit.keep(python, self.of(node.value))
        self.bind({"?": python})
        tests = emit.tuple_([self._test(test, python) for test in node.tests])
        self.leave()
        return self.helper("contained", node, value, tests)

    def _test(self, node: tree.Test, value: str) -> Any:
        """Return the Python expression of a unary test of the value under a generated name."""
        wanted = self.of(node.value)
        if node.sign or isinstance(node.value, tree.Literal):  # a plain true is to be equalled
            sign = emit.constant(node.sign or "=")
            return emit.call("test", sign, emit.name(value), wanted, emit.name("r"))
        condition = emit.constant(tree.mentions(node.value, "?"))
        helper = "passes_named" if isinstance(node.value, tree.Name | tree.Path) else "passes"
        return emit.call(helper, emit.name(value), wanted, condition, emit.name("r"))

    def _instance(self, node: tree.InstanceOf) -> Any:
        kind = types.resolve(node.type, self.user_types)
        words = "" if kind is not None else f"there is no type {node.type}"
        if isinstance(kind, str) and kind in _PARAMETRIC:
            words = f"a type needs its parts, as in {_PARAMETRIC[kind]}"
        if not words:
            return emit.call("instance", self.of(node.value), self.keep(kind), emit.name("r"))
        self.doubt("feel-unknown-type", words, node)
        return self.helper("unknown_type", node, self.of(node.value), emit.constant(words))

    # -- sums and choices

    def _arithmetic(self, node: tree.Arithmetic) -> Any:
        """`add(add(a, b), c)`; many operators one after the other, or Python nests too deeply."""
        found = self.of(node.first)
        python = self.temporary() if len(node.rest) > _NESTED else ""
        steps = [emit.keep(python, found)] if python else []
        for sign, position, operand in node.rest:
            left = emit.name(python) if python else found
            arguments = (left, self.of(operand), emit.name("r"), emit.constant(position))
            found = emit.call(_ARITHMETIC[sign], *arguments)
            if python:
                steps.append(emit.keep(python, found))
        return emit.call("last", *steps) if python else found

    def _negate(self, node: tree.Negate) -> Any:
        return self.helper("negate", node, self.of(node.value))

    def _conditional(self, node: tree.Conditional) -> Any:
        """`a if c is True else b`; of many branches `(c is True and (a,) or … or (b,))[0]`."""
        branches = [(self._holds(condition), self.of(value)) for condition, value in node.branches]
        found = self.of(node.otherwise)
        if len(branches) > _NESTED:
            parts = [emit.every([holds, emit.tuple_([value])]) for holds, value in branches]
            return emit.first(emit.either([*parts, emit.tuple_([found])]))
        for holds, value in reversed(branches):
            found = emit.choose(holds, value, found)
        return found

    def _holds(self, condition: SyntaxNode) -> Any:
        """Return whether a condition is true; what is no boolean is no condition."""
        python = self.temporary()
        true = emit.is_(emit.keep(python, self.of(condition)), other=True)
        return emit.either([true, self.helper("no_condition", condition, emit.name(python))])

    def _path(self, node: tree.Path) -> Any:
        return self.helper("path", node, self.of(node.source), emit.constant(node.name))
