"""Boxed expressions to functions of a scope."""

from collections.abc import Callable
from typing import Any

from engine.dmn.elements import (
    Boxed,
    Conditional,
    Context,
    DecisionTable,
    Filter,
    FunctionDefinition,
    Invocation,
    Iteration,
    ListOf,
    Literal,
    Relation,
)
from engine.dmn.language import Expression, Names, Tests, call, make_function, not_feel
from engine.dmn.run import Env, Node
from engine.dmn.tables import compile_table
from engine.dmn.types import Types

_ITERATIONS = {
    "for": Expression("for item in source return body(item, partial)"),
    "some": Expression("some item in source satisfies body(item, null)"),
    "every": Expression("every item in source satisfies body(item, null)"),
}
_FILTER = Expression("source[body(item)]")


def nothing(_env: Env) -> Any:
    """Answer null: there is no expression."""
    return None


class Compiler:
    """Compiles the expressions of one file."""

    def __init__(self, types: Types, language: str = "") -> None:
        """Take the types of the file and its expression language."""
        self.types = types
        self.language = language
        self.reads: set[str] = set()
        self._kinds: dict[type[Boxed], Callable[[Any, Names], Node]] = {
            Literal: self._literal,
            Context: self._context,
            ListOf: self._list,
            Relation: self._relation,
            FunctionDefinition: self._function,
            Invocation: self._invocation,
            Conditional: self._conditional,
            Filter: self._filter,
            Iteration: self._iteration,
            DecisionTable: lambda table, names: compile_table(self, table, names),
        }

    def node(self, boxed: Boxed | None, names: Names) -> Node:
        """Answer the function that computes an expression with these names in scope."""
        if boxed is None:
            return nothing
        inner = self._kinds[type(boxed)](boxed, names)
        is_function = isinstance(boxed, FunctionDefinition)
        return inner if is_function else self.typed(inner, boxed.type_ref)

    def typed(self, inner: Node, type_ref: str) -> Node:
        """Answer the node with its value converted to a declared type."""
        kind = self.types.get(type_ref)
        if kind.basic == "Any" and not kind.checks:
            return inner

        def typed(env: Env) -> Any:
            value, problem = kind.convert(inner(env))
            if problem:
                env.run.warn(f"Not a {kind.name}: {problem}.")
            return value

        return typed

    def expression(self, text: str, names: Names, language: str = "") -> Node:
        """Answer the function for FEEL as text; what is not FEEL fails when it is reached."""
        reason = not_feel(language or self.language)
        if reason:
            return _failing(reason)
        if not text:
            return nothing
        compiled = Expression(text, names, self.types)
        self.reads |= compiled.reads
        return compiled.evaluate

    def tests(self, text: str, names: Names) -> Tests:
        """Answer unary tests, `?` being the value in question."""
        compiled = Tests(text, names.having(["?"]), self.types)
        self.reads |= compiled.reads
        return compiled

    def _literal(self, literal: Literal, names: Names) -> Node:
        return self.expression(literal.text, names, literal.language)

    def _context(self, context: Context, names: Names) -> Node:
        rows = []
        for entry in context.entries:
            node = self.typed(self.node(entry.value, names), entry.type_ref)
            rows.append((entry.name, node))
            if entry.name:
                names = names.having([entry.name])

        def evaluate(env: Env) -> Any:
            found: dict[str, Any] = {}
            for name, node in rows:
                value = node(env)
                if not name:
                    return value
                found[name] = value
                env = env.having({name: value})
            return found

        return evaluate

    def _list(self, boxed: ListOf, names: Names) -> Node:
        items = [self.node(item, names) for item in boxed.items]
        return lambda env: [item(env) for item in items]

    def _relation(self, relation: Relation, names: Names) -> Node:
        rows = [
            [
                (name, self.typed(self.node(cell, names), kind))
                for (name, kind), cell in zip(relation.columns, row, strict=True)
            ]
            for row in relation.rows
        ]
        return lambda env: [{name: node(env) for name, node in row} for row in rows]

    def _function(self, function: FunctionDefinition, names: Names) -> Node:
        if function.kind.upper() not in ("FEEL", ""):
            return _failing(f"functions of kind {function.kind} are not supported")
        parameters = [(each.name, self.types.get(each.type_ref)) for each in function.parameters]
        inner = names.having(name for name, _ in parameters)
        body = self.typed(self.node(function.body, inner), function.type_ref)
        return lambda env: make_function("function", parameters, body, env)

    def _invocation(self, invocation: Invocation, names: Names) -> Node:
        called = self.node(invocation.function, names)
        bindings = [(name, self.node(value, names)) for name, value in invocation.bindings]

        def evaluate(env: Env) -> Any:
            arguments = {name: node(env) for name, node in bindings}
            return call(called(env), arguments, env)

        return evaluate

    def _conditional(self, boxed: Conditional, names: Names) -> Node:
        condition = self.node(boxed.condition, names)
        then, otherwise = self.node(boxed.then, names), self.node(boxed.otherwise, names)

        def evaluate(env: Env) -> Any:
            return then(env) if condition(env) is True else otherwise(env)

        return evaluate

    def _filter(self, boxed: Filter, names: Names) -> Node:
        source = self.node(boxed.source, names)
        match = self.node(boxed.match, names.having(["item"]))

        def evaluate(env: Env) -> Any:
            def body(arguments: list[Any]) -> Any:
                item = arguments[0]
                members = item if isinstance(item, dict) else {}
                return match(env.having({**members, "item": item}))

            return _FILTER.with_function(source(env), body, 1, env)

        return evaluate

    def _iteration(self, boxed: Iteration, names: Names) -> Node:
        source = self.node(boxed.source, names)
        variable = boxed.variable
        inside = self.node(boxed.body, names.having([variable, "partial"]))
        loop = _ITERATIONS[boxed.kind]

        def evaluate(env: Env) -> Any:
            def body(arguments: list[Any]) -> Any:
                item, partial = arguments
                return inside(env.having({"partial": partial, variable: item}))

            return loop.with_function(source(env), body, 2, env)

        return evaluate


def _failing(reason: str) -> Node:
    def fail(env: Env) -> Any:
        env.run.fail(f"{reason}.")

    return fail
