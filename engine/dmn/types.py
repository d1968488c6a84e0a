"""Item definitions: which values a declared type takes, and the conversions DMN makes.

DMN 1.5, 10.3.2.9.4: a value becomes a list of one, a list of one becomes its value, a date becomes
a date and time; what does not conform then is null. Null conforms to every type.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from threading import RLock
from typing import Any

from engine import feel
from engine.dmn.elements import ItemDefinition
from engine.dmn.language import Tests, is_kind, kind_of, say, to_kind

BASIC = frozenset(
    {
        "Any",
        "number",
        "string",
        "boolean",
        "date",
        "time",
        "date and time",
        "days and time duration",
        "years and months duration",
        "context",
        "list",
        "function",
        "range",
    }
)
_DEPTH = 50
Check = Callable[[Any], bool]


@dataclass(frozen=True, slots=True)
class Type:
    """A resolved type: one of BASIC, a list, a context with entries, or a function."""

    name: str  # for messages
    basic: str = "Any"
    item: "Type | None" = None
    entries: Mapping[str, "Type"] | None = None
    parameters: tuple["Type", ...] | None = None
    result: "Type | None" = None
    checks: tuple[tuple[Check, str], ...] = ()  # constraints and how they are written

    def problem(self, value: Any) -> str | None:
        """Return why the value is not of this type; None when it is."""
        if value is None or (self.basic == "Any" and not self.checks):
            return None
        return self._shape(value) or self._constraint(value)

    def _shape(self, value: Any) -> str | None:
        if not is_kind(value, self.basic):
            return f"{say(value)} is a {kind_of(value)}, not a {self.basic}"
        if self.item is not None:
            return self._first(self.item.problem(each) for each in value)
        if self.entries is not None:
            return self._first(self._entry(value, name) for name in self.entries)
        return None

    def _entry(self, value: Mapping[str, Any], name: str) -> str | None:
        if name not in value:
            return f"the entry {name!r} is missing"
        inner = (self.entries or {})[name].problem(value[name])
        return inner and f"{name}: {inner}"

    def _constraint(self, value: Any) -> str | None:
        for check, written in self.checks:
            if not check(value):
                return f"{say(value)} is not one of the allowed values ({written})"
        return None

    @staticmethod
    def _first(problems: Iterable[str | None]) -> str | None:
        return next((problem for problem in problems if problem), None)

    def convert(self, value: Any) -> tuple[Any, str | None]:
        """Return the value as this type, or null and the reason."""
        problem = self.problem(value)
        if problem is None:
            return value, None
        for other in self._conversions(value):
            if self.problem(other) is None:
                return other, None
        return None, problem

    def _conversions(self, value: Any) -> Iterable[Any]:
        if self.basic == "list":
            if not isinstance(value, list):
                yield [value]
        elif isinstance(value, list) and len(value) == 1:
            yield value[0]
        else:
            yield to_kind(value, self.basic)

    def for_feel(self) -> Any:
        """Return the type as FEEL takes it, without its constraints."""
        if self.item is not None:
            return ("list", self.item.for_feel())
        if self.entries is not None:
            return ("context", {name: kind.for_feel() for name, kind in self.entries.items()})
        if self.parameters is not None:
            result = self.result.for_feel() if self.result else "Any"
            return ("function", tuple(each.for_feel() for each in self.parameters), result)
        return self.basic

    def from_outside(self, value: Any) -> tuple[Any, str | None]:
        """Return JSON as this type: text in ISO form is read where a date or duration is due."""
        return self.convert(self.read(value))

    def read(self, value: Any) -> Any:
        """Return JSON with text in ISO form read where this type wants a date or a duration."""
        if self.item is not None and isinstance(value, list):
            return [self.item.read(each) for each in value]
        if self.entries is not None and isinstance(value, dict):
            known = self.entries
            return {k: known[k].read(v) if k in known else v for k, v in value.items()}
        if isinstance(value, str) and self.basic not in ("Any", "string"):
            parsed = feel_literal(value, self.basic)
            return value if parsed is None else parsed
        return value


def feel_literal(text: str, kind: str) -> Any:
    """Return the date, time or duration written in `text`, or None."""
    if kind not in _READERS:
        return None
    return feel.evaluate(f"{_READERS[kind]}(text)", {"text": text}).value


_READERS = {
    "date": "date",
    "time": "time",
    "date and time": "date and time",
    "days and time duration": "duration",
    "years and months duration": "duration",
}
ANY = Type("Any")


class Types:
    """The types of one file, by name; imported ones as `prefix.name`."""

    def __init__(
        self, items: Iterable[ItemDefinition], imported: Mapping[str, "Types"] | None = None
    ) -> None:
        """Take the item definitions and the types of imported files by prefix."""
        self._items = {item.name: item for item in items}
        self._imported = dict(imported or {})
        self._known: dict[str, Type] = {name: Type(name, name) for name in BASIC}
        self._known["list"] = Type("list", "list")
        self._building: set[str] = set()
        self._lock = RLock()
        self._for_feel: dict[str, Any] | None = None
        self.unknown: set[str] = set()

    def get(self, name: str) -> Type:
        """Return the type of this name; an unknown name is Any (and noted in `unknown`)."""
        if not name:
            return ANY
        if name not in self._known:
            with self._lock:
                self._known[name] = self._resolve(name)
        return self._known[name]

    def names(self) -> list[str]:
        """Return the names of the own types, and `prefix.name` of imported ones."""
        imported = [
            f"{prefix}.{name}" if prefix else name
            for prefix, types in self._imported.items()
            for name in types.names()
        ]
        return [*self._items, *imported]

    def for_feel(self) -> Mapping[str, Any]:
        """Return the own and imported types as FEEL takes them, without their constraints."""
        if self._for_feel is None:
            self._for_feel = {name: self.get(name).for_feel() for name in self.names()}
        return self._for_feel

    def _resolve(self, name: str) -> Type:
        item = self._items.get(name)
        if item is not None:
            if name in self._building or len(self._building) > _DEPTH:
                return ANY  # a type that contains itself
            self._building.add(name)
            try:
                return self._build(item)
            finally:
                self._building.discard(name)
        for prefix, types in self._imported.items():
            rest = name.removeprefix(f"{prefix}.") if prefix else name
            if (rest != name or not prefix) and rest in types.names():
                return types.get(rest)
        found = self._written(name)
        if found is None:
            self.unknown.add(name)
        return found or ANY

    def _written(self, name: str) -> Type | None:
        """A type as FEEL writes it: list<number>, range<date>."""
        head, bracket, rest = name.partition("<")
        if not bracket or not rest.endswith(">"):
            return None
        inner = rest[:-1].strip()
        if head.strip() == "list":
            return Type(name, "list", item=self.get(inner))
        return Type(name, head.strip()) if head.strip() in BASIC else None

    def _build(self, item: ItemDefinition) -> Type:
        base = self._base(item)
        if item.allowed:
            base = replace(base, checks=(*base.checks, (_tests(item.allowed), item.allowed)))
        if item.collection:
            base = Type(item.name, "list", item=base)
        if item.constraint:
            check = (_tests(item.constraint), item.constraint)
            base = replace(base, checks=(*base.checks, check))
        return base

    def _base(self, item: ItemDefinition) -> Type:
        if item.parameters is not None:
            return Type(
                item.name,
                "function",
                parameters=tuple(self.get(each.type_ref) for each in item.parameters),
                result=self.get(item.result),
            )
        if item.components:
            entries = {part.name: self._build(part) for part in item.components}
            return Type(item.name, "context", entries=entries)
        return replace(self.get(item.type_ref), name=item.name)


def _tests(text: str) -> Check:
    tests: list[Tests] = []

    def check(value: Any) -> bool:
        if not tests:
            tests.append(Tests(text))
        return tests[0].matches(value, {})

    return check
