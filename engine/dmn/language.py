"""Where DMN meets FEEL: compiled texts, functions, values in words."""

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import Any

from engine import feel
from engine.dmn.run import DecisionRun, Env

_LANGUAGES = ("", "feel", "s-feel")


class ScopeNames(frozenset[str]):
    """Names in scope of an expression."""

    def having(self, more: Iterable[str]) -> "ScopeNames":
        """Return an inner scope."""
        return ScopeNames(self.union(more))


class CompiledExpression:
    """A FEEL expression; one that cannot be read fails when it is evaluated."""

    def __init__(
        self, text: str, names: ScopeNames | None = None, types: Mapping[str, Any] | None = None
    ) -> None:
        """Compile the text with these names and types in scope."""
        self.text = text
        self.error: feel.SyntaxError_ | None = None
        try:
            self.compiled = feel.compile(text, names=sorted(names or ()), types=types)
        except feel.SyntaxError_ as error:
            self.error = error

    @property
    def reads(self) -> frozenset[str]:
        """The names it reads."""
        return frozenset() if self.error else self.compiled.reads

    def evaluate(self, env: Env) -> Any:
        """Return its value in a scope."""
        if self.error:
            env.run.fail(f"the expression {self.text!r} is not valid: {self.error}")
            return None
        run = env.run
        result = self.compiled.evaluate(env.variables, now=run.now, budget=run.budget)
        for warning in result.warnings:
            run.warn(f"{warning.message} (in {self.text!r})")
        return result.value

    def with_function(
        self, source: Any, body: Callable[[list[Any]], Any], parameters: int, env: Env
    ) -> Any:
        """Return its value with `source` and the function `body` in scope."""
        names = ("a", "b")[:parameters]
        function = feel.Function("body", names, body)
        return self.evaluate(Env({"source": source, "body": function}, env.run))


class Tests:
    """Unary tests; those that cannot be read match nothing and fail."""

    def __init__(
        self, text: str, names: ScopeNames | None = None, types: Mapping[str, Any] | None = None
    ) -> None:
        """Compile the tests with these names and types in scope."""
        self.text = text
        self.error: feel.SyntaxError_ | None = None
        try:
            self.compiled = feel.compile(
                text,
                names=sorted(names or ()),
                mode="unary",
                types=types,
            )
        except feel.SyntaxError_ as error:
            self.error = error

    @property
    def reads(self) -> frozenset[str]:
        """The names it reads."""
        return frozenset() if self.error else self.compiled.reads

    def matches(
        self, value: Any, variables: Mapping[str, Any], run: DecisionRun | None = None
    ) -> bool:
        """Return whether the value passes."""
        if self.error:
            if run is not None:
                run.fail(f"the cell {self.text!r} is not valid: {self.error}")
            return False
        now, budget = (run.now, run.budget) if run is not None else (None, None)
        return self.compiled.matches(value, variables, now=now, budget=budget) is True

    @staticmethod
    def values(text: str) -> list[Any]:
        """Return the values listed in tests such as `"high", "low"`."""
        if not text:
            return []
        try:
            found = feel.evaluate(f"[{text}]", {}).value
        except feel.SyntaxError_:
            return []
        return list(found) if isinstance(found, list) else []


def not_feel(language: str) -> str:
    """Return why an expression language is refused; empty when it is FEEL."""
    name = language.strip().lower()
    if name in _LANGUAGES or "/feel" in name:
        return ""
    return f"the expression language {language!r} is not supported, only FEEL is"


def call(function: Any, arguments: Mapping[str, Any], env: Env) -> Any:
    """Return what a FEEL function gives for named arguments."""
    if not isinstance(function, feel.Function):
        env.run.warn("What is invoked is not a function.")
        return None
    return feel.call(function, dict(arguments))


def equal(one: Any, other: Any) -> bool:
    """Return whether two values are equal in FEEL."""
    return feel.equal(one, other) is True


def json(value: Any) -> Any:
    """Return a value as JSON."""
    return feel.to_json(value)


def kind_of(value: Any) -> str:
    """Return the name of the type of a value."""
    return str(feel.type_name(value))


def is_kind(value: Any, kind: str) -> bool:
    """Return whether a value (not null) is of a basic type."""
    return kind == "Any" or kind_of(value) == kind


def to_kind(value: Any, kind: str) -> Any:
    """Return a date as date and time where one is due; anything else as it is."""
    if kind == "date and time" and kind_of(value) == "date":
        return feel.evaluate('date and time(d, time("00:00:00Z"))', {"d": value}).value
    return value


def say(value: Any) -> str:
    """Return a value in words."""
    if value is None:
        return "nothing"
    if isinstance(value, str):
        return f"“{value}”"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal | int | float):
        return str(json(value))
    if isinstance(value, list):
        return "[" + ", ".join(say(each) for each in value) + "]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{name}: {say(each)}" for name, each in value.items()) + "}"
    return "a function" if isinstance(value, feel.Function) else str(json(value))
