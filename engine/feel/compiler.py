"""Turns the tree of an expression into Python closures `(scope) -> value`, once."""

from collections.abc import Callable
from typing import Any

from engine.feel import types
from engine.feel.builtins import apply
from engine.feel.cursor import Node
from engine.feel.leaves import Code, Leaves
from engine.feel.operations import COMPARISONS, at_index, iterable, passes, steps
from engine.feel.properties import property_of
from engine.feel.run import _ABSENT, Scope
from engine.feel.values import Function, equal, is_number

MAXIMUM_DEPTH = 100


class Compiler(Leaves):
    """Compiles one tree."""

    # -- control

    def _c_if(self, node: Node) -> Code:
        condition, yes, no = (self.compile(part) for part in node[2:5])
        return lambda scope: yes(scope) if condition(scope) is True else no(scope)

    def _iterators(self, pairs: list[tuple[str, Node]]) -> list[tuple[str, Code]]:
        self.bound.append({"partial"})
        made = []
        for name, source in pairs:
            made.append((name, self.compile(source)))
            self.bound[-1].add(name)
        return made

    def _c_for_range(self, node: Node) -> Code:
        low, high = self.compile(node[2]), self.compile(node[3])
        return lambda scope: steps(low(scope), high(scope))

    def _c_for(self, node: Node) -> Code:
        iterators = self._iterators(node[2])
        body = self.compile(node[3])
        self.bound.pop()

        def loop(scope: Scope) -> Any:
            partial: list[Any] = []
            for inner in _rounds(iterators, Scope({"partial": partial}, scope, scope.run), node[1]):
                if inner is None:
                    return None
                partial.append(body(inner))
            return partial

        return loop

    def _c_some(self, node: Node) -> Code:
        return self._quantified(node, hit=True)

    def _c_every(self, node: Node) -> Code:
        return self._quantified(node, hit=False)

    def _quantified(self, node: Node, *, hit: bool) -> Code:
        iterators = self._iterators(node[2])
        body = self.compile(node[3])
        self.bound.pop()

        def check(scope: Scope) -> Any:
            unsure = False
            for inner in _rounds(iterators, scope, node[1]):
                if inner is None:
                    return None
                found = body(inner)
                if found is hit:
                    return hit
                if found is not None and not isinstance(found, bool):
                    inner.run.warn("INVALID_TYPE", "the condition is no boolean", node[1])
                    return None
                unsure = unsure or found is None
            return None if unsure else not hit

        return check

    # -- paths, filters, calls

    def _c_path(self, node: Node) -> Code:
        dotted = self._dotted(node)
        source, name, position = self.compile(node[2]), node[3], node[1]

        def follow(scope: Scope) -> Any:
            if dotted:
                found = scope.find(dotted)
                if found is not _ABSENT:
                    return found
            return property_of(source(scope), name, scope.run, position)

        return follow

    def _dotted(self, node: Node) -> str:
        """A variable may be named with dots (an imported name)."""
        return ""

    def _c_filter(self, node: Node) -> Code:
        source, position = self.compile(node[2]), node[1]
        index = node[3][2] if node[3][0] == "literal" and is_number(node[3][2]) else None
        self.bound.append({"item"})
        condition = self.compile(node[3])
        self.bound.pop()

        def select(scope: Scope) -> Any:
            items = source(scope)
            if not isinstance(items, list):
                items = [] if items is None else [items]
            if index is not None:
                return at_index(items, index, scope.run, position)
            return _filtered(items, condition, scope, position)

        return select

    def _c_function(self, node: Node) -> Code:
        names = [name for name, _ in node[2]]
        kinds = [
            types.resolve(kind, self.user_types) if kind is not None else None
            for _, kind in node[2]
        ]
        self.bound.append(set(names))
        body = self.compile(node[3])
        self.bound.pop()

        def make(scope: Scope) -> Any:
            def call(arguments: list[Any]) -> Any:
                run = scope.run
                run.depth += 1
                run.budget.take()
                if run.depth > MAXIMUM_DEPTH:
                    run.depth -= 1
                    run.warn("TOO_DEEP", "functions call each other too deeply", node[1])
                    return None
                try:
                    given = {}
                    for name, kind, value in zip(names, kinds, arguments, strict=True):
                        fits, converted = types.coerce(value, kind)
                        if not fits:
                            run.warn(
                                "INVALID_TYPE",
                                f"the argument '{name}' is of the wrong type",
                                node[1],
                            )
                            return None
                        given[name] = converted
                    return body(Scope(given, scope, run))
                finally:
                    run.depth -= 1

            return Function("", names, call, types=kinds or None)

        return make

    def _c_call(self, node: Node) -> Code:
        target, position = self.compile(node[2]), node[1]
        arguments = [self.compile(part) for part in node[3]]
        named = {name: self.compile(part) for name, part in node[4].items()}

        def call(scope: Scope) -> Any:
            scope.run.budget.take()
            function = target(scope)
            if named:
                given = {name: code(scope) for name, code in named.items()}
                return apply(function, None, given, scope, position)
            return apply(function, [code(scope) for code in arguments], None, scope, position)

        return call

    # -- unary tests

    def test(self, node: Node) -> Callable[[Scope, Any], bool | None]:
        """Answer the closure `(scope, input) -> bool` of one test."""
        if node[0] == "test_op":
            sign, code = node[2], self.compile(node[3])
            compare = COMPARISONS[sign]
            return lambda scope, value: compare(value, code(scope))
        code = self.compile(node[2])
        if node[2][0] == "literal":  # a plain true is a value to equal, no condition that holds
            return lambda scope, value: equal(value, code(scope))
        boolean = _uses_input(node[2])
        return lambda scope, value: passes(value, code(scope), boolean=boolean)

    def unary(self, node: Node) -> Callable[[Scope, Any], bool | None]:
        """Answer the closure `(scope, input) -> bool` of unary tests; `?` is the input."""
        if node[0] == "any":
            return lambda _scope, _value: True
        self.bound.append({"?"})
        tests = [self.test(test) for test in node[2]]
        self.bound.pop()
        negated = node[0] == "none"

        def check(scope: Scope, value: Any) -> bool | None:
            inner = Scope({"?": value}, scope, scope.run)
            hit = False
            for test in tests:
                if test(inner, value) is True:
                    hit = True
                    break
            return hit is not negated

        return check


def _uses_input(node: Any) -> bool:
    if isinstance(node, tuple):
        return (len(node) > 2 and node[0] == "name" and node[2] == "?") or any(
            map(_uses_input, node)
        )
    if isinstance(node, list):
        return any(map(_uses_input, node))
    return isinstance(node, dict) and any(map(_uses_input, node.values()))


def _rounds(iterators: list[tuple[str, Code]], scope: Scope, position: int) -> Any:
    """Yield a scope for each round; None once when something is not iterable."""
    (name, code), rest = iterators[0], iterators[1:]
    items = iterable(code(scope))
    if items is None:
        scope.run.warn("NOT_ITERABLE", "only a list or a range can be iterated", position)
        yield None
        return
    take = scope.run.budget.take
    for item in items:
        take()
        inner = Scope({name: item}, scope, scope.run)
        if rest:
            yield from _rounds(rest, inner, position)
        else:
            yield inner


def _filtered(items: list[Any], condition: Code, scope: Scope, position: int) -> Any:
    run = scope.run
    found = []
    for item in items:
        run.budget.take()
        values: Any = (
            {**item, "item": item}
            if isinstance(item, dict) and "item" not in item
            else (item if isinstance(item, dict) else {"item": item})
        )
        hit = condition(Scope(values, scope, run))
        if hit is True:
            found.append(item)
        elif is_number(hit):
            return at_index(items, hit, run, position)
        elif hit is not False and hit is not None:
            run.warn("INVALID_FILTER", "the filter is neither boolean nor number", position)
            return None
    if not items:
        hit = condition(Scope({"item": None}, scope, run))
        if is_number(hit):
            return None
    return found
