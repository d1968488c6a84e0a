"""The zeebe: extension elements of one BPMN element, as values."""

from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from typing import Any

from engine.bpmn.parse.expression_attribute import ExpressionAttribute, expression_attribute
from engine.bpmn.parse.names import XmlNode, child, extension, flag, text, zeebe
from engine.properties import ENGINE, present_names


@dataclass(frozen=True, slots=True)
class Mapping_:  # noqa: N801
    """One input or output mapping; `source` None gives null."""

    source: ExpressionAttribute | None
    target: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Listener:
    """An execution or task listener: a job before the element goes on."""

    event: str
    type: ExpressionAttribute | None
    retries: ExpressionAttribute | None
    headers: dict[str, str]


@dataclass(frozen=True, slots=True)
class Binding:
    """Which version is meant: latest, deployment, versionTag."""

    type: str = "latest"
    version_tag: str | None = None


@dataclass(frozen=True, slots=True)
class FormReference:
    """The form of a user task or of a start event."""

    id: str | None = None
    key: str | None = None
    external: ExpressionAttribute | None = None
    binding: Binding = Binding()


@dataclass(frozen=True, slots=True)
class Called:
    """What a call activity or a business rule task calls."""

    target: ExpressionAttribute | None
    binding: Binding
    result_variable: str | None = None
    propagate_child: bool = True
    propagate_parent: bool = True
    business_key: ExpressionAttribute | None = None


@dataclass(frozen=True, slots=True)
class LinkedResource:
    """A deployed file that a job is handed with."""

    id: ExpressionAttribute | None
    type: str
    link_name: str
    binding: Binding


@dataclass(frozen=True, slots=True)
class Collections:
    """The collections of a multi-instance body or an ad-hoc subprocess."""

    items: ExpressionAttribute | None
    item: str | None
    output: str | None
    output_item: ExpressionAttribute | None


@dataclass(slots=True)
class Extensions:
    """Everything our dialect adds to one BPMN element."""

    inputs: tuple[Mapping_, ...] = ()
    outputs: tuple[Mapping_, ...] = ()
    job_type: ExpressionAttribute | None = None
    retries: ExpressionAttribute | None = None
    headers: dict[str, str] = field(default_factory=dict)
    job_priority: ExpressionAttribute | None = None
    has_any: bool = False  # something of the zeebe namespace
    user_task: bool = False
    assignee: ExpressionAttribute | None = None
    candidate_groups: ExpressionAttribute | None = None
    candidate_users: ExpressionAttribute | None = None
    due_date: ExpressionAttribute | None = None
    follow_up_date: ExpressionAttribute | None = None
    priority: ExpressionAttribute | None = None
    form: FormReference | None = None
    task_listeners: tuple[Listener, ...] = ()
    listeners: tuple[Listener, ...] = ()
    called_element: Called | None = None
    called_decision: Called | None = None
    script: ExpressionAttribute | None = None
    script_result: str | None = None
    ad_hoc: Collections | None = None
    linked_resources: tuple[LinkedResource, ...] = ()
    properties: dict[str, str] = field(default_factory=dict)
    declared: dict[str, ExpressionAttribute] = field(default_factory=dict)  # by present name
    version_tag: str | None = None

    def expressions(self) -> Iterator[tuple[str, ExpressionAttribute]]:
        """Walk all expressions with the name of what they are for."""
        for each in fields(self):
            yield from _expressions(each.name, getattr(self, each.name))


_PARTS = Mapping_ | Listener | FormReference | Called | Collections | LinkedResource


def _expressions(name: str, value: Any) -> Iterator[tuple[str, ExpressionAttribute]]:
    if isinstance(value, ExpressionAttribute):
        yield name, value
    elif isinstance(value, tuple):
        for item in value:
            yield from _expressions(name, item)
    elif isinstance(value, _PARTS):
        for each in fields(value):
            yield from _expressions(f"{name}.{each.name}", getattr(value, each.name))


def read(node: XmlNode) -> Extensions:
    """Read the extension elements of a BPMN element."""
    answer = Extensions()
    holder = child(node, "extensionElements")
    if holder is None:
        return answer
    answer.has_any = any(str(each.tag).startswith(zeebe("")) for each in holder)
    _read_data(answer, holder)
    _read_job(answer, holder)
    _read_user_task(answer, holder)
    _read_calls(answer, holder)
    return answer


def collections(node: XmlNode | None) -> Collections | None:
    """Read `zeebe:loopCharacteristics`."""
    if node is None:
        return None
    return Collections(
        expression_attribute(node.get("inputCollection"), always=True),
        node.get("inputElement") or None,
        node.get("outputCollection") or None,
        expression_attribute(node.get("outputElement"), always=True),
    )


def correlation_key(message: XmlNode) -> ExpressionAttribute | None:
    """Read the correlation key of a `bpmn:message`."""
    subscription = extension(message, "subscription")
    if subscription is None:
        return None
    return expression_attribute(subscription.get("correlationKey"), always=True)


def _read_data(answer: Extensions, holder: XmlNode) -> None:
    mapping = holder.find(zeebe("ioMapping"))
    if mapping is not None:
        answer.inputs = tuple(_mapping(each) for each in mapping.iterfind(zeebe("input")))
        answer.outputs = tuple(_mapping(each) for each in mapping.iterfind(zeebe("output")))
    for each in holder.iterfind(f"{zeebe('properties')}/{zeebe('property')}"):
        answer.properties[each.get("name", "")] = each.get("value", "")
    for name, value in present_names(answer.properties).items():
        if ENGINE.get(name) is not None and value.strip():
            answer.declared[name] = ExpressionAttribute(value.strip())
    tag = holder.find(zeebe("versionTag"))
    answer.version_tag = None if tag is None else tag.get("value")


def _mapping(node: XmlNode) -> Mapping_:
    return Mapping_(
        expression_attribute(node.get("source")), tuple((node.get("target") or "").split("."))
    )


def _read_job(answer: Extensions, holder: XmlNode) -> None:
    definition = holder.find(zeebe("taskDefinition"))
    if definition is not None:
        answer.job_type = expression_attribute(definition.get("type"))
        answer.retries = expression_attribute(definition.get("retries"))
    answer.headers = _headers(holder.find(zeebe("taskHeaders")))
    priority = holder.find(zeebe("jobPriorityDefinition"))
    answer.job_priority = (
        None if priority is None else expression_attribute(priority.get("priority"))
    )
    answer.listeners = _listeners(holder, "executionListener")
    answer.task_listeners = _listeners(holder, "taskListener")
    found = holder.iterfind(f"{zeebe('linkedResources')}/{zeebe('linkedResource')}")
    answer.linked_resources = tuple(
        LinkedResource(
            expression_attribute(each.get("resourceId")),
            each.get("resourceType", ""),
            each.get("linkName", ""),
            _binding(each),
        )
        for each in found
    )


def _headers(node: XmlNode | None) -> dict[str, str]:
    if node is None:
        return {}
    return {each.get("key", ""): each.get("value", "") for each in node.iterfind(zeebe("header"))}


def _listeners(holder: XmlNode, name: str) -> tuple[Listener, ...]:
    return tuple(
        Listener(
            each.get("eventType", "start"),
            expression_attribute(each.get("type")),
            expression_attribute(each.get("retries")),
            _headers(each.find(zeebe("taskHeaders"))) | _headers(each),
        )
        for each in holder.iterfind(f"{zeebe(name + 's')}/{zeebe(name)}")
    )


def _read_user_task(answer: Extensions, holder: XmlNode) -> None:
    answer.user_task = holder.find(zeebe("userTask")) is not None
    assignment = holder.find(zeebe("assignmentDefinition"))
    if assignment is not None:
        answer.assignee = expression_attribute(assignment.get("assignee"))
        answer.candidate_groups = expression_attribute(assignment.get("candidateGroups"))
        answer.candidate_users = expression_attribute(assignment.get("candidateUsers"))
    schedule = holder.find(zeebe("taskSchedule"))
    if schedule is not None:
        answer.due_date = expression_attribute(schedule.get("dueDate"))
        answer.follow_up_date = expression_attribute(schedule.get("followUpDate"))
    priority = holder.find(zeebe("priorityDefinition"))
    answer.priority = None if priority is None else expression_attribute(priority.get("priority"))
    form = holder.find(zeebe("formDefinition"))
    if form is not None:
        answer.form = FormReference(
            form.get("formId") or None,
            form.get("formKey") or None,
            expression_attribute(form.get("externalReference")),
            _binding(form),
        )


def _binding(node: XmlNode) -> Binding:
    return Binding(node.get("bindingType") or "latest", node.get("versionTag") or None)


def _read_calls(answer: Extensions, holder: XmlNode) -> None:
    called = holder.find(zeebe("calledElement"))
    if called is not None:
        answer.called_element = Called(
            expression_attribute(called.get("processId"))
            or expression_attribute(called.get("processIdExpression"), always=True),
            _binding(called),
            propagate_child=flag(called, "propagateAllChildVariables", default=True),
            propagate_parent=flag(called, "propagateAllParentVariables", default=True),
            business_key=expression_attribute(called.get("businessId")),
        )
    decision = holder.find(zeebe("calledDecision"))
    if decision is not None:
        answer.called_decision = Called(
            expression_attribute(decision.get("decisionId")),
            _binding(decision),
            result_variable=decision.get("resultVariable") or None,
        )
    script = holder.find(zeebe("script"))
    if script is not None:
        answer.script = expression_attribute(script.get("expression"), always=True)
        answer.script_result = script.get("resultVariable") or None
    ad_hoc = holder.find(zeebe("adHoc"))
    if ad_hoc is not None:
        answer.ad_hoc = Collections(
            expression_attribute(ad_hoc.get("activeElementsCollection"), always=True),
            None,
            ad_hoc.get("outputCollection") or None,
            expression_attribute(ad_hoc.get("outputElement"), always=True),
        )


def script_text(node: XmlNode) -> tuple[str, str]:
    """Return format and text of a plain `bpmn:script`, as other tools write it."""
    return (node.get("scriptFormat") or "").lower(), text(child(node, "script"))
