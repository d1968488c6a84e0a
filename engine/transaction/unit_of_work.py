"""One transaction of the engine: instances are loaded, changed by the core, and written once.

A step may start children, end into a parent, throw signals or meet a waiting message. Such
follow-ups are worked off one by one in the same transaction, never by recursion.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Concatenate, ParamSpec

from engine import runtime
from engine.errors import Conflict, EngineError, Over
from engine.model import Closed, Step, Wait
from engine.transaction import (
    candidates,
    declared,
    events_out,
    history_chain,
    history_rows,
    input_limits,
    instances,
    waits,
)
from engine.transaction.follow_ups import (
    Broadcast,
    ChildEnded,
    ChildThrew,
    StartNext,
)
from engine.transaction.instances import Instance
from engine.transaction.pending import MAX_FOLLOW_UPS, Pending
from engine.transaction.resolver import Resolver
from engine.transaction.state_parts import State

P = ParamSpec("P")
_RUNAWAY = 20 * MAX_FOLLOW_UPS  # a fault of ours: what stopped goes on all the same


class UnitOfWork(Pending):
    """The transaction of a command; `finish` writes, the caller commits."""

    # -- instances ---------------------------------------------------------------------------

    def adopt(self, instance: Instance) -> Instance:
        """Take an instance into this transaction; the same one is never held twice."""
        return self._instances.setdefault(instance.key, instance)

    def instance(self, key: int) -> Instance:
        """Return an instance, loaded and locked when first asked for."""
        held = self._instances.get(key)
        return held or self.adopt(instances.read(self.connection, key, self.catalogue))

    def from_row(self, row: Any) -> Instance:
        """Return the instance of a row that was read together with what waits."""
        held = self._instances.get(row["instance__key"])
        return held or self.adopt(instances.from_row(self.connection, row, self.catalogue))

    def resolver(self, instance: Instance) -> Resolver:
        """Return how this instance finds what its diagram names."""
        candidate = instance.trial_key if instance.trial_side == "candidate" else None
        own = instance.deployed.deployment_key
        return Resolver(self.connection, self.catalogue, own, candidate)

    def context(self, instance: Instance) -> runtime.Context:
        """Return what the core needs beside the state of this instance."""
        resolver = self.resolver(instance)
        calendars = self.environment.calendars
        return runtime.Context(
            self.now, self.keys, resolver, self.limits, self.stop_reason, calendars
        )

    # -- steps -------------------------------------------------------------------------------

    def resume(
        self,
        instance: Instance,
        wait: Wait,
        variables: Mapping[str, Any],
        command: str,
        *,
        fits: bool = False,
    ) -> Step:
        """Let the core go on from a wait; with `fits`, refused now if it would grow too large."""
        context = self.context(instance)
        step = self._step(runtime.resume, instance, wait, variables, context=context)
        if fits:
            input_limits.fits(step, instance.stored.folded_size(), self.limits)
        return self.apply(instance, step, command, wait.element_id, _given(wait, variables))

    def throw(
        self, instance: Instance, wait: Wait, thrown: Mapping[str, Any], command: str
    ) -> Step:
        """Let an error or escalation {kind, code, message, variables} leave a wait."""
        context = self.context(instance)

        def throw(definition: Any, state: State, wait: Wait, /) -> Step:
            return runtime.throw(definition, state, wait, context=context, **thrown)

        step = self._step(throw, instance, wait)
        given = _given(wait, thrown) | {"act": "throw"}
        return self.apply(instance, step, command, wait.element_id, given)

    def fail(
        self, instance: Instance, wait: Wait, error_type: str, message: str, command: str
    ) -> Step:
        """Make an incident of a wait that cannot go on."""
        step = self._step(
            runtime.fail,
            instance,
            wait,
            error_type=error_type,
            message=message,
            context=self.context(instance),
        )
        given = _given(wait, {"error_type": error_type, "message": message}) | {"act": "fail"}
        return self.apply(instance, step, command, wait.element_id, given)

    def miss(self, instance: Instance, wait: Wait) -> Step:
        """Make an incident of a wait whose row is gone."""
        message = f"What '{wait.element_id}' waits for is lost ({wait.kind}): resolve to try again."
        context = self.context(instance)
        step = self._step(runtime.miss, instance, wait, message=message, context=context)
        return self.apply(instance, step, "report lost", wait.element_id)

    def change_task(
        self,
        instance: Instance,
        wait: Wait,
        event: str,
        changes: Mapping[str, Any],
        command: str,
        subject: str,
    ) -> Step:
        """Assign or update a user task: now, or when its listeners have heard it."""
        context = self.context(instance)
        step = self._step(
            runtime.change_task, instance, wait, changes, event=event, context=context
        )
        given = _given(wait, changes) | {"event": event}
        return self.apply(instance, step, command, subject, given)

    def cancel(self, instance: Instance, command: str) -> Step:
        """End an instance and everything in it; while cancel listeners are heard it goes on."""
        step = runtime.cancel(instance.definition, instance.data, context=self.context(instance))
        return self.apply(instance, step, command)

    def record(
        self,
        instance: Instance,
        command: str,
        subject: str = "",
        *,
        opened: Sequence[Wait] = (),
        closed: Sequence[Closed] = (),
    ) -> Step:
        """Add to the history what moves no token."""
        state = instance.stored.load_around()
        return self.apply(instance, Step(state, opened, closed), command, subject)

    def apply(
        self,
        instance: Instance,
        step: Step,
        command: str,
        subject: str = "",
        given: Mapping[str, Any] | None = None,
    ) -> Step:
        """Gather everything that a step changed, and what follows from it.

        `given` is what the core was given: the history keeps it, so that the step can be replayed.
        """
        instance.stored.replace(step.state)
        self.changes.instances[instance.key] = instance
        for flow in step.flows:
            taken = instance.flows.get(flow.flow_id, 0) + flow.count
            instance.flows = {**instance.flows, flow.flow_id: taken}
        declared.note_customer(self, instance, step)
        history_rows.elements(self, instance, step)
        history_rows.decisions(self, instance, step)
        history_rows.tasks(self, instance, step)
        for closed in step.closed:
            waits.closed(self, instance, closed)
        for wait in step.opened:
            waits.opened(self, instance, wait)
        if step.ended:
            instance.state, instance.ended_at = step.ended, self.now
            events_out.of_instance(self, instance, step.ended.lower())
            if instance.incidents:
                waits.close_incidents(self, instance)
        history_chain.link(self, instance, step, command, subject, given)
        self._follow(instance, step)
        return step

    # -- the end -----------------------------------------------------------------------------

    def run_follow_ups(self) -> None:
        """Do all that follows; raises EngineError when a fault of ours makes it endless."""
        self._following = True
        while self._follow_ups:
            if self._counted > _RUNAWAY:
                raise EngineError("one request set off too many steps at once")
            follow_up = self._follow_ups.popleft()
            self.environment.handlers[type(follow_up)](self, follow_up)
        self._following = False

    def finish(self) -> None:
        """Do all that follows and write; the transaction is then ready to commit."""
        self.run_follow_ups()
        self.flush()
        candidates.write(self)
        self._hand_over()

    # -- inside ------------------------------------------------------------------------------

    def _step(
        self,
        verb: Callable[Concatenate[Any, State, Wait, P], Step],
        instance: Instance,
        wait: Wait,
        *arguments: P.args,
        **named: P.kwargs,
    ) -> Step:
        """Ask the core with what is near the wait, or with everything if that is not enough."""
        definition, stored = instance.definition, alive(instance).stored
        try:
            near = stored.load_around(wait.element_instance_key)
            return verb(definition, near, wait, *arguments, **named)
        except runtime.PartMissing:
            return verb(definition, stored.load_all(), wait, *arguments, **named)

    def _follow(self, instance: Instance, step: Step) -> None:
        """Defer what others do about a step: who hears its signals, and who called the instance."""
        for signal in step.signals:
            self.defer(Broadcast(**signal))
        if step.ended and instance.correlation_key:
            self.defer(StartNext(instance))
        if instance.parent_wait_key is None:
            return
        if step.thrown is not None:
            self.defer(ChildThrew(instance, step.thrown))
        elif step.ended == "COMPLETED":
            self.defer(ChildEnded(instance, step.result))


def alive(instance: Instance) -> Instance:
    """Return the instance; raises Over if it has ended, Conflict if it is suspended."""
    if instance.state != "ACTIVE":
        refusal = Conflict if instance.state == "SUSPENDED" else Over
        raise refusal(f"process instance {instance.key} is {instance.state.lower()}")
    return instance


def _given(wait: Wait, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the raw input of a step that goes on from a wait, before any mapping."""
    place = {"kind": wait.kind, "element": wait.element_id, "token": wait.element_instance_key}
    said = {"result": wait.data["result"]} if wait.data.get("result") is not None else {}
    return place | {"values": dict(values)} | said
