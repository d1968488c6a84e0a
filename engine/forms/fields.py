"""A component of a form as the parser leaves it: values only."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

MISSING: Any = object()  # nobody sent this value
NOTHING: Mapping[str, Any] = MappingProxyType({})


UNREAD = "unread"  # what was typed; beside it "rule" and "hint"


@dataclass(frozen=True, slots=True)
class Option:
    """One choice; `value` is any JSON, `label` what people read."""

    value: Any
    label: str


@dataclass(frozen=True, slots=True)
class Field:
    """One component. Texts and limits may be FEEL (they start with "="); `path` leads to the value.

    `path` starts at the form, or at the row for children of a dynamic list.
    """

    key: str
    path: tuple[str, ...]
    type: str
    id: str = ""
    label: str = ""
    description: str = ""
    required: bool = False
    options: tuple[Option, ...] = ()
    values_key: str = ""
    values_expression: str = ""
    min: Any = None
    max: Any = None
    min_length: Any = None
    max_length: Any = None
    pattern: str = ""
    validation: str = ""  # "email", "phone" or "custom"
    readonly: bool | str = False
    disabled: bool | str = False
    hide_condition: str = ""
    default: Any = None
    columns: int | None = None
    children: tuple["Field", ...] = ()
    settings: Mapping[str, Any] = field(default_factory=lambda: NOTHING)

    @property
    def is_list(self) -> bool:
        """Whether it repeats its children, a row each."""
        return self.type == "dynamiclist"

    def expressions(self) -> Iterator[str]:
        """Return every FEEL source in it, without the leading "="."""
        texts = (
            self.label,
            self.description,
            self.hide_condition,
            self.values_expression,
            self.readonly,
            self.disabled,
            self.min,
            self.max,
            self.min_length,
            self.max_length,
            *(self.settings.get(name) for name in EXPRESSION_SETTINGS),
            *self._translations(),
        )
        for text in texts:
            if is_expression(text):
                yield str(text)[1:].strip()

    def _translations(self) -> Iterator[Any]:
        """Return its texts in other languages: properties such as "label.fa"."""
        properties = self.settings.get("properties")
        yield from properties.values() if isinstance(properties, Mapping) else ()


EXPRESSION_SETTINGS = (
    "text",
    "content",
    "source",
    "alt",
    "url",
    "dataSource",
    "columnsExpression",
    "expression",
    "prefix",
    "suffix",
)


def is_expression(text: object) -> bool:
    """Whether form-js would compute it."""
    return isinstance(text, str) and text.lstrip().startswith("=")


def option_of(value: Any) -> Option | None:
    """Return the option a JSON value stands for: {value, label} or a plain value."""
    if isinstance(value, Mapping):
        if "value" not in value:
            return None
        return Option(value["value"], str(value.get("label") or value["value"]))
    return None if value is None else Option(value, str(value))


def unread(typed: Any, rule: str, hint: str = "") -> dict[str, Any]:
    """Return the raw value of a field whose typed text a page could not read, and why.

    It is JSON, so that a draft keeps it, and is shown again as it was typed.
    """
    return {UNREAD: typed, "rule": rule, "hint": hint}


def is_unread(value: Any) -> bool:
    """Whether a raw value is one that a page could not read."""
    return isinstance(value, Mapping) and UNREAD in value


def token(value: Any) -> str:
    """Return the text that stands for a choice in a page; strings stand for themselves."""
    return value if isinstance(value, str) else json.dumps(value, sort_keys=True)


def dig(values: Any, path: tuple[str, ...]) -> Any:
    """Return the value at `path`, or MISSING."""
    for name in path:
        if not isinstance(values, Mapping) or name not in values:
            return MISSING
        values = values[name]
    return values


def put(values: dict[str, Any], path: tuple[str, ...], value: Any) -> None:
    """Write `value` at `path`, making the objects on the way."""
    for name in path[:-1]:
        inner = values.get(name)
        values[name] = dict(inner) if isinstance(inner, Mapping) else {}
        values = values[name]
    values[path[-1]] = value


def merge(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    """Return `below` with `above` on top; objects are merged, anything else is replaced."""
    merged = dict(below)
    for name, value in above.items():
        old = merged.get(name)
        both = isinstance(old, Mapping) and isinstance(value, Mapping)
        merged[name] = merge(old, value) if both and isinstance(old, Mapping) else value
    return merged
