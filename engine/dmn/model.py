"""A DMN file as a thing to ask: which decisions are there, what do they answer, what is wrong."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from engine import feel
from engine.dmn import explain, linting, reader
from engine.dmn.elements import DecisionElement, Definitions, Knowledge, Service
from engine.dmn.evaluation import Unit
from engine.dmn.graph import Graph
from engine.dmn.imports import ResolveImport
from engine.dmn.language import json
from engine.dmn.run import DecisionRun
from engine.errors import Invalid, NotFound
from engine.limits import DEFAULT, Limits
from engine.model import Problem

_IMPORT_DEPTH = 8


@dataclass(frozen=True, slots=True)
class CompiledDecision:
    """A decision one can ask for."""

    id: str
    name: str
    version_tag: str = ""
    requires: tuple[str, ...] = ()  # ids of the decisions it needs, own file


class Decisions(dict[str, CompiledDecision]):
    """The decisions of a file by id, in its order; found by name as well."""

    def __missing__(self, name: str) -> CompiledDecision:
        for decision in self.values():
            if decision.name == name:
                return decision
        raise KeyError(name)

    def __contains__(self, key: object) -> bool:
        return super().__contains__(key) or any(each.name == key for each in self.values())


@dataclass(frozen=True, slots=True)
class DecisionOutcome:
    """What an evaluation answered, and how it came to that."""

    value: Any  # a FEEL value
    evaluated: list[dict[str, Any]] = field(default_factory=list)
    failure: str | None = None
    explanation: list[str] = field(default_factory=list)
    inputs: dict[str, Any] = field(default_factory=dict)  # what was read from outside, JSON

    @property
    def json(self) -> Any:
        """The value as JSON."""
        return json(self.value)


class Model:
    """One DMN file with what it imports. Read-only; may be shared by threads."""

    def __init__(self, definitions: Definitions, imports: Mapping[str, "Model"]) -> None:
        """Take what the file says and the models of the files it imports, by namespace."""
        self.definitions = definitions
        self.imports = dict(imports)
        self.graph: Graph = Graph(
            definitions, {space: each.graph for space, each in imports.items()}
        )
        self.unit: Unit = Unit(self.graph, {space: each.unit for space, each in imports.items()})
        self.id = definitions.id
        self.name = definitions.name
        self.namespace = definitions.namespace
        self.version_tag = definitions.version_tag
        self.decisions = self._decisions()

    def evaluate(
        self,
        decision_id: str,
        variables: Mapping[str, Any],
        now: datetime | None = None,
        budget: feel.Budget | None = None,
    ) -> DecisionOutcome:
        """Return what a decision (by id or name) says about these variables."""
        found = self.graph.named(decision_id)
        if found is None or not isinstance(found.element, DecisionElement):
            raise NotFound(f"There is no decision {decision_id!r} in {self.name!r}.")
        run = DecisionRun(dict(variables), now, budget)
        return self._outcome(lambda: self.unit.of(found.graph).value(found.element, run), run)

    def invoke(
        self,
        name: str,
        arguments: Mapping[str, Any],
        now: datetime | None = None,
        budget: feel.Budget | None = None,
    ) -> DecisionOutcome:
        """Return what a decision service or knowledge model (by id or name) gives."""
        found = self.graph.named(name)
        if found is None or not isinstance(found.element, Service | Knowledge):
            raise NotFound(f"There is no decision service or knowledge model {name!r}.")
        element, unit = found.element, self.unit.of(found.graph)
        run = DecisionRun({}, now, budget)
        ordered = [kind.read(arguments.get(each)) for each, kind in unit.parameters(element)]
        return self._outcome(lambda: feel.call(unit.value(element, run), ordered), run)

    def lint(self) -> list[Problem]:
        """Return what is wrong or doubtful: table, row and cell, and what to do."""
        return linting.lint(self.unit)

    def _outcome(self, evaluate: Callable[[], Any], run: DecisionRun) -> DecisionOutcome:
        try:
            value = evaluate()
        except feel.BudgetExceeded as error:
            value = None
            run.fail(f"it took more than it may: {error}")
        except RecursionError:
            value = None
            run.fail("functions call each other too deeply.")
        return DecisionOutcome(
            value=None if run.failure and value is None else value,
            evaluated=[explain.record(trace) for trace in run.traces],
            failure=run.failure,
            explanation=explain.words(run.traces, run.failure),
            inputs=explain.inputs(run),
        )

    def _decisions(self) -> Decisions:
        found = Decisions()
        for each in self.definitions.elements.values():
            if isinstance(each, DecisionElement):
                requires = tuple(ref.id for ref in each.decisions if not ref.namespace)
                found[each.id] = CompiledDecision(each.id, each.name, each.version_tag, requires)
        return found


def parse(
    content: bytes, resolve_import: ResolveImport | None = None, limits: Limits = DEFAULT
) -> Model:
    """Return the model in a DMN file; raise `Invalid` with its problems, nothing else."""
    return _parse(content, resolve_import, limits, {})


def _parse(
    content: bytes,
    resolve_import: ResolveImport | None,
    limits: Limits,
    known: dict[str, Model | None],
) -> Model:
    definitions = reader.read(content, limits)
    known[definitions.namespace] = None  # being read
    imports: dict[str, Model] = {}
    problems: list[Problem] = []
    for item in definitions.imports:
        if item.kind and "DMN" not in item.kind:
            continue  # XML Schema, PMML: nothing to evaluate
        try:
            model = _imported(item.namespace, item.location, resolve_import, limits, known)
        except Invalid as error:
            problems.extend(error.problems)
        else:
            imports[item.namespace] = model
    if problems:
        raise Invalid("The imports of the DMN file are not valid.", problems)
    model = Model(definitions, imports)
    _refuse(model.graph.problems())
    known[definitions.namespace] = model
    return model


def _imported(
    namespace: str,
    location: str,
    resolve_import: ResolveImport | None,
    limits: Limits,
    known: dict[str, Model | None],
) -> Model:
    where = f"import {namespace}"
    if namespace in known:
        model = known[namespace]
        if model is not None:
            return model
        raise _problem("dmn-import", "Files import each other in a circle.", where)
    if len(known) > _IMPORT_DEPTH * _IMPORT_DEPTH:
        raise _problem("dmn-import", "Too many files are imported.", where)
    content = resolve_import(namespace, location) if resolve_import else None
    if content is None:
        raise _problem("dmn-import", f"The imported file is missing: {namespace}", where)
    return _parse(content, resolve_import, limits, known)


def _problem(rule: str, message: str, element: str) -> Invalid:
    hint = "Deploy the imported file together with this one."
    return Invalid(message, [Problem(message, element=element, rule=rule, hint=hint)])


def _refuse(problems: Sequence[Problem]) -> None:
    if problems:
        raise Invalid("The DMN file is not valid.", problems)
