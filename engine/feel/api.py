"""Compile once, evaluate often."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, Literal

from engine.feel.builtins import BUILTINS, apply
from engine.feel.compiler import Compiler
from engine.feel.lexer import SyntaxError_
from engine.feel.parser import Names, Parser
from engine.feel.run import Budget, Given, Run, Scope, Warning_
from engine.feel.values import Function
from engine.model import Problem

_BUILTIN_NAMES = Names(BUILTINS)


@dataclass(frozen=True, slots=True)
class Result:
    """A value and why parts of it are null."""

    value: Any
    warnings: tuple[Warning_, ...] = ()


class Expression:
    """A compiled expression; thread-safe."""

    __slots__ = ("_code", "_unary", "reads", "text", "unknown")

    def __init__(
        self, text: str, names: Iterable[str], mode: str, types: Mapping[str, Any] | None
    ) -> None:
        parser = Parser(text, Names(names, Names((), _BUILTIN_NAMES)))
        compiler = Compiler(types)
        self.text = text
        self._code: Any = None
        self._unary: Any = None
        try:
            if mode == "unary":
                self._unary = compiler.unary(parser.unary_tests())
            else:
                self._code = compiler.compile(parser.whole())
        except RecursionError as error:
            raise SyntaxError_("nested too deeply", 0) from error
        self.reads = frozenset(compiler.reads - {"?"})
        self.unknown = tuple(compiler.unknown)

    def evaluate(
        self,
        variables: Mapping[str, Any],
        *,
        now: datetime | None = None,
        budget: Budget | None = None,
    ) -> Result:
        """Answer the value for these variables.

        Raises BudgetExceeded when it takes more steps than it may.
        """
        run = Run(now, budget)
        value = self._code(Scope(Given(variables), None, run))
        return Result(value, tuple(run.warnings))

    def matches(
        self,
        value: Any,
        variables: Mapping[str, Any],
        *,
        now: datetime | None = None,
        budget: Budget | None = None,
    ) -> bool | None:
        """Answer whether an input passes these unary tests."""
        from engine.feel.values import plain

        run = Run(now, budget)
        found: bool | None = self._unary(Scope(Given(variables), None, run), plain(value))
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
    scope = Scope({}, None, Run(None, None))
    if isinstance(arguments, dict):
        return apply(function, None, arguments, scope, 0)
    return apply(function, arguments, None, scope, 0)


def range_literal(text: str) -> Any:
    """Read a range whose ends are literals."""
    node = Parser(text, Names((), _BUILTIN_NAMES)).whole()
    if node[0] == "range" and not (_literal(node[3]) and _literal(node[4])):
        return None
    if node[0] == "unary_range" and not _literal(node[3]):
        return None
    if node[0] not in {"range", "unary_range"}:
        return None
    return Compiler().compile(node)(Scope({}, None, Run(None, None)))


_CONSTRUCTORS = {"date", "time", "date and time", "duration"}


def _literal(node: Any) -> bool:
    if node[0] == "call":
        named = node[2][0] == "name" and node[2][2] in _CONSTRUCTORS
        return named and all(each[0] in {"literal", "negate"} for each in node[3])
    if node[0] == "literal":
        return node[2] is not None
    return node[0] == "at" or (node[0] == "negate" and _literal(node[2]))


def analyse(text: str, names: Iterable[str] = ()) -> list[Problem]:
    """Answer what is wrong with an expression: syntax errors and unknown names, with position."""
    known = set(names)
    try:
        expression = compile(text, sorted(known))
    except SyntaxError_ as error:
        return [Problem(error.message, rule="feel-syntax", position=error.position)]
    if not known:
        return []
    return [
        Problem(f"unknown name '{name}'", "warning", rule="feel-unknown-name", position=position)
        for name, position in expression.unknown
        if name not in known
    ]
