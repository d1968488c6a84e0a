"""The parts of a specification that are not elements of their own: flows, triggers, loops."""

from dataclasses import dataclass
from typing import Any, ClassVar

from SpiffWorkflow.bpmn.specs.event_definitions.base import EventDefinition

from engine.bpmn.parse.expression_attribute import ExpressionAttribute
from engine.bpmn.parse.extensions import Collections


@dataclass(frozen=True, slots=True)
class SequenceFlow:
    """An arrow; `default` is true for the one its source takes when no other condition holds."""

    id: str
    source: str
    target: str
    name: str = ""
    condition: ExpressionAttribute | None = None
    default: bool = False


class Trigger(EventDefinition):  # type: ignore[misc]
    """What an event waits for or throws; `kind` "none" is the plain event."""

    KINDS: ClassVar[dict[str, str]] = {
        "messageEventDefinition": "message",
        "timerEventDefinition": "timer",
        "signalEventDefinition": "signal",
        "errorEventDefinition": "error",
        "escalationEventDefinition": "escalation",
        "conditionalEventDefinition": "conditional",
        "linkEventDefinition": "link",
        "terminateEventDefinition": "terminate",
        "compensateEventDefinition": "compensate",
        "cancelEventDefinition": "cancel",
    }

    def __init__(self, kind: str = "none", **attributes: Any) -> None:
        """Take the kind and what belongs to it."""
        super().__init__(attributes.get("label"), kind)
        self.kind = kind
        self.message_name: ExpressionAttribute | None = attributes.get(
            "name"
        )  # of a message or signal
        self.correlation_key: ExpressionAttribute | None = attributes.get("correlation_key")
        self.code: ExpressionAttribute | None = attributes.get("code")  # of an error or escalation
        self.has_code: bool = attributes.get("has_code", True)  # false: it names one that has none
        self.form: str = attributes.get("form", "")  # date, duration, cycle
        self.time: ExpressionAttribute | None = attributes.get("time")
        self.condition: ExpressionAttribute | None = attributes.get("condition")
        self.watched: tuple[str, ...] = attributes.get("watched", ())
        self.events: tuple[str, ...] = attributes.get("events", ())  # create, update
        self.link: str = attributes.get("link", "")
        self.activity: str | None = attributes.get("activity")

    def __eq__(self, other: object) -> bool:
        return self is other

    def __hash__(self) -> int:
        return id(self)

    def expressions(self) -> list[tuple[str, ExpressionAttribute]]:
        """Return all expressions with the name of what they are for."""
        found = {
            "name": self.message_name,
            "correlationKey": self.correlation_key,
            "code": self.code,
            "time": self.time,
            "condition": self.condition,
        }
        return [(name, each) for name, each in found.items() if each is not None]


@dataclass(frozen=True, slots=True)
class Loop:
    """Multi-instance (sequential or parallel) or the standard loop of an activity."""

    sequential: bool
    collections: Collections | None = None
    cardinality: ExpressionAttribute | None = None
    completion: ExpressionAttribute | None = None
    standard: bool = False
    test_before: bool = False
    condition: ExpressionAttribute | None = None
    maximum: int | None = None

    def expressions(self) -> list[tuple[str, ExpressionAttribute]]:
        """Return all expressions with the name of what they are for."""
        found = {
            "loopCardinality": self.cardinality,
            "completionCondition": self.completion,
            "loopCondition": self.condition,
        }
        if self.collections is not None:
            found["inputCollection"] = self.collections.items
            found["outputElement"] = self.collections.output_item
        return [(name, each) for name, each in found.items() if each is not None]
