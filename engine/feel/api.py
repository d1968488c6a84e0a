"""Compile once, evaluate often."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, Literal

from engine.feel import mistakes
from engine.feel.builtins import BUILTINS
from engine.feel.calls import call as invoke
from engine.feel.compiler import Compiler
from engine.feel.lexer import SyntaxError_
from engine.feel.names import Names
from engine.feel.parser import FeelParser
from engine.feel.run import Budget, BudgetExceeded, Run, Warning_
from engine.feel.values import Function, plain
from engine.model import Problem

_BUILTIN_NAMES = Names(BUILTINS)
_NOTHING: tuple[Warning_, ...] = ()
_TOO_DEEP = "functions call each other too deeply"


@dataclass(slots=True)
class Result:
    """A value and why parts of it are null."""

    value: Any
    warnings: tuple[Warning_, ...] = ()


class Expression:
    """A compiled expression; thread-safe."""

    __slots__ = ("_code", "doubts", "reads", "text", "unknown")

    def __init__(
        self, text: str, names: Iterable[str], mode: str, types: Mapping[str, Any] | None
    ) -> None:
        known = frozenset(names)
        compiler = Compiler(types, known)
        self.text = text
        try:
            parser = FeelParser(text, Names(known, Names((), _BUILTIN_NAMES)))
            if mode == "unary":
                self._code = compiler.unary(parser.unary_tests())
            else:
                self._code = compiler.expression(parser.whole())
        except (RecursionError, MemoryError) as error:
            raise SyntaxError_("nested too deeply", 0) from error
        except SyntaxError_ as error:
            hint = mistakes.advice(text, error.position)
            raise SyntaxError_(error.message, error.position, hint) from error
        reading = compiler.reading
        self.reads = frozenset(reading.variables)
        self.unknown = tuple(reading.unknown)
        self.doubts = tuple(reading.doubts)

    def evaluate(
        self,
        variables: Mapping[str, Any],
        *,
        now: datetime | None = None,
        budget: Budget | None = None,
    ) -> Result:
        """Return the value for these variables.

        Raises BudgetExceeded when it takes more steps than it may.
        """
        run = Run(now, budget)
        try:
            value = self._code(variables, run)
        except RecursionError as error:
            raise BudgetExceeded(_TOO_DEEP) from error
        return Result(value, _NOTHING if run.warnings is None else tuple(run.warnings))

    def matches(
        self,
        value: Any,
        variables: Mapping[str, Any],
        *,
        now: datetime | None = None,
        budget: Budget | None = None,
    ) -> bool | None:
        """Return whether an input passes these unary tests."""
        try:
            found: bool | None = self._code(variables, Run(now, budget), plain(value))
        except RecursionError as error:
            raise BudgetExceeded(_TOO_DEEP) from error
        return found


@lru_cache(maxsize=4096)
def _cached(text: str, names: tuple[str, ...], mode: str) -> Expression:
    return Expression(text, names, mode, None)


def compile(  # noqa: A001 - the verb of the field
    text: str,
    names: Iterable[str] = (),
    mode: Literal["expression", "unary"] = "expression",
    types: Mapping[str, Any] | None = None,
) -> Expression:
    """Compile a text with these names in scope. Raises SyntaxError_ with the position."""
    if types:
        return Expression(text, tuple(names), mode, types)
    return _cached(text, tuple(names), mode)


def compile_unary(text: str, names: Iterable[str] = ()) -> Expression:
    """Compile unary tests."""
    return compile(text, names, "unary")


def evaluate(
    text: str, variables: Mapping[str, Any] | None = None, *, now: datetime | None = None
) -> Result:
    """Compile (cached) and evaluate an expression."""
    return compile(text).evaluate(variables or {}, now=now)


def call(function: Function, arguments: list[Any] | dict[str, Any]) -> Any:
    """Call a FEEL function with arguments by position or by name."""
    if isinstance(arguments, dict):
        return invoke(function, list(arguments.values()), tuple(arguments), Run(), 0)
    return invoke(function, arguments, None, Run(), 0)


def analyse(text: str, names: Iterable[str] = ()) -> list[Problem]:
    """Return what is wrong with an expression: syntax, unknown names and types, arguments."""
    known = frozenset(names)
    try:
        expression = compile(text, sorted(known))
    except SyntaxError_ as error:
        return [Problem(error.message, rule="feel-syntax", position=error.position)]
    problems = [
        Problem(message, "warning", rule=rule, position=position)
        for rule, message, position in expression.doubts
    ]
    if known:
        problems += [
            Problem(
                f"unknown name '{name}'", "warning", rule="feel-unknown-name", position=position
            )
            for name, position in expression.unknown
            if name not in known
        ]
    return problems
