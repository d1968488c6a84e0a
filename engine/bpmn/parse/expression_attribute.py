"""An attribute of a diagram: FEEL when it starts with "=", else the text itself."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from engine import feel

_LEADING = re.compile(r"^\s*=(?!=)\s*")


class ExpressionAttribute:
    """A compiled expression or a literal; `error` says why it cannot be evaluated."""

    __slots__ = ("error", "expression", "literal", "position", "source")

    def __init__(self, source: str, *, always: bool = False) -> None:
        """Compile the source; `always` takes it as FEEL with or without the leading "="."""
        self.source = source
        self.literal: str | None = None
        self.expression: Any = None
        self.error = ""
        self.position: int | None = None
        leading = _LEADING.match(source)
        if leading is None and not always:
            self.literal = source
            return
        body = source[leading.end() :] if leading else source
        try:
            self.expression = feel.compile(body)
        except feel.SyntaxError_ as error:
            self.error = str(error)
            self.position = getattr(error, "position", None)

    @property
    def reads(self) -> frozenset[str]:
        """Names of the variables it reads."""
        return frozenset() if self.expression is None else frozenset(self.expression.reads)

    @property
    def doubts(self) -> tuple[tuple[str, str, int], ...]:
        """What will surely be null in it: rule, message, character."""
        return () if self.expression is None else self.expression.doubts

    def evaluate(
        self, variables: Mapping[str, Any], now: datetime, budget: feel.Budget | None = None
    ) -> tuple[Any, str]:
        """Return the FEEL value, and the warnings of the evaluation as one text.

        Raises ValueError when an assertion in it does not hold.
        """
        if self.expression is None:
            return self.literal, ""
        result = self.expression.evaluate(variables, now=now, budget=budget)
        for warning in result.warnings:
            if warning.code == "ASSERT_FAILURE":
                raise ValueError(warning.message)
        return result.value, "; ".join(warning.message for warning in result.warnings)

    def constant(self, now: datetime) -> Any:
        """Return the JSON value without any variables; raises ValueError with the reason."""
        try:
            value, _ = self.evaluate({}, now)
            return feel.to_json(value)
        except (ArithmeticError, TypeError, LookupError, RecursionError) as error:
            raise ValueError(str(error)) from error

    def __repr__(self) -> str:
        return f"Formula({self.source!r})"


def expression_attribute(source: str | None, *, always: bool = False) -> ExpressionAttribute | None:
    """Make a formula of an attribute, None when it is absent or blank."""
    if source is None or not source.strip():
        return None
    return ExpressionAttribute(source.strip(), always=always)
