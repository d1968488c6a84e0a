"""Resources to deploy: read, checked, hashed; a process is compiled once per content."""

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from threading import Lock
from typing import Any

from engine import dmn
from engine.bpmn import checks
from engine.bpmn.parse import secure
from engine.bpmn.parse.names import local
from engine.bpmn.parser import DialectParser
from engine.definitions.definition import Definition
from engine.errors import Invalid
from engine.limits import DEFAULT, NAME_CHARACTERS, STORED, Limits
from engine.model import Json, Problem, Resource
from engine.properties import ENGINE, Catalogue, Place


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
    bundle.problems.extend(_long_names(bundle))
    seen: dict[str, str] = {}
    for process in bundle.processes:
        bundle.problems.extend(check_properties(process, properties))
        if process.id in seen:
            message = f"The process '{process.id}' is also in {seen[process.id]}."
            wrong = Problem(message, resource=process.resource_name, element=process.id)
            bundle.problems.append(wrong)
        seen[process.id] = process.resource_name
    return bundle


def _long_names(bundle: Bundle) -> Iterator[Problem]:
    """Names that things are looked up by must fit an index; a drawing checks its own ids."""
    named = [(each.resource_name, each.id, each.version_tag) for each in bundle.processes]
    named += [(each.resource_name, each.id, each.version_tag) for each in bundle.forms]
    for decision in bundle.decisions:
        tags = decision.model.decisions.values()
        named += [(decision.resource_name, each.id, each.version_tag) for each in tags]
    named += [(each.name, *identity(each)) for each in bundle.others]
    for resource, name, tag in named:
        for text in (name, tag or ""):
            if len(text) > NAME_CHARACTERS:
                message = f"'{text[:40]}…' is longer than {NAME_CHARACTERS} characters."
                yield Problem(message, resource=resource[:NAME_CHARACTERS], rule="id-length")


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
    problems += left_out if local(root) == "definitions" else []
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
