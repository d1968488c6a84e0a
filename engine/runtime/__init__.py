"""The core: a state and a wait in, a Step out. No database, no clock, no request.

Signatures (all answer a `Step`; a failing expression is an INCIDENT wait, never an exception):

    start(definition, *, key, variables, context, start_element=None,
          start_instructions=(), stop_after=(), message_variables=None, caller=None, zone="UTC",
          chain=0)
    resume(definition, state, wait, variables, *, context)
    throw(definition, state, wait, *, kind="error", code, message, variables, context)
    fail(definition, state, wait, *, error_type, message, context)
    miss(definition, state, wait, *, message, context)
    change_task(definition, state, wait, changes, *, event, context)
    set_variables(definition, state, scope_key, variables, *, local, context)
    cancel(definition, state, *, context)
    modify(definition, state, *, activate=(), move=(), terminate=(), context)
    activate_ad_hoc(definition, state, key, elements, *, context, cancel_remaining=False)
    migrate(definition, target, state, mapping, *, context)
    check_migration(definition, target, state, mapping) -> list[Problem] (empty: it can be moved)
    check_mapping(target, mapping) -> list[Problem] (names the new version does not have)
    suggest(definition, target) -> dict (a mapping of renamed elements, to be looked over)
    visible(state, scope_key) -> dict     variables(state) -> dict

What the shell does with the answers:

- `resume` with a wait the state does not know raises `Conflict`: somebody was faster.
- A JOB that is out of retries: `fail(...)`. The JOB wait stays open beside the INCIDENT wait (its
  `job_key` names it); `resume(INCIDENT)` then only closes the incident, the job may be activated
  again. The same holds after an uncaught `throw` of a job.
- Any other failing wait (a CHILD whose process is missing: CALLED_ELEMENT_ERROR): `fail` closes
  the wait; `resume(INCIDENT)` tries the element again from the failed phase.
- A CHILD wait's `data["caller"]` goes into the child's `start(caller=...)`, so that the child knows
  which errors and escalations its callers catch. When the child ends, `resume(CHILD wait,
  step.result)`; when its step has `thrown`, `throw(CHILD wait, **thrown)` on the parent. An
  escalation may be thrown without `ended`: the child goes on, unless the parent's step closes
  the CHILD wait (then cancel the child).
- TIMER: `resume(wait, {})` at its due time. A repeating one is closed and opened again with a new
  key. MESSAGE, SIGNAL: `resume(wait, payload)`. CONDITION: the core watches it by itself.
- What the worker of a JOB decided beside its variables is in the wait's `data["result"]`, in
  snake_case as the API reads it: of a task listener {denied, denied_reason, corrections}, of an
  ad-hoc subprocess {activate_elements [{element_id, variables}],
  is_completion_condition_fulfilled, is_cancel_remaining_instances}.
- `step.tasks`: write these changes into the rows of user tasks. Assigning and updating a task goes
  through `change_task`, so that its listeners hear it.
- `cancel` may leave the instance running: cancel listeners are jobs. A second one ends it at once.
- A state may lack tokens that live: `folded` names them, {part: {scope: [keys]}}. A step that needs
  one raises `Folded` and has changed nothing; ask again with the whole state.
- With a `halt` in the context a verb takes what happened and stops what follows from it with an
  incident of that message. Resolving it goes on.
- A signal of `step.signals` has a `chain`, the number of signals that set each other off up to it;
  it goes into `start(chain=...)` and the `data` of the SIGNAL wait.
- A closed wait with outcome CANCELED: cancel the job, the user task, the child instance.
"""

from engine.bpmn.execution.context import Context, Resolver
from engine.bpmn.execution.fault import PartMissing
from engine.runtime.codec import Stuck
from engine.runtime.mapping import suggest
from engine.runtime.migrate import check_mapping, check_migration, migrate
from engine.runtime.modify import activate_ad_hoc, modify
from engine.runtime.moves import (
    cancel,
    change_task,
    fail,
    miss,
    resume,
    set_variables,
    start,
    throw,
)
from engine.runtime.reading import variables, visible

__all__ = [
    "Context",
    "PartMissing",
    "Resolver",
    "Stuck",
    "activate_ad_hoc",
    "cancel",
    "change_task",
    "check_mapping",
    "check_migration",
    "fail",
    "migrate",
    "miss",
    "modify",
    "resume",
    "set_variables",
    "start",
    "suggest",
    "throw",
    "variables",
    "visible",
]
