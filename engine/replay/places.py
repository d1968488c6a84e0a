"""Where an element instance is: its path from the process down, alike in two runs of one case."""

from collections import Counter

from engine.model import Step

Path = tuple[tuple[str, int], ...]  # (element id, which activation or loop index), outermost first
_BODY = "MULTI_INSTANCE_BODY"


class Places:
    """The paths of the element instances of one run."""

    def __init__(self, root: int) -> None:
        """Begin with the process itself."""
        self._paths: dict[int, Path] = {root: ()}
        self._begun: Counter[tuple[Path, str]] = Counter()
        self._bodies: set[int] = set()

    def note(self, step: Step) -> None:
        """Take the element instances that a step began."""
        loops = {v.scope_key: v.value for v in step.variables if v.name == "loopCounter"}
        for element in step.elements:
            if element.key in self._paths:
                continue
            around = self._paths.get(element.scope_key, ())
            self._begun[around, element.element_id] += 1
            number = self._begun[around, element.element_id]
            if element.scope_key in self._bodies:  # items may begin in another order
                number = loops.get(element.key, number)
            if element.type == _BODY:
                self._bodies.add(element.key)
            self._paths[element.key] = (*around, (element.element_id, number))

    def path(self, key: int) -> Path:
        """Return where an element instance is, () for the process itself."""
        return self._paths.get(key, ())

    def key(self, path: Path) -> int | None:
        """Return the element instance of a path, None if this run never came there."""
        return next((key for key, known in self._paths.items() if known == path), None)
