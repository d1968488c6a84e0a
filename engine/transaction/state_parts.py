"""The state of an instance as it is stored: whole, or for a wide one a base and parts.

A multi-instance activity of a thousand items has a thousand tokens in one scope, and a step touches
one of them. Where a scope has many children they are kept in parts of a few each; the base lists
their keys. A step is tried with the one part it is about; if the core meets a token of another, it
says `Folded`, and is asked again with the whole state.
"""

from collections.abc import Callable, Iterable
from itertools import accumulate, pairwise
from typing import Any

from engine.store.types import dumps

WIDE = 96  # children of one scope, from which on they are kept in parts
PART = 24

State = dict[str, Any]
Keys = dict[int, list[int]]  # tokens of a part by the scope they are in
Read = Callable[[list[int]], Iterable[tuple[int, State]]]


class StoredState:
    """A state in memory, with the parts that have been read."""

    def __init__(self, base: State, read: Read | None = None) -> None:
        """Take a base as `text` wrote it, and what reads parts by their numbers."""
        self._read = read
        stored = base.pop("parts", {})
        self._known = {int(n): _unpacked(packed) for n, (_, packed) in stored.items()}
        self._sizes: dict[int, int] = {int(n): size for n, (size, _) in stored.items()}
        self._open: dict[int, State] = {}
        self._state = base
        if self._known:
            base["folded"] = dict(self._known)

    def load_around(self, key: int = 0) -> State:
        """Return the state with everything around a token; parts that are far stay folded."""
        while key and "folded" in self._state:
            self._unfold([n for n, keys in self._state["folded"].items() if _has(keys, key)])
            token = self._state["tokens"].get(str(key))
            key = token["p"] if token else 0
        return self._state

    def load_all(self) -> State:
        """Return the state with all its parts."""
        if "folded" in self._state:
            self._unfold(list(self._state["folded"]))
            tokens = sorted(self._state["tokens"].items(), key=lambda item: int(item[0]))
            self._state = self._state | {"tokens": dict(tokens)}
        return self._state

    def replace(self, state: State) -> None:
        """Take what a step made of it."""
        self._state = state

    def written(self) -> tuple[str, dict[int, str], list[int]]:
        """Return the base as text, the parts that changed as texts, and the parts to drop."""
        if not self._known and len(self._state.get("tokens", ())) < WIDE:
            return dumps(self._state), {}, []
        folding = Folding(self._state, self._open, max(self._known, default=0))
        parts, dropped = folding.parts, [n for n in self._known if n not in folding.parts]
        texts = {number: dumps(folding.at_hand[number]) for number in folding.changed}
        self._known, self._open = parts, folding.at_hand
        self._sizes |= {number: len(part) for number, part in texts.items()}
        base = {name: value for name, value in self._state.items() if name != "folded"}
        base |= {"tokens": folding.tokens, "scopes": folding.scopes}
        if parts:
            base["parts"] = {n: [self._sizes[n], _packed(keys)] for n, keys in parts.items()}
        return dumps(base), texts, dropped

    def folded_size(self) -> int:
        """Return the characters of all parts as they are stored."""
        return sum(self._sizes[number] for number in self._known)

    def _unfold(self, numbers: list[int]) -> None:
        if not numbers or self._read is None:
            return
        tokens, scopes = dict(self._state["tokens"]), dict(self._state["scopes"])
        for number, part in self._read(numbers):
            self._open[number] = part
            tokens |= part["tokens"]
            scopes |= part["scopes"]
        folded = {n: keys for n, keys in self._state["folded"].items() if n not in numbers}
        self._state = self._state | {"tokens": tokens, "scopes": scopes, "folded": folded}
        if not folded:
            del self._state["folded"]


class Folding:
    """Divides a state into a base and parts; what did not change is not written again."""

    def __init__(self, state: State, opened: dict[int, State], last: int) -> None:
        """Fold the parts that were open, then every scope of the base that has become wide."""
        self.tokens: State = dict(state["tokens"])
        self.scopes: State = dict(state["scopes"])
        self.parts: dict[int, Keys] = dict(state.get("folded", {}))
        self.at_hand: dict[int, State] = {}  # parts in memory
        self.changed: list[int] = []
        # Joins and conditions are looked at in every step: what they are in is never folded.
        self._busy = {str(key) for name in ("holds", "watchers") for key in state.get(name, ())}
        self._children: dict[int, list[str]] = {}
        for key, raw in self.tokens.items():
            self._children.setdefault(raw["p"], []).append(key)
        for number, part in opened.items():
            self._fold_again(number, part)
        self._fold_wide(last)

    def _fold_again(self, number: int, before: State) -> None:
        mine = self._trees(key for key in before["tokens"] if key in self.tokens)
        if not mine or self._busy.intersection(mine):
            return
        part = self._take(number, mine)
        same = all(_same(part[what], before[what]) for what in ("tokens", "scopes"))
        if not same:
            self.changed.append(number)

    def _fold_wide(self, last: int) -> None:
        for keys in self._children.values():
            trees = [self._trees([key]) for key in keys if key in self.tokens]
            far = [tree for tree in trees if not self._busy.intersection(tree)]
            if len(far) < WIDE:
                continue
            for start in range(0, len(far), PART):
                last += 1
                self._take(last, [key for tree in far[start : start + PART] for key in tree])
                self.changed.append(last)

    def _trees(self, roots: Iterable[str]) -> list[str]:
        """Return tokens with all that is in them."""
        found = dict.fromkeys(roots)
        following = list(found)
        while following:
            inside = self._children.get(int(following.pop()), ())
            fresh = [key for key in inside if key not in found and key in self.tokens]
            found.update(dict.fromkeys(fresh))
            following += fresh
        return list(found)

    def _take(self, number: int, keys: Iterable[str]) -> State:
        part: State = {"tokens": {}, "scopes": {}}
        for key in sorted(keys, key=int):
            part["tokens"][key] = self.tokens.pop(key)
            if key in self.scopes:
                part["scopes"][key] = self.scopes.pop(key)
        self.parts[number] = _keys(part["tokens"])
        self.at_hand[number] = part
        return part


def _same(now: State, before: State) -> bool:
    """What a step did not touch is the same object as before."""
    return now.keys() == before.keys() and all(now[key] is before[key] for key in now)


def _keys(tokens: State) -> Keys:
    answer: Keys = {}
    for key, raw in tokens.items():
        answer.setdefault(raw["p"], []).append(int(key))
    return answer


def _has(keys: Keys, key: int) -> bool:
    return any(key in some for some in keys.values())


def _packed(keys: Keys) -> dict[int, list[int]]:
    """Write keys as the first and the steps to the next."""
    return {scope: [some[0], *(b - a for a, b in pairwise(some))] for scope, some in keys.items()}


def _unpacked(packed: dict[str, list[int]]) -> Keys:
    return {int(scope): list(accumulate(steps)) for scope, steps in packed.items()}
