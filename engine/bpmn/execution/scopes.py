"""Variables by scope: read from the nearest scope up, written where the name already lives."""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from engine.bpmn.execution.fault import Fault

_MISSING = object()


class Scopes:
    """Variables of one instance, copied on the first write of a step; tracks what changed."""

    def __init__(self, stored: Mapping[str, dict[str, Any]]) -> None:
        """Take the scopes of a state; they are not changed in place."""
        self._scopes: dict[str, dict[str, Any]] = dict(stored)
        self._mine: set[str] = set()
        self._before = stored
        self.written: dict[tuple[int, str], Any] = {}
        # Name → (scope, create or update), since conditions were looked at.
        self.changed: dict[str, set[tuple[int, str]]] = {}
        self.most = 0  # bytes that all may take together, while the engine itself writes
        self._grown = self._room = 0
        self._sizes: dict[int, tuple[Any, int]] = {}

    def local(self, key: int) -> dict[str, Any]:
        """Return the variables of one scope."""
        return self._scopes.get(str(key), {})

    def has(self, key: int, name: str) -> bool:
        """Return whether a scope has its own variable of this name."""
        return name in self._scopes.get(str(key), ())

    def put(self, key: int, name: str, value: Any) -> None:
        """Write a variable into exactly this scope; a fault if all were too large with it."""
        if self.most:
            self._weigh(value)
        text = str(key)
        if text not in self._mine:
            self._scopes[text] = dict(self._scopes.get(text, {}))
            self._mine.add(text)
        how = "update" if name in self._scopes[text] else "create"
        self.changed.setdefault(name, set()).add((key, how))
        self._scopes[text][name] = value
        self.written[key, name] = value

    def _weigh(self, value: Any) -> None:
        """Look at everything only when enough was written since to matter."""
        size = self.size(value)
        self._grown += size
        if self._grown <= self._room:
            return
        total = size + len(json.dumps(list(self._scopes.values()), ensure_ascii=False).encode())
        if total > self.most:
            message = f"The variables would take {total} bytes, not {self.most}."
            raise Fault("IO_MAPPING_ERROR", message)
        self._room = self._grown + self.most - total

    def size(self, value: Any) -> int:
        """Return how many bytes a value takes as JSON, about; a large one is measured once."""
        if isinstance(value, str):
            return len(value) if value.isascii() else len(value.encode())
        if not isinstance(value, list | dict):
            return 8
        known = self._sizes.get(id(value))  # a loop may write one value many times
        if known is None:
            size = len(json.dumps(value, ensure_ascii=False).encode())
            known = self._sizes[id(value)] = (value, size)
        return known[1]

    def drop(self, key: int) -> Iterator[str]:
        """Remove a scope; return the names a reader of the database knows."""
        self._scopes.pop(str(key), None)
        for scope, name in list(self.written):
            if scope == key:
                del self.written[scope, name]
        yield from self._before.get(str(key), {})

    def stored(self) -> dict[str, dict[str, Any]]:
        """Return the scopes for the next state."""
        return self._scopes


class VisibleVariables(Mapping[str, Any]):
    """The variables seen from a token: a chain of scopes, innermost first."""

    __slots__ = ("_layers",)

    def __init__(self, layers: Iterable[Mapping[str, Any]]) -> None:
        """Take the scopes, innermost first."""
        self._layers = [layer for layer in layers if layer]

    def __getitem__(self, name: str) -> Any:
        for layer in self._layers:
            value = layer.get(name, _MISSING)
            if value is not _MISSING:
                return value
        raise KeyError(name)

    def __contains__(self, name: object) -> bool:
        return any(name in layer for layer in self._layers)

    def __iter__(self) -> Iterator[str]:
        return iter(self.flat())

    def __len__(self) -> int:
        return len(self.flat())

    def flat(self) -> dict[str, Any]:
        """Return all visible variables as one dictionary."""
        answer: dict[str, Any] = {}
        for layer in reversed(self._layers):
            answer.update(layer)
        return answer


def nested(base: Any, path: tuple[str, ...], value: Any) -> Any:
    """Return `base` with the leaf at `path` set; `base` itself stays as it is."""
    if not path:
        return value
    copy = dict(base) if isinstance(base, dict) else {}
    copy[path[0]] = nested(copy.get(path[0]), path[1:], value)
    return copy
