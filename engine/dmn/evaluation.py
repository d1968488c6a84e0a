"""Evaluates the elements of the requirement graph: decisions, knowledge models, services."""

from collections.abc import Iterable, Mapping
from typing import Any

from engine import feel
from engine.dmn.compiler import BoxedCompiler
from engine.dmn.elements import (
    BoxedContext,
    DecisionElement,
    DecisionTable,
    Drg,
    InputData,
    ItemDefinition,
    Knowledge,
    LiteralExpression,
    Service,
)
from engine.dmn.functions import make_function
from engine.dmn.graph import Graph, ResolvedReference
from engine.dmn.language import ScopeNames
from engine.dmn.run import DecisionRun, Env, Evaluator, Trace
from engine.dmn.texts import nothing
from engine.dmn.types import Type, Types

DEPTH = 50  # calls of functions within each other
_KINDS = {DecisionTable: "DECISION_TABLE", LiteralExpression: "LITERAL_EXPRESSION"}


class Unit:
    """One file ready to evaluate; compiles what is asked for, once. Safe to share by threads."""

    def __init__(self, graph: Graph, imports: Mapping[str, "Unit"]) -> None:
        """Take the graph of the file and the units of the imported files, by namespace."""
        self.graph = graph
        self.imports = dict(imports)
        self.types: Types = Types(
            graph.definitions.items,
            {graph.prefixes.get(space) or "": unit.types for space, unit in imports.items()},
        )
        self.members = self._members()
        self._logic: dict[str, tuple[Evaluator, frozenset[str]]] = {}

    def of(self, graph: Graph) -> "Unit":
        """Return the unit a found element stands in."""
        if graph is self.graph:
            return self
        return next(unit for unit in self.imports.values() if unit.graph is graph)

    def value(self, element: Drg, run: DecisionRun) -> Any:
        """Return the value of an element; what it needs comes first, each once in a run."""
        stack: list[tuple[Unit, Drg]] = [(self, element)]
        while stack:
            unit, each = stack[-1]
            key = (id(unit), each.id)
            waiting = [] if key in run.memo else unit._waiting(each, run)
            if waiting:
                stack.extend(waiting)
                continue
            if key not in run.memo:
                run.memo[key] = unit._compute(each, run)
            stack.pop()
        return run.memo[(id(self), element.id)]

    def _waiting(self, element: Drg, run: DecisionRun) -> list[tuple["Unit", Drg]]:
        """Return the required decisions that are not computed yet."""
        if not isinstance(element, DecisionElement):
            return []
        required = (
            (self.of(found.graph), found.element)
            for found in self.graph.required(element)
            if isinstance(found.element, DecisionElement)
        )
        return [(unit, each) for unit, each in required if (id(unit), each.id) not in run.memo]

    def _compute(self, element: Drg, run: DecisionRun) -> Any:
        if isinstance(element, InputData):
            return self._input(element, run)
        if isinstance(element, DecisionElement):
            return self._decision(element, run)
        if isinstance(element, Knowledge):
            return self._knowledge(element, run)
        return self._service(element, run)

    def _input(self, element: InputData, run: DecisionRun) -> Any:
        given = run.variables
        names = (f"{{{self.graph.definitions.namespace}}}{element.variable}", element.variable)
        name = next((name for name in (*names, element.name) if name in given), None)
        value, problem = self.types.get(element.type_ref).from_outside(given.get(name or ""))
        if problem:
            run.fail(f"input {element.name!r}: {problem}.")
        return value

    def _decision(self, element: DecisionElement, run: DecisionRun) -> Any:
        kind = _KINDS.get(type(element.logic), "UNKNOWN") if element.logic else "UNKNOWN"
        trace = Trace(element.id, element.name, kind)
        needed = self._needed(element, run)
        run.current.append(trace)
        try:
            variables = {**run.variables, **needed}
            node, reads = self.logic(element)
            trace.reads = {
                name: variables[name]
                for name in sorted(reads & variables.keys())
                if not isinstance(variables[name], feel.Function)
            }
            value, problem = self.types.get(element.type_ref).convert(node(Env(variables, run)))
            if problem:
                run.fail(f"its result is not a {element.type_ref}: {problem}.")
            trace.output = value
        finally:
            run.current.pop()
            run.traces.append(trace)
        return value

    def _needed(self, element: Drg, run: DecisionRun) -> dict[str, Any]:
        """Return the variables an element gets from its requirements."""
        variables: dict[str, Any] = {}
        for found in self.graph.required(element):
            value = self.of(found.graph).value(found.element, run)
            if found.prefix is None:
                variables[found.element.variable] = value
                variables.setdefault(found.element.id, value)
            else:
                variables.setdefault(found.prefix, {})[found.element.variable] = value
        return variables

    def _knowledge(self, element: Knowledge, run: DecisionRun) -> Any:
        if element.logic is None:
            return None
        kind = self.types.get(element.type_ref)
        result = kind.result if kind.parameters is not None else kind
        parameters = [
            (each.name, self.types.get(each.type_ref)) for each in element.logic.parameters
        ]
        node, _ = self.logic(element)
        env = Env({}, run)
        function = make_function(element.name, parameters, node, env, result)
        env.variables.update(self._needed(element, run))
        env.variables.setdefault(element.variable, function)
        return function

    def _service(self, element: Service, run: DecisionRun) -> Any:
        kind = self.types.get(element.type_ref)
        result = kind.result if kind.parameters is not None else kind
        parameters = self.parameters(element)

        def node(env: Env) -> Any:
            given = [env.variables[name] for name, _ in parameters]
            return self.serve(element, given, env.run)

        return make_function(element.name, parameters, node, Env({}, run), result)

    def parameters(self, element: Service | Knowledge) -> list[tuple[str, Type]]:
        """Return names and types of what a service or knowledge model takes, in order."""
        if isinstance(element, Knowledge):
            formal = element.logic.parameters if element.logic else ()
            return [(each.name, self.types.get(each.type_ref)) for each in formal]
        return [
            (found.element.variable, self.of(found.graph).types.get(found.element.type_ref))
            for found in self._service_inputs(element)
        ]

    def _service_inputs(self, element: Service) -> list[ResolvedReference]:
        found = (self.graph.find(ref) for ref in (*element.inputs, *element.decisions))
        return [each for each in found if each is not None]

    def serve(self, element: Service, given: Iterable[Any], run: DecisionRun) -> Any:
        """Return the outputs of a service, evaluated with nothing but these inputs."""
        inner = DecisionRun({}, run.now, run.budget)
        inner.current, inner.depth = list(run.current), run.depth
        for each, value in zip(self._service_inputs(element), given, strict=True):
            inner.memo[(id(self.of(each.graph)), each.element.id)] = value
        outputs = [found for ref in element.outputs if (found := self.graph.find(ref))]
        values = {
            found.element.variable: self.of(found.graph).value(found.element, inner)
            for found in outputs
        }
        run.traces.extend(inner.traces)
        if inner.failure:
            run.failure = run.failure or inner.failure
        return next(iter(values.values())) if len(outputs) == 1 else values

    def logic(self, element: DecisionElement | Knowledge) -> tuple[Evaluator, frozenset[str]]:
        """Return the compiled logic of an element and the names it reads."""
        if element.id not in self._logic:
            names = self.names(element)
            compiler = BoxedCompiler(self.types, self.graph.definitions.language)
            if isinstance(element, Knowledge):
                node = self._function_body(compiler, element, names)
            else:
                node = compiler.node(element.logic, names)
            self._logic[element.id] = (node, frozenset(compiler.reads))
        return self._logic[element.id]

    @staticmethod
    def _function_body(compiler: BoxedCompiler, element: Knowledge, names: ScopeNames) -> Evaluator:
        logic = element.logic
        if logic is None:
            return nothing
        body = compiler.node(logic.body, names.having(each.name for each in logic.parameters))
        return compiler.typed(body, logic.type_ref)

    def names(self, element: Drg) -> ScopeNames:
        """Return the names in scope of an element's logic."""
        scope: set[str] = set()
        for found in self.graph.required(element):
            scope.update((found.element.variable, found.prefix or ""))
        if isinstance(element, Knowledge):
            scope.add(element.variable)
        return ScopeNames(scope | self.members)

    def _members(self) -> frozenset[str]:
        """Return the names that may follow a dot: entries of types, contexts and tables."""
        names: set[str] = set()
        definitions = self.graph.definitions
        for item in definitions.items:
            names.update(_components(item))
        for element in definitions.elements.values():
            if isinstance(element, DecisionElement | Knowledge):
                names.update(_entries(element.logic))
        for unit in self.imports.values():
            names |= unit.members
            names.update(each.variable for each in unit.graph.definitions.elements.values())
        return frozenset(names)


def _components(item: ItemDefinition) -> Iterable[str]:
    for part in item.components:
        yield part.name
        yield from _components(part)


def _entries(boxed: Any) -> Iterable[str]:
    if isinstance(boxed, BoxedContext):
        for entry in boxed.entries:
            yield entry.name
            yield from _entries(entry.value)
    elif isinstance(boxed, DecisionTable):
        for output in boxed.outputs:
            yield output.name
    elif hasattr(boxed, "columns"):
        yield from (name for name, _ in boxed.columns)
    elif hasattr(boxed, "body"):
        yield from _entries(boxed.body)
