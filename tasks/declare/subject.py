"""What one subject of the CRM adds to it. Each package with something to add has a constant
`SUBJECT: Final = Subject(…)` in its module `subject`; `tasks.installed` finds them.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Protocol, TypeVar

from sqlalchemy.orm import Session

from engine.commands.privacy.names import NameMatcher
from engine.properties import ENGINE, Catalogue, Property
from engine.service_task import Registry, ServiceTask
from tasks.declare.base import Base
from tasks.declare.import_run import ExportKind, ImportKind
from tasks.declare.inbound_event import EventType, Follow
from tasks.declare.record_kind import RecordKind
from tasks.declare.search import Searched
from tasks.declare.trigger import Trigger

T = TypeVar("T")


class Erased(Protocol):
    """The person whose records are erased."""

    @property
    def numbers(self) -> list[int]:
        """Return the customer that remains, and those merged into it."""

    @property
    def addresses(self) -> list[str]:
        """Return every address on every channel."""

    @property
    def words(self) -> NameMatcher:
        """Return the texts by which they are known."""


@dataclass(frozen=True, slots=True)
class Erasure:
    """What a step of erasing is given beside the session."""

    person: Erased
    instances: list[int]  # were about them
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """The parts of a subject; what it does not have is left out."""

    name: str
    tables: tuple[type[Base], ...] = ()
    triggers: tuple[Trigger, ...] = ()
    searches: tuple[Searched, ...] = ()  # columns that are searched for parts of words
    events: tuple[EventType, ...] = ()  # told to us
    follows: Mapping[str, Follow] = field(default_factory=dict)  # after events of other subjects
    webhooks: Mapping[str, str] = field(default_factory=dict)  # told by us: type -> a sentence
    # as webhooks, but caused only by a process still to be drawn; one may subscribe already
    webhooks_to_come: Mapping[str, str] = field(default_factory=dict)
    imports: tuple[ImportKind, ...] = ()
    exports: tuple[ExportKind, ...] = ()
    records: tuple[RecordKind, ...] = ()  # read and written by outside ids, also as files
    # what erasing does beyond the marks on columns, before them
    erasure: tuple[Callable[[Session, Erasure], None], ...] = ()
    service_tasks: tuple[Callable[..., Any], ...] = ()
    properties: tuple[Property, ...] = ()  # that drawings may carry, beside those of the engine


@dataclass(frozen=True, slots=True)
class Subjects:
    """All installed subjects, and what they add under its name."""

    all: tuple[Subject, ...]
    events: Mapping[str, EventType]
    webhooks: Mapping[str, str]
    webhooks_to_come: Mapping[str, str]
    imports: Mapping[str, ImportKind]
    exports: Mapping[str, ExportKind]
    records: Mapping[str, RecordKind]
    service_tasks: Registry
    properties: Catalogue

    @classmethod
    def of(cls, subjects: Iterable[Subject]) -> "Subjects":
        """Put them together, sorted by name; raises ValueError where two add the same name."""
        found = tuple(sorted(subjects, key=lambda subject: subject.name))
        _once("subject", {}, ((each.name, each) for each in found))
        return cls(
            all=found,
            events=_followed(found),
            webhooks=_once("webhook", {}, (w for s in found for w in s.webhooks.items())),
            webhooks_to_come=_once(
                "webhook", {}, (w for s in found for w in s.webhooks_to_come.items())
            ),
            imports=_once("import", {}, ((i.name, i) for s in found for i in s.imports)),
            exports=_once("export", {}, ((e.name, e) for s in found for e in s.exports)),
            records=_once("record", {}, ((r.name, r) for s in found for r in s.records)),
            service_tasks=Registry(_task(f) for s in found for f in s.service_tasks),
            properties=Catalogue([*ENGINE, *(p for s in found for p in s.properties)]),
        )

    @property
    def subscribable(self) -> tuple[str, ...]:
        """Return the types of events that somebody may subscribe to."""
        return (*self.webhooks, *self.webhooks_to_come)

    @property
    def triggers(self) -> tuple[Trigger, ...]:
        """Return the rules that the database keeps."""
        return tuple(trigger for subject in self.all for trigger in subject.triggers)

    @property
    def searches(self) -> tuple[Searched, ...]:
        """Return what is searched for parts of words."""
        return tuple(searched for subject in self.all for searched in subject.searches)


def _followed(found: Iterable[Subject]) -> dict[str, EventType]:
    """Return the types of events with what other subjects keep up with them."""
    every = tuple(found)
    types = _once("event", {}, ((e.name, e) for s in every for e in s.events))
    for subject in every:
        for name, follow in subject.follows.items():
            if name not in types:
                raise ValueError(f"“{subject.name}” follows the event “{name}”, which nobody adds")
            types[name] = replace(types[name], follows=(*types[name].follows, follow))
    return types


def _once(what: str, known: dict[str, T], pairs: Iterable[tuple[str, T]]) -> dict[str, T]:
    for name, each in pairs:
        if name in known:
            raise ValueError(f"two subjects add the {what} “{name}”")
        known[name] = each
    return known


def _task(function: Callable[..., Any]) -> ServiceTask:
    found = getattr(function, "__service_task__", None)
    if not isinstance(found, ServiceTask):
        raise TypeError(f"{function.__qualname__} is no service task")
    return found
