"""What expressions in a form see and answer. A failing expression answers null, never an error."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from engine import feel
from engine.forms.fields import MISSING, Field, Option, dig, is_expression, option_of


class Scope:
    """Variables under the values typed so far; rows of a dynamic list add their own on top."""

    def __init__(self, values: Mapping[str, Any], now: datetime | None) -> None:
        """Take everything an expression may read, and the time it calls now."""
        self.values = values
        self.now = now

    def row(self, values: Mapping[str, Any], index: int) -> "Scope":
        """Return the scope inside a row (`this`, `i` from 1 and `parent` as in form-js)."""
        inner = {**self.values, **values, "this": values, "i": index + 1, "parent": self.values}
        return Scope(inner, self.now)

    def compute(self, text: str) -> Any:
        """Return the JSON value of a FEEL text, with or without its leading "="."""
        source = text.strip().removeprefix("=").strip()
        try:
            return feel.to_json(feel.evaluate(source, self.values, now=self.now).value)
        except feel.BudgetExceeded:
            return None

    def resolve(self, value: Any) -> Any:
        """Return `value`, computed when it is an expression."""
        return self.compute(value) if is_expression(value) else value

    def true(self, condition: Any) -> bool:
        """Whether a flag or condition holds; null does not."""
        return (self.compute(condition) if isinstance(condition, str) else condition) is True

    def hides(self, component: Field) -> bool:
        """Whether the component's condition hides it."""
        return bool(component.hide_condition) and self.true(component.hide_condition)

    def locks(self, component: Field) -> bool:
        """Whether people may look at the value but not change it."""
        return self.true(component.disabled) or self.true(component.readonly)

    def options(self, component: Field) -> tuple[Option, ...]:
        """Return the choices: fixed ones, those of a variable, or computed ones."""
        if component.values_expression:
            found = self.compute(component.values_expression)
        elif component.values_key:
            found = dig(self.values, tuple(component.values_key.split(".")))
        else:
            return component.options
        if found is MISSING or not isinstance(found, list):
            return ()
        return tuple(option for value in found if (option := option_of(value)) is not None)
