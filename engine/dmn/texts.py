"""FEEL texts of one file to functions of a scope, their values converted to declared types."""

from typing import Any

from engine.dmn.language import CompiledExpression, ScopeNames, Tests, not_feel
from engine.dmn.run import Env, Evaluator
from engine.dmn.types import Types


def nothing(_env: Env) -> Any:
    """Return null: there is no expression."""
    return None


class TextCompiler:
    """Compiles the texts of one file; `reads` collects the names they read."""

    def __init__(self, types: Types, language: str = "") -> None:
        """Take the types of the file and its expression language."""
        self.types = types
        self.language = language
        self.reads: set[str] = set()

    def typed(self, inner: Evaluator, type_ref: str) -> Evaluator:
        """Return the node with its value converted to a declared type."""
        kind = self.types.get(type_ref)
        if kind.basic == "Any" and not kind.checks:
            return inner

        def typed(env: Env) -> Any:
            value, problem = kind.convert(inner(env))
            if problem:
                env.run.warn(f"Not a {kind.name}: {problem}.")
            return value

        return typed

    def expression(self, text: str, names: ScopeNames, language: str = "") -> Evaluator:
        """Return the function for FEEL as text; what is not FEEL fails when it is reached."""
        reason = not_feel(language or self.language)
        if reason:
            return failing(reason)
        if not text:
            return nothing
        compiled = CompiledExpression(text, names, self.types.for_feel())
        self.reads |= compiled.reads
        return compiled.evaluate

    def tests(self, text: str, names: ScopeNames) -> Tests:
        """Return unary tests, `?` being the value in question."""
        compiled = Tests(text, names.having(["?"]), self.types.for_feel())
        self.reads |= compiled.reads
        return compiled


def failing(reason: str) -> Evaluator:
    """Return a function that fails for a reason."""

    def fail(env: Env) -> Any:
        env.run.fail(f"{reason}.")

    return fail
