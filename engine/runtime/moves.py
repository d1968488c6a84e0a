"""Start an instance and move it: one wait done, failed or thrown out of."""

from collections.abc import Sequence
from typing import Any

from engine.bpmn.elements import task_listeners
from engine.bpmn.elements.resume import is_listener_job, resume_wait
from engine.bpmn.elements.throwing import find
from engine.bpmn.elements.throwing import throw as throw_from
from engine.bpmn.execution import loop_guard
from engine.bpmn.execution.context import Context
from engine.bpmn.execution.fault import Fault
from engine.bpmn.execution.token import ACT, Token
from engine.bpmn.instance import Instance
from engine.definitions import Definition
from engine.errors import Invalid, NotFound, Over
from engine.model import Json, Kind, Outcome, Step, Variables, Wait
from engine.runtime import codec
from engine.runtime.placing import activate


def start(
    definition: Definition,
    *,
    key: int,
    variables: Variables,
    context: Context,
    start_element: str | None = None,
    start_instructions: Sequence[Any] = (),
    stop_after: Sequence[str] = (),
    message_variables: Variables | None = None,
    caller: Json = None,
    zone: str = "UTC",
    chain: float = 0,
) -> Step:
    """Start an instance at its none start event, at an event, or at given elements.

    It is terminated as soon as one of the elements of `stop_after` has completed. `chain` is the
    length of the chain of signals that starts it.
    """
    state = codec.fresh(key, definition.id, zone, caller)
    spec = definition.spec
    _stop_after(definition, state, stop_after)
    instance = Instance(spec, state, context)
    for name, value in variables.items():
        instance.scopes.put(key, name, value)
    root = instance.add(spec.root, 0, key=key)
    if start_element is not None:
        if start_element not in {each.name for each in spec.inside(spec.root)}:
            raise NotFound(f"The process '{definition.id}' has no element '{start_element}'.")
        root.internal_data["start"] = [start_element, dict(message_variables or {})]
    elif start_instructions:
        root.internal_data["empty"] = True
    elif not spec.root.starts:
        message = f"The process '{definition.id}' has no start event without a trigger."
        raise Invalid(message)
    spec.root._update(root)
    if start_instructions:
        instance.run()  # the process's own listeners and event subprocesses come first
        for each in start_instructions:
            element_id = each if isinstance(each, str) else each.get("elementId", "")
            activate(instance, element_id)
    return _run(instance, loop_guard.chained(instance, chain))


def _stop_after(definition: Definition, state: dict[str, Json], elements: Sequence[str]) -> None:
    for element_id in elements:
        if element_id not in definition.spec.task_specs:
            raise Invalid(f"The process '{definition.id}' has no element '{element_id}'.")
    if elements:
        state["stop_after"] = sorted(elements)


def resume(
    definition: Definition,
    state: dict[str, Json],
    wait: Wait,
    variables: Variables,
    *,
    context: Context,
) -> Step:
    """Go on after a wait is done; raises `Conflict` when the wait is gone."""
    instance = load(definition, state, context)
    token = _owner(instance, wait)
    element_id = token.waits[str(wait.key)][1]
    rushed = loop_guard.too_often(token, wait, dict(variables))
    chained = loop_guard.chained(instance, wait.data.get("chain", 0))
    resume_wait(token, str(wait.key), dict(variables), result=wait.data.get("result"))
    if rushed:
        instance.pause(rushed, element_id)
    return _run(instance, chained)


def throw(
    definition: Definition,
    state: dict[str, Json],
    wait: Wait,
    *,
    kind: str = "error",
    code: str,
    message: str = "",
    variables: Variables | None = None,
    context: Context,
    **_: Any,
) -> Step:
    """Throw a BPMN error or escalation out of a job or a child; uncaught it is an incident."""
    instance = load(definition, state, context)
    token = _owner(instance, wait)
    heard = is_listener_job(token, str(wait.key))  # a listener's error has no way in the diagram
    caught = None if heard else find(token, kind, code)
    if kind == "error" and caught is not None:
        instance.close(token, str(wait.key), Outcome.COMPLETED)
    values = dict(variables or {})
    if (heard or not throw_from(token, kind, code, message, values)) and kind == "error":
        text = f"Nothing catches the error '{code}'. {message}".strip()
        _fail(instance, token, wait, "UNHANDLED_ERROR_EVENT", text)
    return _run(instance)


def fail(
    definition: Definition,
    state: dict[str, Json],
    wait: Wait,
    *,
    error_type: str,
    message: str,
    context: Context,
) -> Step:
    """Make an incident of a wait that failed for good."""
    instance = load(definition, state, context)
    _fail(instance, _owner(instance, wait), wait, error_type, message)
    return _run(instance)


def miss(
    definition: Definition,
    state: dict[str, Json],
    wait: Wait,
    *,
    message: str,
    context: Context,
) -> Step:
    """Make an incident of a wait that nobody can end; resolving it waits for the same anew."""
    instance = load(definition, state, context)
    token = _owner(instance, wait)
    kind, element_id, extra = token.waits[str(wait.key)]
    heard = is_listener_job(token, str(wait.key))
    instance.close(token, str(wait.key))
    again: dict[str, Json] | None = None
    if kind == Kind.INCIDENT:
        again = extra
    elif heard and "hearing" in extra:
        again = {"hear": 1}
    elif element_id != token.task_spec.name:
        again = {"arm": element_id}
    elif not heard:
        token.phase = ACT
    instance.incident(token, "UNKNOWN", message, again)
    return _run(instance)


def change_task(
    definition: Definition,
    state: dict[str, Json],
    wait: Wait,
    changes: Variables,
    *,
    event: str = "updating",
    context: Context,
) -> Step:
    """Assign ("assigning") or update a user task: at once, or when its listeners have heard it.

    `changes` are those of `TaskChange`; the step's `tasks` says what is to be written now.
    """
    instance = load(definition, state, context)
    token = _owner(instance, wait)
    try:
        task_listeners.change(token, str(wait.key), event, dict(changes))
    except Fault as fault:
        instance.incident(token, fault.error_type, fault.message)
    return _run(instance)


def set_variables(
    definition: Definition,
    state: dict[str, Json],
    scope_key: int,
    variables: Variables,
    *,
    local: bool,
    context: Context,
) -> Step:
    """Write variables into a scope, or (not local) where their names live already."""
    instance = load(definition, state, context)
    token = _token(instance, scope_key)
    for name, value in variables.items():
        if local:
            instance.scopes.put(token.id, name, value)
        else:
            instance.write(token, name, value)
    return _run(instance)


def cancel(
    definition: Definition,
    state: dict[str, Json],
    *,
    context: Context,
) -> Step:
    """Terminate the whole instance, after its cancel listeners; told twice, at once."""
    instance = load(definition, state, context)
    instance.terminate()
    return codec.step(instance)


def load(definition: Definition, state: dict[str, Json], context: Context) -> Instance:
    """Return the instance of a state; raises `Over` when it has ended."""
    if not state.get("tokens"):
        raise Over("The process instance has ended.")
    return Instance(definition.spec, state, context)


def _run(instance: Instance, chained: str = "") -> Step:
    halt = chained or instance.halt
    if halt:
        instance.pause(halt)
    instance.run()
    return codec.step(instance)


def _owner(instance: Instance, wait: Wait) -> Token:
    token = instance.find(wait.element_instance_key)
    if token is None or str(wait.key) not in token.waits:
        raise Over("It is done already, or was cancelled.")
    return token


def _token(instance: Instance, key: int) -> Token:
    token = instance.find(key)
    if token is None:
        raise NotFound(f"No element instance {key} is active.")
    return token


def _fail(instance: Instance, token: Token, wait: Wait, error_type: str, message: str) -> None:
    if wait.kind is Kind.JOB:
        instance.incident(token, error_type, message, {"job": wait.key})
        return
    instance.close(token, str(wait.key))
    if token.task_spec.name == wait.element_id:
        token.phase = ACT
    instance.incident(token, error_type, message)
