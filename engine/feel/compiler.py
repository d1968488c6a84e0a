"""Turns the tree of an expression into Python closures `(scope) -> value`, once."""

from collections.abc import Callable, Mapping
from itertools import islice
from typing import Any

from engine.feel import arithmetic, types
from engine.feel.builtins import BUILTINS, apply
from engine.feel.literals import read_literal
from engine.feel.parser import Node
from engine.feel.properties import property_of
from engine.feel.run import _ABSENT, Run, Scope
from engine.feel.temporal import Date, DateTime
from engine.feel.values import Function, Range, equal, is_number, less, within

Code = Callable[[Scope], Any]
MAXIMUM_DEPTH = 100


class Compiler:
    """Compiles one tree; `reads` gathers the free names."""

    def __init__(self, user_types: Mapping[str, Any] | None = None) -> None:
        self.reads: set[str] = set()
        self.unknown: list[tuple[str, int]] = []
        self.bound: list[set[str]] = []
        self.user_types = user_types or {}

    def compile(self, node: Node) -> Code:
        """Answer the closure of a node."""
        return getattr(self, f"c_{node[0]}")(node)

    # -- leaves

    def c_literal(self, node: Node) -> Code:
        value = node[2]
        return lambda _scope: value

    def c_at(self, node: Node) -> Code:
        value = read_literal(node[2])
        position, text = node[1], node[2]
        if value is not None:
            return lambda _scope: value

        def wrong(scope: Scope) -> Any:
            scope.run.warn(
                "INVALID_LITERAL", f'@"{text}" is neither date, time nor duration', position
            )

        return wrong

    def c_name(self, node: Node) -> Code:
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

    def c_list(self, node: Node) -> Code:
        parts = [self.compile(part) for part in node[2]]
        return lambda scope: [part(scope) for part in parts]

    def c_context(self, node: Node) -> Code:
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

    def c_range(self, node: Node) -> Code:
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

    def c_unary_range(self, node: Node) -> Code:
        sign, code = node[2], self.compile(node[3])
        return lambda scope: unary_range(sign, code(scope))

    # -- logic

    def c_or(self, node: Node) -> Code:
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

    def c_and(self, node: Node) -> Code:
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

    def c_compare(self, node: Node) -> Code:
        sign, left, right, position = node[2], self.compile(node[3]), self.compile(node[4]), node[1]
        test = _COMPARISONS[sign]

        def compare(scope: Scope) -> Any:
            a, b = left(scope), right(scope)
            found = test(a, b)
            if found is None:
                scope.run.warn("NOT_COMPARABLE", f"Can't compare with {sign}", position)
            return found

        return compare

    def c_between(self, node: Node) -> Code:
        value, low, high = (self.compile(part) for part in node[2:5])

        def between(scope: Scope) -> Any:
            v, a, b = value(scope), low(scope), high(scope)
            if v is None or a is None or b is None:
                return None
            return within(v, Range(a, b, low_closed=True, high_closed=True))

        return between

    def c_in(self, node: Node) -> Code:
        value, tests = self.compile(node[2]), [self.test(test) for test in node[3]]

        def contained(scope: Scope) -> Any:
            v = value(scope)
            results = [test(scope, v) for test in tests]
            if True in results:
                return True
            return None if None in results else False

        return contained

    def c_instance(self, node: Node) -> Code:
        value, kind = self.compile(node[2]), types.resolve(node[3], self.user_types)

        def instance(scope: Scope) -> Any:
            if kind is None:
                scope.run.warn("UNKNOWN_TYPE", f"there is no type {node[3]}", node[1])
                return None
            return types.instance_of(value(scope), kind)

        return instance

    # -- sums

    def c_arith(self, node: Node) -> Code:
        sign, left, right, position = node[2], self.compile(node[3]), self.compile(node[4]), node[1]
        calculate = arithmetic.calculate

        def sum_(scope: Scope) -> Any:
            try:
                return calculate(sign, left(scope), right(scope))
            except arithmetic.Wrong as error:
                scope.run.warn("INVALID_TYPE", str(error), position)
                return None

        return sum_

    def c_negate(self, node: Node) -> Code:
        code, position = self.compile(node[2]), node[1]

        def negate(scope: Scope) -> Any:
            value = code(scope)
            try:
                return arithmetic.calculate("*", value, -1)
            except arithmetic.Wrong as error:
                scope.run.warn("INVALID_TYPE", str(error), position)
                return None

        return negate

    # -- control

    def c_if(self, node: Node) -> Code:
        condition, yes, no = (self.compile(part) for part in node[2:5])
        return lambda scope: yes(scope) if condition(scope) is True else no(scope)

    def iterators(self, pairs: list[tuple[str, Node]]) -> list[tuple[str, Code]]:
        self.bound.append({"partial"})
        made = []
        for name, source in pairs:
            made.append((name, self.compile(source)))
            self.bound[-1].add(name)
        return made

    def c_for_range(self, node: Node) -> Code:
        low, high = self.compile(node[2]), self.compile(node[3])
        return lambda scope: steps(low(scope), high(scope))

    def c_for(self, node: Node) -> Code:
        iterators = self.iterators(node[2])
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

    def c_some(self, node: Node) -> Code:
        return self.quantified(node, hit=True)

    def c_every(self, node: Node) -> Code:
        return self.quantified(node, hit=False)

    def quantified(self, node: Node, *, hit: bool) -> Code:
        iterators = self.iterators(node[2])
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

    def c_path(self, node: Node) -> Code:
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

    def c_filter(self, node: Node) -> Code:
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

    def c_function(self, node: Node) -> Code:
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

    def c_call(self, node: Node) -> Code:
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
            compare = _COMPARISONS[sign]
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


def passes(value: Any, test: Any, *, boolean: bool = False) -> bool | None:
    """Answer whether an input passes a test that evaluated to `test`."""
    if isinstance(test, Range) and not isinstance(value, Range):
        return within(value, test)
    if isinstance(test, bool) and (boolean or not isinstance(value, bool)):
        return test
    if isinstance(test, list) and not isinstance(value, list):
        results = [passes(value, each) for each in test]
        return True if True in results else (None if None in results else False)
    if isinstance(test, list):
        return equal(value, test) is True or any(equal(value, each) is True for each in test)
    return equal(value, test)


def unary_range(sign: str, value: Any) -> Any:
    """Answer the range a unary comparison stands for."""
    if sign == "<":
        return Range(None, value, low_closed=False, high_closed=False)
    if sign == "<=":
        return Range(None, value, low_closed=False, high_closed=True)
    if sign == ">":
        return Range(value, None, low_closed=False, high_closed=False)
    if sign == ">=":
        return Range(value, None, low_closed=True, high_closed=False)
    return Range(value, value, low_closed=True, high_closed=True) if sign == "=" else None


def _not(found: bool | None) -> bool | None:
    return None if found is None else not found


def _at_most(a: Any, b: Any) -> bool | None:
    later = less(b, a)
    return None if later is None else not later


_COMPARISONS: dict[str, Callable[[Any, Any], bool | None]] = {
    "=": equal,
    "!=": lambda a, b: _not(equal(a, b)),
    "<": less,
    ">": lambda a, b: less(b, a),
    "<=": _at_most,
    ">=": lambda a, b: _at_most(b, a),
}


def steps(low: Any, high: Any) -> Any:
    """Answer the iterable from low to high (numbers or dates), None when there is none."""
    if is_number(low) and is_number(high) and low == int(low) and high == int(high):
        a, b = int(low), int(high)
        return range(a, b + 1) if a <= b else range(a, b - 1, -1)
    if isinstance(low, Date) and isinstance(high, Date):
        from engine.feel.temporal import civil_from_days

        a, b = low.days, high.days
        days = range(a, b + 1) if a <= b else range(a, b - 1, -1)
        return (Date(*civil_from_days(day)) for day in days)
    return None


def _source(value: Any) -> Any:
    if isinstance(value, Range):
        if value.low is None or value.high is None:
            return None
        found = steps(value.low, value.high)
        items = found
        if found is not None and not value.low_closed:
            items = islice(iter(found), 1, None)
        if items is not None and not value.high_closed:
            items = (each for each in items if equal(each, value.high) is not True)
        return items
    if isinstance(value, list | range) or hasattr(value, "__next__"):
        return value
    return None if value is None else [value]


def _rounds(iterators: list[tuple[str, Code]], scope: Scope, position: int) -> Any:
    """Yield a scope for each round; None once when something is not iterable."""
    (name, code), rest = iterators[0], iterators[1:]
    items = _source(code(scope))
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


def at_index(items: list[Any], index: Any, run: Run, position: int) -> Any:
    """Answer the item at a 1-based index, from the end when negative; null outside."""
    whole = int(index)
    if whole != index or whole == 0 or abs(whole) > len(items):
        run.warn("OUT_OF_BOUNDS", f"there is no item {index} among {len(items)}", position)
        return None
    return items[whole - 1 if whole > 0 else whole]


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


__all__ = ["Code", "Compiler", "DateTime", "passes", "unary_range"]
