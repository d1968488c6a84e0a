"""Compiles what has no scope of its own: literals, names, logic, comparisons, sums."""

from collections.abc import Callable, Mapping
from typing import Any

from engine.feel import arithmetic, types
from engine.feel.builtins import BUILTINS
from engine.feel.cursor import Node
from engine.feel.literals import read_literal
from engine.feel.operations import COMPARISONS, unary_range
from engine.feel.run import _ABSENT, Scope
from engine.feel.values import Range, less, within

Code = Callable[[Scope], Any]
MAXIMUM_DEPTH = 100


class Leaves:
    """Half of the compiler; `reads` gathers the free names."""

    def __init__(self, user_types: Mapping[str, Any] | None = None) -> None:
        self.reads: set[str] = set()
        self.unknown: list[tuple[str, int]] = []
        self.bound: list[set[str]] = []
        self.user_types = user_types or {}

    def compile(self, node: Node) -> Code:
        """Answer the closure of a node."""
        made: Code = getattr(self, f"_c_{node[0]}")(node)
        return made

    # -- leaves

    def _c_literal(self, node: Node) -> Code:
        value = node[2]
        return lambda _scope: value

    def _c_at(self, node: Node) -> Code:
        value = read_literal(node[2])
        position, text = node[1], node[2]
        if value is not None:
            return lambda _scope: value

        def wrong(scope: Scope) -> Any:
            scope.run.warn(
                "INVALID_LITERAL", f'@"{text}" is neither date, time nor duration', position
            )

        return wrong

    def _c_name(self, node: Node) -> Code:
        name, position = node[2], node[1]
        if any(name in names for names in self.bound):
            pass
        elif name not in BUILTINS:
            self.reads.add(name)
            self.unknown.append((name, position))
        builtin = BUILTINS.get(name, _ABSENT)

        def read(scope: Scope) -> Any:
            inner: Scope | None = scope
            while inner is not None:
                value = inner.values.get(name, _ABSENT)
                if value is not _ABSENT:
                    return value
                inner = inner.outer
            if builtin is not _ABSENT:
                return builtin
            scope.run.warn("NO_VARIABLE_FOUND", f"No variable found with name '{name}'", position)
            return None

        return read

    def _c_list(self, node: Node) -> Code:
        parts = [self.compile(part) for part in node[2]]
        return lambda scope: [part(scope) for part in parts]

    def _c_context(self, node: Node) -> Code:
        self.bound.append(set())
        entries = []
        for key, value in node[2]:
            entries.append((key, self.compile(value)))
            self.bound[-1].add(key)
        self.bound.pop()

        def build(scope: Scope) -> Any:
            made: dict[str, Any] = {}
            inner = Scope(made, scope, scope.run)
            for key, code in entries:
                if key in made:
                    scope.run.warn("DUPLICATE_KEY", f"the key '{key}' stands twice", node[1])
                    return None
                made[key] = code(inner)
            return made

        return build

    def _c_range(self, node: Node) -> Code:
        low_closed, low, high, high_closed = (
            node[2],
            self.compile(node[3]),
            self.compile(node[4]),
            node[5],
        )

        def build(scope: Scope) -> Any:
            a, b = low(scope), high(scope)
            known = a is not None and b is not None
            if known and less(a, b) is None:
                scope.run.warn(
                    "INVALID_RANGE", "the ends of the range have no common order", node[1]
                )
                return None
            if known and less(b, a):
                scope.run.warn("INVALID_RANGE", "the range ends before it starts", node[1])
                return None
            return Range(a, b, low_closed and a is not None, high_closed and b is not None, known)

        return build

    def _c_unary_range(self, node: Node) -> Code:
        sign, code = node[2], self.compile(node[3])
        return lambda scope: unary_range(sign, code(scope))

    # -- logic

    def _c_or(self, node: Node) -> Code:
        left, right = self.compile(node[2]), self.compile(node[3])

        def either(scope: Scope) -> Any:
            a = left(scope)
            if a is True:
                return True
            b = right(scope)
            if b is True:
                return True
            return False if a is False and b is False else None

        return either

    def _c_and(self, node: Node) -> Code:
        left, right = self.compile(node[2]), self.compile(node[3])

        def both(scope: Scope) -> Any:
            a = left(scope)
            if a is False:
                return False
            b = right(scope)
            if b is False:
                return False
            return True if a is True and b is True else None

        return both

    def _c_compare(self, node: Node) -> Code:
        sign, left, right, position = node[2], self.compile(node[3]), self.compile(node[4]), node[1]
        test = COMPARISONS[sign]

        def compare(scope: Scope) -> Any:
            a, b = left(scope), right(scope)
            found = test(a, b)
            if found is None:
                scope.run.warn("NOT_COMPARABLE", f"Can't compare with {sign}", position)
            return found

        return compare

    def _c_between(self, node: Node) -> Code:
        value, low, high = (self.compile(part) for part in node[2:5])

        def between(scope: Scope) -> Any:
            v, a, b = value(scope), low(scope), high(scope)
            if v is None or a is None or b is None:
                return None
            return within(v, Range(a, b, low_closed=True, high_closed=True))

        return between

    def _c_in(self, node: Node) -> Code:
        value, tests = self.compile(node[2]), [self.test(test) for test in node[3]]

        def contained(scope: Scope) -> Any:
            v = value(scope)
            results = [test(scope, v) for test in tests]
            if True in results:
                return True
            return None if None in results else False

        return contained

    def _c_instance(self, node: Node) -> Code:
        value, kind = self.compile(node[2]), types.resolve(node[3], self.user_types)

        def instance(scope: Scope) -> Any:
            if kind is None:
                scope.run.warn("UNKNOWN_TYPE", f"there is no type {node[3]}", node[1])
                return None
            return types.instance_of(value(scope), kind)

        return instance

    # -- sums

    def _c_arith(self, node: Node) -> Code:
        sign, left, right, position = node[2], self.compile(node[3]), self.compile(node[4]), node[1]
        calculate = arithmetic.calculate

        def sum_(scope: Scope) -> Any:
            try:
                return calculate(sign, left(scope), right(scope))
            except arithmetic.Wrong as error:
                scope.run.warn("INVALID_TYPE", str(error), position)
                return None

        return sum_

    def _c_negate(self, node: Node) -> Code:
        code, position = self.compile(node[2]), node[1]

        def negate(scope: Scope) -> Any:
            value = code(scope)
            try:
                return arithmetic.calculate("*", value, -1)
            except arithmetic.Wrong as error:
                scope.run.warn("INVALID_TYPE", str(error), position)
                return None

        return negate

    def test(self, node: Node) -> Callable[[Scope, Any], bool | None]:
        """Answer the closure `(scope, input) -> bool` of one test; the compiler knows how."""
        raise NotImplementedError
