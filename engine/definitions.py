"""Resources to deploy: read, checked, hashed; a process is compiled once and shared.

bundle = definitions.read(resources)      # raises Invalid(problems)
bundle.processes[0].spec                  # compiled once per content, read-only, thread-safe
"""

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property, lru_cache
from threading import Lock
from typing import Any

from engine import dmn
from engine.bpmn import checks
from engine.bpmn.checks import timing
from engine.bpmn.parse import secure
from engine.bpmn.parse.expression_attribute import ExpressionAttribute
from engine.bpmn.parse.process import ProcessSpec
from engine.bpmn.parser import DialectParser
from engine.errors import Invalid
from engine.limits import DEFAULT, STORED, Limits
from engine.model import Json, Problem, Resource
from engine.properties import ENGINE, Catalogue, Place, present_names
from engine.schedule import timers


@dataclass(frozen=True, slots=True)
class Element:
    """One element of a process, as its diagram shows it."""

    id: str
    name: str
    type: str
    documentation: str
    properties: dict[str, str]
    scope: str  # id of the enclosing subprocess, "" directly in the process


@dataclass(frozen=True, slots=True)
class Start:
    """A start event with a trigger: what the shell subscribes to at deployment."""

    element_id: str
    kind: str  # message, signal, timer, conditional
    name: str = ""


@dataclass(frozen=True)
class Definition:
    """A process that can be started; `spec` is what the runtime executes."""

    id: str
    name: str
    version_tag: str | None
    resource_name: str
    hash: str
    content: bytes = field(repr=False)
    spec: ProcessSpec = field(repr=False)

    @property
    def documentation(self) -> str:
        """What the process is for, in the words of its owner."""
        return str(self.spec.root.documentation or "")

    @property
    def properties(self) -> dict[str, str]:
        """The zeebe properties of the process, under their present names."""
        return present_names(self.spec.root.extensions.properties)

    @property
    def zone(self) -> str | None:
        """The time zone the process lives in, None for that of the house (property time.zone)."""
        return self.properties.get("time.zone")

    @property
    def declared(self) -> dict[str, ExpressionAttribute]:
        """The properties of the catalogue that the process has, by their present names."""
        found: dict[str, ExpressionAttribute] = self.spec.root.extensions.declared
        return found

    @cached_property
    def stops_on(self) -> frozenset[str]:
        """What ends its instances about a customer."""
        return frozenset(word.strip() for word in self.says("stop.on").split(",") if word.strip())

    def says(self, name: str) -> str:
        """Return the text of a property of the process, empty when it has none or is FEEL."""
        attribute = self.declared.get(name)
        return "" if attribute is None or attribute.literal is None else attribute.literal

    @cached_property
    def touchpoints(self) -> dict[str, str]:
        """The elements whose completion is an encounter with the customer, and which."""
        return {
            spec.name: told.literal
            for spec in self.spec.nodes()
            if (told := spec.extensions.declared.get("touchpoint")) and told.literal
        }

    @cached_property
    def has_deadlines(self) -> bool:
        """Return whether a task of it may have a plan of reminders and escalations."""
        names = {"due", "remind", "escalate.to", "calendar"}
        return any(names & spec.extensions.declared.keys() for spec in self.spec.nodes())

    @cached_property
    def elements(self) -> dict[str, Element]:
        """All elements at every depth by id."""
        return {
            spec.name: Element(
                spec.name,
                spec.bpmn_name or "",
                spec.api_type,
                spec.documentation or "",
                dict(spec.extensions.properties),
                "" if spec.depth == 1 else spec.inside,
            )
            for spec in self.spec.nodes()
        }

    @property
    def start(self) -> bool:
        """Return whether it can be started without a message, timer or signal."""
        return bool(self.spec.root.starts)

    @property
    def start_form(self) -> Json:
        """The form of the none start event: {id, binding, version_tag} | {embedded} | {key}."""
        for each in self.spec.root.starts:
            form = each.extensions.form
            if form is None:
                continue
            if form.id:
                tag = form.binding.version_tag
                return {"id": form.id, "binding": form.binding.type, "version_tag": tag}
            key = (form.key or "").removeprefix("camunda-forms:bpmn:")
            if key in self.spec.user_task_forms:
                return {"embedded": json.loads(self.spec.user_task_forms[key])}
            return {"key": form.key}
        return None

    @property
    def start_messages(self) -> list[Start]:
        """Message start events of the process."""
        return self._starts("message")

    @property
    def start_signals(self) -> list[Start]:
        """Signal start events of the process."""
        return self._starts("signal")

    @property
    def start_timers(self) -> list[Start]:
        """Timer start events of the process; see `timer_starts` for their due times."""
        return self._starts("timer")

    @property
    def start_conditions(self) -> list[Start]:
        """Conditional start events of the process."""
        return self._starts("conditional")

    def timer_starts(self, now: datetime, zone: str = "UTC") -> list[dict[str, Json]]:
        """Return TIMER data {element_id, due_at, repetitions, interval} at deployment."""
        answer = []
        for start in self.start_timers:
            trigger = self.spec.node(start.element_id).trigger
            schedule = timers.schedule(
                trigger.form, trigger.time.constant(timers.local(now, zone)), now, zone
            )
            answer.append({"element_id": start.element_id, **schedule.data()})
        return answer

    def condition_holds(self, element_id: str, variables: dict[str, Json], now: datetime) -> bool:
        """Return whether the condition of a conditional start event is true; what fails is not."""
        try:
            value, _ = self.spec.node(element_id).trigger.condition.evaluate(variables, now)
        except (ValueError, ArithmeticError, TypeError, LookupError, RecursionError):
            return False  # one process must not keep the others from starting
        return value is True

    def _starts(self, kind: str) -> list[Start]:
        answer = []
        for spec in self.spec.inside(self.spec.root):
            if spec.type == "START_EVENT" and spec.trigger.kind == kind:
                answer.append(Start(spec.name, kind, _name(spec.trigger.message_name)))
        return answer


@dataclass(frozen=True, slots=True)
class FormResource:
    """A deployed form."""

    id: str
    version_tag: str | None
    schema: dict[str, Json]
    resource_name: str
    hash: str


@dataclass(frozen=True, slots=True)
class DecisionResource:
    """A deployed decision model."""

    model: Any
    resource_name: str
    hash: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Bundle:
    """What a deployment brings; `problems` are warnings."""

    processes: list[Definition] = field(default_factory=list)
    decisions: list[DecisionResource] = field(default_factory=list)
    forms: list[FormResource] = field(default_factory=list)
    others: list[Resource] = field(default_factory=list)
    tables: list[bytes] = field(default_factory=list)  # DMN files, they may import each other
    problems: list[Problem] = field(default_factory=list)


def read(
    resources: Sequence[Resource], limits: Limits = DEFAULT, properties: Catalogue = ENGINE
) -> Bundle:
    """Read resources; raises `Invalid` with every reason why they cannot run."""
    bundle = inspect(resources, limits, properties)
    wrong = [problem for problem in bundle.problems if problem.severity == "error"]
    if wrong:
        first = wrong[0]
        where = " ".join(part for part in (first.resource, first.element) if part)
        more = f" (and {len(wrong) - 1} more)" if len(wrong) > 1 else ""
        raise Invalid(f"{where}: {first.message}{more}", wrong)
    return bundle


def inspect(
    resources: Sequence[Resource], limits: Limits = DEFAULT, properties: Catalogue = ENGINE
) -> Bundle:
    """Read resources and name all their problems, errors included, without raising."""
    bundle = Bundle()
    bundle.tables.extend(each.content for each in resources if _suffix(each.name) == "dmn")
    for resource in resources:
        reader = _READERS.get(_suffix(resource.name))
        try:
            if reader is None:
                bundle.others.append(resource)
            else:
                reader(bundle, resource, limits)
        except Invalid as error:
            found = error.problems or (Problem(error.message),)
            bundle.problems.extend(_in(resource, found))
    seen: dict[str, str] = {}
    for process in bundle.processes:
        bundle.problems.extend(check_properties(process, properties))
        if process.id in seen:
            message = f"The process '{process.id}' is also in {seen[process.id]}."
            wrong = Problem(message, resource=process.resource_name, element=process.id)
            bundle.problems.append(wrong)
        seen[process.id] = process.resource_name
    return bundle


def check_properties(process: Definition, properties: Catalogue) -> Iterator[Problem]:
    """Name what is wrong with the properties of a process and of its elements."""
    root = process.spec.root
    for spec in [root, *process.spec.nodes()]:
        element = process.id if spec is root else spec.name
        for found in properties.check(_place(spec), spec.extensions.properties):
            yield replace(found, resource=process.resource_name, element=element)


def _place(spec: Any) -> Place:
    if spec.type == "PROCESS":
        return Place.PROCESS
    if spec.type == "USER_TASK":
        return Place.USER_TASK
    return Place.ACTIVITY if spec.is_activity else Place.ELEMENT


def identity(resource: Resource) -> tuple[str, str | None]:
    """Return the id and version tag of a plain file.

    A script of a robot (`.rpa`, JSON) says both; any other file is known by its name.
    """
    if _suffix(resource.name) != "rpa":
        return resource.name, None
    try:
        said = json.loads(resource.content)
    except ValueError:
        return resource.name, None
    told = said if isinstance(said, dict) else {}
    name, tag = told.get("id"), told.get("versionTag")
    known_as = name if isinstance(name, str) and name else resource.name
    return known_as, tag if isinstance(tag, str) and tag else None


def load(content: bytes, resource_name: str, process_id: str) -> Definition:
    """Return one process of a stored resource; compiled once per content."""
    try:
        processes, _ = _compiled(content, resource_name, DEFAULT)
    except Invalid:  # deployed under wider limits: what is stored runs
        processes, _ = _compiled(content, resource_name, STORED)
    for process in processes:
        if process.id == process_id:
            return process
    raise Invalid(f"{resource_name} has no process '{process_id}'.")


_LOCK = Lock()


def _compiled(
    content: bytes, name: str, limits: Limits
) -> tuple[tuple[Definition, ...], tuple[Problem, ...]]:
    with _LOCK:  # one thread compiles, the others get what it made
        return _compile(content, name, limits)


@lru_cache(maxsize=512)
def _compile(
    content: bytes, name: str, limits: Limits
) -> tuple[tuple[Definition, ...], tuple[Problem, ...]]:
    root = secure.parse(content, name, limits)
    problems = list(checks.check_file(root, limits))
    found: list[Definition] = []
    digest = hashlib.sha256(content).hexdigest()
    chosen, left_out = checks.executable(root)
    problems += left_out if chosen or not problems else []
    for node in chosen:
        spec = DialectParser().add_process(node, name)
        problems.extend(checks.check_process(spec))
        tag = spec.root.extensions.version_tag
        found.append(Definition(spec.name, spec.description, tag, name, digest, content, spec))
    return tuple(found), tuple(problems)


def _read_bpmn(bundle: Bundle, resource: Resource, limits: Limits) -> None:
    processes, problems = _compiled(resource.content, resource.name, limits)
    bundle.processes.extend(processes)
    bundle.problems.extend(_in(resource, problems))


def _read_dmn(bundle: Bundle, resource: Resource, limits: Limits) -> None:
    model = dmn.parse(resource.content, dmn.imports_from(bundle.tables), limits)
    digest = hashlib.sha256(resource.content).hexdigest()
    bundle.decisions.append(DecisionResource(model, resource.name, digest, resource.content))
    bundle.problems.extend(_in(resource, model.lint()))


def _read_form(bundle: Bundle, resource: Resource, _: Limits) -> None:
    try:
        schema = json.loads(resource.content)
    except ValueError as error:
        raise Invalid("", [Problem(f"The form is not JSON: {error}", rule="form")]) from error
    if not isinstance(schema, dict) or not isinstance(schema.get("id"), str):
        raise Invalid("", [Problem("The form has no id.", rule="form")])
    digest = hashlib.sha256(resource.content).hexdigest()
    tag = schema.get("versionTag")
    bundle.forms.append(FormResource(schema["id"], tag, schema, resource.name, digest))


_READERS = {"bpmn": _read_bpmn, "dmn": _read_dmn, "form": _read_form}


def _suffix(name: str) -> str:
    lower = name.lower().removesuffix(".xml")
    return "bpmn" if lower.endswith((".bpmn", ".bpmn2", ".bpmn20")) else lower.rpartition(".")[2]


def _in(resource: Resource, problems: Sequence[Problem]) -> list[Problem]:
    return [
        Problem(
            each.message,
            each.severity,
            each.resource or resource.name,
            each.element,
            each.rule,
            each.hint,
            each.position,
        )
        for each in problems
    ]


def _name(attribute: ExpressionAttribute | None) -> str:
    """A start event's message or signal name; as an expression it reads no variables."""
    if attribute is None:
        return ""
    return str(attribute.constant(timing.ANY_MOMENT) or "")
