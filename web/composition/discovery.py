"""Finds what packages contribute: one typed constant each, doubles refused."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from importlib import import_module
from importlib.util import find_spec
from pkgutil import iter_modules
from types import ModuleType
from typing import Any, TypeVar

T = TypeVar("T")


class Double(Exception):
    """Two packages contribute something of the same name."""


def modules(package: str) -> Iterator[ModuleType]:
    """Import and return the modules and packages directly in a package, by name."""
    if find_spec(package) is None:
        return
    parent = import_module(package)
    for found in sorted(iter_modules(parent.__path__), key=lambda each: each.name):
        if found.name == "__main__":
            continue
        yield import_module(f"{package}.{found.name}")


def constants(packages: Iterable[str], name: str, kind: type[T]) -> dict[str, T]:
    """Return the constants `name` of the packages and of what is directly in them, by module.

    Raises TypeError for a constant of another type.
    """
    found: dict[str, T] = {}
    for package in packages:
        here = [import_module(package)] if find_spec(package) else []
        for module in (*here, *modules(package)):
            value = vars(module).get(name)
            if value is None:
                continue
            if not isinstance(value, kind):
                raise TypeError(f"{module.__name__}.{name} is no {kind.__name__}")
            found[module.__name__] = value
    return found


def merged(parts: Iterable[tuple[str, Mapping[str, T]]], what: str) -> dict[str, T]:
    """Return one mapping of all parts; raises Double for a key that two of them have."""
    whole: dict[str, T] = {}
    origin: dict[str, str] = {}
    for place, part in parts:
        for key, value in part.items():
            if key in whole:
                raise Double(f"{what} '{key}' is in {origin[key]} and in {place}")
            whole[key], origin[key] = value, place
    return whole


def unique(items: Iterable[tuple[str, T]], name: Callable[[T], Any], what: str) -> list[T]:
    """Return the items; raises Double where two have one name."""
    return list(merged(((place, {name(item): item}) for place, item in items), what).values())
