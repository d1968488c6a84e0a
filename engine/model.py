"""The words of the engine: what a running process is made of. Values only, no behaviour."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Literal

Json = Any
Variables = Mapping[str, Json]


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong, where, and what to do about it."""

    message: str
    severity: Literal["error", "warning"] = "error"
    resource: str = ""  # file name
    element: str = ""  # BPMN element id, DMN cell ("D-01 row 3, input 2") or form field key
    rule: str = ""  # stable name of the check, e.g. "sequence-flow-condition"
    hint: str = ""
    position: int | None = None  # character in an expression, 0-based


class Kind(StrEnum):
    """What an instance waits for."""

    USER_TASK = "user_task"
    JOB = "job"
    TIMER = "timer"
    MESSAGE = "message"
    SIGNAL = "signal"
    CONDITION = "condition"
    CHILD = "child"
    INCIDENT = "incident"


@dataclass(frozen=True, slots=True)
class Wait:
    """Something a running instance waits for; one row of the store each.

    `data` by kind (all JSON):
    USER_TASK  name, assignee, candidate_groups[], candidate_users[], due_at, follow_up_at (ISO or
               null), priority, form {id, binding, version_tag} | {embedded: schema} | null,
               external_form, headers{}, deadline (a plan of `schedule.deadlines`, if the drawing
               declares one), outside {for, whom, message, shows} (if somebody outside
               answers it by a link), assign {how, skills[]} (if it finds its person itself),
               state (only while listeners are heard: CREATING …)
    JOB        type, retries, headers{}, job_kind ("BPMN_ELEMENT", "EXECUTION_LISTENER", ...),
               listener_event ("UNSPECIFIED", "START", ...), priority
    TIMER      due_at (ISO, UTC), repetitions (left; -1 = for ever; 0 = none), interval
    MESSAGE    name, correlation_key
    SIGNAL     name
    CONDITION  names[] (variables to watch)
    CHILD      process_id, binding, version_tag, variables{}, propagate_all (bool), business_key
    INCIDENT   error_type (of the API), message, job_key | null
    `key` is the row's key, `element_instance_key` the token that waits. A boundary event's wait
    belongs to the token of the activity it is attached to, its `element_id` is the event's.
    """

    key: int
    kind: Kind
    element_id: str
    element_instance_key: int
    data: dict[str, Json]


class Outcome(StrEnum):
    """How a wait ended."""

    COMPLETED = "completed"
    CANCELED = "canceled"


@dataclass(frozen=True, slots=True)
class Closed:
    """A wait that is gone after this step."""

    key: int
    kind: Kind
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class ElementChange:
    """An element instance came to be or ended; the last state of the step, one per key."""

    key: int
    element_id: str
    element_name: str
    type: str  # ElementInstanceResultType, e.g. "USER_TASK"
    scope_key: int  # enclosing element instance, or the process instance
    state: Literal["ACTIVE", "COMPLETED", "TERMINATED"]
    started_at: datetime
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class TaskChange:
    """An open user task changed: its listeners are being heard, or have been.

    `changes` may have state (CREATED, or CREATING, ASSIGNING, UPDATING, COMPLETING, CANCELING while
    listeners are heard) and assignee, due_at, follow_up_at, candidate_users, candidate_groups,
    priority.
    """

    key: int
    changes: dict[str, Json]


@dataclass(frozen=True, slots=True)
class VariableChange:
    """A variable was written (or its scope is gone: `value` is DROPPED)."""

    scope_key: int
    name: str
    value: Json


class _Dropped:
    """Marks variables whose scope ended."""

    def __repr__(self) -> str:
        return "DROPPED"


DROPPED = _Dropped()


@dataclass(frozen=True, slots=True)
class DecisionRecord:
    """One evaluated decision with what it read and which rows matched."""

    key: int
    element_id: str
    element_instance_key: int
    decision_id: str
    decision_key: int
    inputs: dict[str, Json]
    output: Json
    evaluated: list[dict[str, Json]]  # EvaluatedDecisionResult-like, one per decision of the graph
    failure: str | None = None


@dataclass(frozen=True, slots=True)
class Flow:
    """A sequence flow was taken `count` times in this step."""

    flow_id: str
    count: int = 1


@dataclass(frozen=True, slots=True)
class Step:
    """What one move of the core changed. The shell writes it in one transaction."""

    state: dict[str, Json]  # JSON, live tokens and variable scopes only
    opened: Sequence[Wait] = ()
    closed: Sequence[Closed] = ()
    elements: Sequence[ElementChange] = ()
    variables: Sequence[VariableChange] = ()
    tasks: Sequence[TaskChange] = ()
    flows: Sequence[Flow] = ()
    decisions: Sequence[DecisionRecord] = ()
    ended: Literal["COMPLETED", "TERMINATED"] | None = None
    # set with `ended`: what a parent instance gets, or the error/escalation that left the instance
    result: dict[str, Json] = field(default_factory=dict)
    # {"kind": "error"|"escalation", "code", "message", "variables"}
    thrown: dict[str, Json] | None = None
    # escalations that nobody caught: [{element_id, code}]; they are recorded and have no effect
    ignored: Sequence[dict[str, Json]] = ()
    # signals thrown inside, which the instance has heard: the shell broadcasts them to others after
    # the step [{name, variables, chain, thrown_by}]
    signals: Sequence[dict[str, Json]] = ()


@dataclass(frozen=True, slots=True)
class Resource:
    """A file to deploy: `*.bpmn`, `*.dmn`, `*.form`, or anything else, kept as it is."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Deployed:
    """One thing that a deployment holds."""

    kind: str  # process, decision, requirements, form or resource
    key: int
    id: str
    version: int
    name: str
    resource_name: str
    requirements_id: str | None = None
    requirements_key: int | None = None


@dataclass(frozen=True, slots=True)
class Deployment:
    """What was deployed together."""

    key: int
    items: tuple[Deployed, ...]


@dataclass(frozen=True, slots=True)
class StartRequest:
    """Which process is to be started, with what; the current version if none is named."""

    process_id: str | None = None
    definition_key: int | None = None
    version: int | None = None
    version_tag: str | None = None
    variables: Mapping[str, Json] | None = None
    business_key: str | None = None
    tags: Sequence[str] = ()
    unique_business_key: bool = False  # refused while an instance of this key runs
    start_instructions: Sequence[Mapping[str, Json]] = ()
    stop_after: Sequence[str] = ()  # element ids


@dataclass(frozen=True, slots=True)
class Started:
    """A new instance, which has run as far as it can."""

    instance_key: int
    definition_key: int
    process_id: str
    version: int
    variables: dict[str, Json]


@dataclass(frozen=True, slots=True)
class Delivery:
    """What became of the files of the product: deployed, or held where an owner has his own."""

    deployment: Deployment | None  # None: nothing was new
    held: tuple[str, ...] = ()  # names of files that wait for a decision


@dataclass(frozen=True, slots=True)
class TakenBack:
    """What a deployment was taken back by, and the instances that ran on it since."""

    deployment: Deployment
    instance_keys: tuple[int, ...]
