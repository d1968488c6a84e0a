"""A process that can be started: what its drawing says, compiled once and shared."""

import json
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from engine.bpmn.checks import timing
from engine.bpmn.parse.expression_attribute import ExpressionAttribute
from engine.bpmn.parse.process import ProcessSpec
from engine.model import Json
from engine.properties import present_names
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


def _name(attribute: ExpressionAttribute | None) -> str:
    """A start event's message or signal name; as an expression it reads no variables."""
    if attribute is None:
        return ""
    return str(attribute.constant(timing.ANY_MOMENT) or "")
