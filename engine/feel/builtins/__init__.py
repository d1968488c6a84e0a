"""The built-in functions: one table of signatures drives calls, coercion and the reference."""

from collections.abc import KeysView

from engine.feel.builtins import (
    camunda,
    contexts,
    conversion,
    lists,
    numbers,
    ranges,
    statistics,
    strings,
    temporals,
)
from engine.feel.signature import BuiltIn

BUILTINS: dict[str, BuiltIn] = {}
for _module in (
    conversion,
    strings,
    lists,
    statistics,
    numbers,
    temporals,
    ranges,
    contexts,
    camunda,
):
    for _name, _overloads in _module.FUNCTIONS.items():
        BUILTINS.setdefault(_name, BuiltIn(_name)).overloads.extend(_overloads)

__all__ = ["BUILTINS", "BuiltIn"]


def names() -> KeysView[str]:
    """Return the names of all built-ins."""
    return BUILTINS.keys()
