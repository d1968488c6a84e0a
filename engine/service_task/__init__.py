"""A Python function becomes a thing a diagram can name. Knows no database and no diagram.

    @service_task(retries=3)
    def estimate_audience(segment: str, channels: list[str]) -> dict[str, Any]: ...

Inputs are picked from the job's variables by parameter name and checked against the annotations.
The names in `INJECTED` are given by the worker instead.
"""

import inspect
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import ModuleType, SimpleNamespace
from typing import Any, TypeVar, get_type_hints, overload

from marshmallow import EXCLUDE, Schema, ValidationError

from engine.errors import BpmnError, Invalid
from engine.model import Problem
from engine.service_task.annotations import field_of

INJECTED = frozenset(
    {
        "session",
        "now",
        "job_key",
        "instance_key",
        "business_key",
        "headers",
        "engine",
        "services",
    }
)
DEFAULT_RETRIES = 3

Function = TypeVar("Function", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Call:
    """One job of a set: its checked inputs, and what the worker gives to a job."""

    inputs: Mapping[str, Any]
    job_key: str
    instance_key: str
    business_key: str | None


Answer = Mapping[str, Any] | BpmnError | None  # None: not in a set, let it wait as usual
Many = Callable[..., Sequence[Answer]]  # (calls, *, session, now, services)


@dataclass(frozen=True, slots=True)
class ServiceTask:
    """A function under the job type that names it in diagrams."""

    name: str
    function: Callable[..., Any]
    retries: int
    schema: type[Schema]
    injected: frozenset[str]
    processes: frozenset[str] = frozenset()  # that alone may use it; empty: every one
    many: "Many | None" = None  # the same for a set of jobs at once

    def belongs_to(self, process_id: str) -> bool:
        """Return whether a process may use it."""
        return not self.processes or process_id in self.processes

    @property
    def doc(self) -> str:
        """What it does, as process owners read it."""
        return inspect.getdoc(self.function) or ""

    @property
    def inputs(self) -> tuple[str, ...]:
        """The variables it reads, in the order of the function."""
        return tuple(self.schema._declared_fields)

    def required(self) -> tuple[str, ...]:
        """Name the inputs that must be there."""
        return tuple(name for name, f in self.schema._declared_fields.items() if f.required)

    def check(self, variables: Mapping[str, Any]) -> dict[str, Any]:
        """Pick and check the inputs; refuse with one problem per wrong variable."""
        known = {name: variables[name] for name in self.inputs if name in variables}
        try:
            checked: dict[str, Any] = self.schema(unknown=EXCLUDE).load(known)
        except ValidationError as error:
            raise Invalid(f"{self.name}: {_sentence(error)}", _problems(error)) from error
        return checked

    def call(self, variables: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
        """Run the function with its inputs and what it asked to be given."""
        inputs = self.check(variables)
        result = self.function(**inputs, **{name: given[name] for name in self.injected})
        if result is None:
            return {}
        if not isinstance(result, dict):
            raise TypeError(f"{self.name} answered {type(result).__name__}, not a dict")
        return result


class Registry:
    """The installed service tasks by name."""

    def __init__(self, tasks: Iterable[ServiceTask] = ()) -> None:
        """Refuse two functions under one name."""
        self._tasks: dict[str, ServiceTask] = {}
        for task in tasks:
            if task.name in self._tasks:
                raise ValueError(f"two service tasks are named {task.name}")
            self._tasks[task.name] = task

    def get(self, name: str) -> ServiceTask | None:
        """Find the function for a job type."""
        return self._tasks.get(name)

    def __contains__(self, name: object) -> bool:
        return name in self._tasks

    def __iter__(self) -> Iterator[ServiceTask]:
        return iter(self._tasks.values())

    def __len__(self) -> int:
        return len(self._tasks)


@overload
def service_task(function: Function) -> Function: ...


@overload
def service_task(
    *,
    name: str | None = None,
    retries: int = DEFAULT_RETRIES,
    processes: Iterable[str] = (),
    many: Many | None = None,
) -> Callable[[Function], Function]: ...


def service_task(
    function: Function | None = None,
    *,
    name: str | None = None,
    retries: int = DEFAULT_RETRIES,
    processes: Iterable[str] = (),
    many: Many | None = None,
) -> Any:
    """Mark a function as a service task `<module>.<function>` (or `name`); it stays callable.

    One that belongs to some `processes` is refused everywhere else. `many` answers the jobs of
    instances that are played in lock-step, in their transaction: it commits nothing, and answers
    what the function would, or None for a job that is better done by itself.
    """
    only = frozenset(processes)

    def mark(target: Function) -> Function:
        module = target.__module__.rpartition(".")[2]
        task = _describe(target, name or f"{module}.{target.__name__}", retries, only, many)
        target.__service_task__ = task  # type: ignore[attr-defined]
        return target

    return mark if function is None else mark(function)


def collect(modules: Iterable[ModuleType]) -> Registry:
    """Gather the service tasks that these modules define or re-export."""
    found: dict[int, ServiceTask] = {}
    for module in modules:
        for value in vars(module).values():
            task = getattr(value, "__service_task__", None)
            if isinstance(task, ServiceTask):
                found[id(task)] = task
    return Registry(found.values())


def _describe(
    function: Callable[..., Any],
    name: str,
    retries: int,
    processes: frozenset[str],
    many: Many | None,
) -> ServiceTask:
    parameters = inspect.signature(function).parameters.values()
    inputs = {p.name: p for p in parameters if p.name not in INJECTED}
    fields = {p.name: field_of(_annotation(function, p), p, name) for p in inputs.values()}
    return ServiceTask(
        name=name,
        function=function,
        retries=retries,
        schema=Schema.from_dict(fields, name=f"{function.__name__}_inputs"),
        injected=frozenset(p.name for p in parameters if p.name in INJECTED),
        processes=processes,
        many=many,
    )


def _annotation(function: Callable[..., Any], parameter: inspect.Parameter) -> Any:
    if parameter.annotation is parameter.empty:
        raise TypeError(f"{function.__qualname__}: {parameter.name} needs an annotation")
    only = SimpleNamespace(__annotations__={parameter.name: parameter.annotation})
    return get_type_hints(only, globalns=getattr(function, "__globals__", {}))[parameter.name]


def _problems(error: ValidationError) -> list[Problem]:
    messages: dict[str, Any] = error.normalized_messages()  # type: ignore[no-untyped-call]
    return [
        Problem(message=str(text), element=str(field), rule="service-task-input")
        for field, text in messages.items()
    ]


def _sentence(error: ValidationError) -> str:
    return "; ".join(f"{p.element}: {p.message}" for p in _problems(error))
