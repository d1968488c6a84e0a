"""Boxed expressions to functions of a scope."""

from collections.abc import Callable
from typing import Any

from engine.dmn.elements import (
    Boxed,
    BoxedConditional,
    BoxedContext,
    BoxedFilter,
    BoxedList,
    DecisionTable,
    FunctionDefinition,
    Invocation,
    Iteration,
    LiteralExpression,
    Relation,
)
from engine.dmn.functions import make_function
from engine.dmn.language import CompiledExpression, ScopeNames, call
from engine.dmn.run import Env, Evaluator
from engine.dmn.tables import compile_table
from engine.dmn.texts import TextCompiler, failing, nothing
from engine.dmn.types import Types

_ITERATIONS = {
    "for": CompiledExpression("for item in source return body(item, partial)"),
    "some": CompiledExpression("some item in source satisfies body(item, null)"),
    "every": CompiledExpression("every item in source satisfies body(item, null)"),
}
_FILTER = CompiledExpression("source[body(item)]")


class BoxedCompiler(TextCompiler):
    """Compiles the expressions of one file."""

    def __init__(self, types: Types, language: str = "") -> None:
        """Take the types of the file and its expression language."""
        super().__init__(types, language)
        self._kinds: dict[type[Boxed], Callable[[Any, ScopeNames], Evaluator]] = {
            LiteralExpression: self._literal,
            BoxedContext: self._context,
            BoxedList: self._list,
            Relation: self._relation,
            FunctionDefinition: self._function,
            Invocation: self._invocation,
            BoxedConditional: self._conditional,
            BoxedFilter: self._filter,
            Iteration: self._iteration,
            DecisionTable: lambda table, names: compile_table(self, table, names),
        }

    def node(self, boxed: Boxed | None, names: ScopeNames) -> Evaluator:
        """Return the function that computes an expression with these names in scope."""
        if boxed is None:
            return nothing
        inner = self._kinds[type(boxed)](boxed, names)
        is_function = isinstance(boxed, FunctionDefinition)
        return inner if is_function else self.typed(inner, boxed.type_ref)

    def _literal(self, literal: LiteralExpression, names: ScopeNames) -> Evaluator:
        return self.expression(literal.text, names, literal.language)

    def _context(self, context: BoxedContext, names: ScopeNames) -> Evaluator:
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

    def _list(self, boxed: BoxedList, names: ScopeNames) -> Evaluator:
        items = [self.node(item, names) for item in boxed.items]
        return lambda env: [item(env) for item in items]

    def _relation(self, relation: Relation, names: ScopeNames) -> Evaluator:
        rows = [
            [
                (name, self.typed(self.node(cell, names), kind))
                for (name, kind), cell in zip(relation.columns, row, strict=True)
            ]
            for row in relation.rows
        ]
        return lambda env: [{name: node(env) for name, node in row} for row in rows]

    def _function(self, function: FunctionDefinition, names: ScopeNames) -> Evaluator:
        if function.kind.upper() not in ("FEEL", ""):
            return failing(f"functions of kind {function.kind} are not supported")
        parameters = [(each.name, self.types.get(each.type_ref)) for each in function.parameters]
        inner = names.having(name for name, _ in parameters)
        body = self.typed(self.node(function.body, inner), function.type_ref)
        return lambda env: make_function("function", parameters, body, env)

    def _invocation(self, invocation: Invocation, names: ScopeNames) -> Evaluator:
        called = self.node(invocation.function, names)
        bindings = [(name, self.node(value, names)) for name, value in invocation.bindings]

        def evaluate(env: Env) -> Any:
            arguments = {name: node(env) for name, node in bindings}
            return call(called(env), arguments, env)

        return evaluate

    def _conditional(self, boxed: BoxedConditional, names: ScopeNames) -> Evaluator:
        condition = self.node(boxed.condition, names)
        then, otherwise = self.node(boxed.then, names), self.node(boxed.otherwise, names)

        def evaluate(env: Env) -> Any:
            return then(env) if condition(env) is True else otherwise(env)

        return evaluate

    def _filter(self, boxed: BoxedFilter, names: ScopeNames) -> Evaluator:
        source = self.node(boxed.source, names)
        match = self.node(boxed.match, names.having(["item"]))

        def evaluate(env: Env) -> Any:
            def body(arguments: list[Any]) -> Any:
                item = arguments[0]
                members = item if isinstance(item, dict) else {}
                return match(env.having({**members, "item": item}))

            return _FILTER.with_function(source(env), body, 1, env)

        return evaluate

    def _iteration(self, boxed: Iteration, names: ScopeNames) -> Evaluator:
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
