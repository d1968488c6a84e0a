"""The requirement graph over a file and its imports: finding elements, refusing broken graphs."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from engine.dmn.elements import (
    DecisionElement,
    Definitions,
    Drg,
    InputData,
    Knowledge,
    Ref,
    Service,
)
from engine.model import Problem


@dataclass(frozen=True, slots=True)
class ResolvedReference:
    """An element, the file it stands in, and the import prefix it is seen under."""

    graph: "Graph"
    element: Drg
    prefix: str | None = None  # None: of the own file (or imported without a name)


class Graph:
    """The elements of one file, and of those it imports."""

    def __init__(self, definitions: Definitions, imports: Mapping[str, "Graph"]) -> None:
        """Take the file and the graphs of the files it imports, by namespace."""
        self.definitions = definitions
        self.imports = dict(imports)
        self.prefixes = {item.namespace: item.name or None for item in definitions.imports}
        self._names: dict[str, Drg] = {}
        for element in definitions.elements.values():
            self._names.setdefault(element.name, element)

    def find(self, ref: Ref) -> ResolvedReference | None:
        """Return what a reference of this file means."""
        if not ref.namespace:
            element = self.definitions.elements.get(ref.id)
            return ResolvedReference(self, element) if element is not None else None
        graph = self.imports.get(ref.namespace)
        element = graph.definitions.elements.get(ref.id) if graph else None
        if graph is None or element is None:
            return None
        return ResolvedReference(graph, element, self.prefixes.get(ref.namespace))

    def named(self, id_or_name: str) -> ResolvedReference | None:
        """Return the element with this id, else with this name, else of an unnamed import."""
        element = self.definitions.elements.get(id_or_name) or self._names.get(id_or_name)
        if element is not None:
            return ResolvedReference(self, element)
        for space, graph in self.imports.items():
            if self.prefixes.get(space) is None and (found := graph.named(id_or_name)):
                return found
        return None

    def required(self, element: Drg) -> Iterator[ResolvedReference]:
        """Return what an element needs (references that lead nowhere left out)."""
        for ref in references(element):
            found = self.find(ref)
            if found is not None:
                yield found

    def problems(self) -> list[Problem]:
        """Return references that lead nowhere or to the wrong kind, and cycles."""
        found = [
            problem
            for element in self.definitions.elements.values()
            for problem in self._references(element)
        ]
        return found or list(self._cycles())

    def _references(self, element: Drg) -> Iterator[Problem]:
        for ref, kind in _expected(element):
            target = self.find(ref)
            if target is None:
                space = f" in {ref.namespace}" if ref.namespace else ""
                yield Problem(
                    f"{element.name!r} requires {ref.id!r}{space}, which does not exist.",
                    element=element.id,
                    rule="dmn-reference",
                    hint="Draw the requirement again, or remove it.",
                )
            elif not isinstance(target.element, kind):
                yield Problem(
                    f"{element.name!r} requires {target.element.name!r}, which is another kind.",
                    element=element.id,
                    rule="dmn-reference",
                    hint="Connect it with the arrow for its kind.",
                )

    def _cycles(self) -> Iterator[Problem]:
        done: set[str] = set()
        for start in self.definitions.elements.values():
            path = self._cycle_from(start, done)
            if path:
                names = " → ".join(element.name for element in path)
                yield Problem(
                    f"Requirements go in a circle: {names}.",
                    element=path[0].id,
                    rule="dmn-cycle",
                    hint="Remove one of these arrows.",
                )
                return

    def _cycle_from(self, start: Drg, done: set[str]) -> list[Drg]:
        """Return a circle reachable from `start`; without recursion, as files may be long."""
        path: list[Drg] = []
        stack: list[tuple[Drg, Iterator[Drg]]] = [(start, self._next(start))]
        open_ids = {start.id}
        path.append(start)
        while stack:
            element, successors = stack[-1]
            target = next(successors, None)
            if target is None:
                stack.pop()
                path.pop()
                open_ids.discard(element.id)
                done.add(element.id)
            elif target.id in open_ids:
                return [*path[path.index(target) :], target]
            elif target.id not in done:
                stack.append((target, self._next(target)))
                open_ids.add(target.id)
                path.append(target)
        return []

    def _next(self, element: Drg) -> Iterator[Drg]:
        """Return the own-file elements needed; a service is a border, recursion is fine."""
        if isinstance(element, Service):
            return
        for found in self.required(element):
            recursive = isinstance(element, Knowledge) and found.element is element
            if found.graph is self and not recursive:
                yield found.element


def references(element: Drg) -> Iterator[Ref]:
    """Return everything an element refers to."""
    return (ref for ref, _ in _expected(element))


def _expected(element: Drg) -> Iterator[tuple[Ref, type | tuple[type, ...]]]:
    callable_kinds = (Knowledge, Service)
    if isinstance(element, DecisionElement):
        yield from ((ref, DecisionElement) for ref in element.decisions)
        yield from ((ref, InputData) for ref in element.inputs)
        yield from ((ref, callable_kinds) for ref in element.knowledge)
    elif isinstance(element, Knowledge):
        yield from ((ref, callable_kinds) for ref in element.knowledge)
    elif isinstance(element, Service):
        decisions = (*element.outputs, *element.encapsulated, *element.decisions)
        yield from ((ref, DecisionElement) for ref in decisions)
        yield from ((ref, InputData) for ref in element.inputs)
