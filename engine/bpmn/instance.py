"""A running instance: a SpiffWorkflow workflow of live tokens, a queue and variable scopes."""

from collections import Counter, deque
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal

from engine import feel
from engine.bpmn.elements import compensation, conditions, due_timers, joins, loops
from engine.bpmn.execution import halt
from engine.bpmn.execution.context import Context
from engine.bpmn.execution.evaluation_budget import EvaluationBudget
from engine.bpmn.execution.fault import Fault, PartMissing
from engine.bpmn.execution.journal import Journal
from engine.bpmn.execution.live_workflow import LiveWorkflow
from engine.bpmn.execution.scopes import Scopes, VisibleVariables
from engine.bpmn.execution.token import CANCEL, Token
from engine.bpmn.parse.expression_attribute import ExpressionAttribute
from engine.bpmn.parse.process import ROOT, ProcessSpec
from engine.model import Json, Kind, Outcome, Wait
from engine.schedule import timers

_READY, _STARTED = 16, 32
_STRETCH = 9  # how many times its steps a transaction may get on top for multi-instance items
_STEPS_PER_ITEM = 20


class Instance(LiveWorkflow):
    """One instance during one step; `engine.runtime` loads it from a state and saves it."""

    def __init__(self, spec: ProcessSpec, state: dict[str, Json], context: Context) -> None:
        """Index the live tokens of a state; they become objects when they are touched."""
        super().__init__(spec, deserializing=True)  # a new one would predict a tree of tasks
        self.state = dict(state)
        self.now, self.keys = context.now, context.keys
        self.resolver, self.limits, self.halt = context.resolver, context.limits, context.halt
        self.calendars = context.calendars
        self.key: int = state["key"]
        self.zone: str = state.get("zone", "UTC")
        self.local_now = timers.local(self.now, self.zone)
        self.caller: dict[str, Any] | None = state.get("caller")
        self.loaded: dict[int, Token] = {}
        self.stored: dict[str, dict[str, Json]] = state["tokens"]
        self.gone: set[int] = set()
        self.inside: dict[int, dict[int, None]] = {}
        self._census: dict[int, Counter[str]] = {}
        for key, raw in self.stored.items():
            self.inside.setdefault(raw["p"], {})[int(key)] = None
        self._folded: set[int] = set()  # live, but far from this step: not in this state
        for part in state.get("folded", {}).values():
            for scope, tokens in part.items():
                self.inside.setdefault(scope, {}).update(dict.fromkeys(tokens))
                self._folded.update(tokens)
        self.population = len(self.stored) + len(self._folded)
        self.scopes = Scopes(state["scopes"])
        self.holds: set[int] = set(state.get("holds", ()))
        self.watchers: set[int] = set(state.get("watchers", ()))
        self.fresh: set[str] = set()  # conditions to look at though no variable changed
        self.due_at_once: list[tuple[int, str]] = []  # timers that were due when they were set
        self.journal = Journal()
        self.queue: deque[Token] = deque()
        self.steps_left = self.limits.engine_steps
        self.steps_most = _STRETCH * self.limits.engine_steps
        self.evaluation_budget = EvaluationBudget(self.limits)
        self.hurried = False  # cancelling does not wait for listeners
        self.ended: Literal["COMPLETED", "TERMINATED"] | None = None
        self.result: dict[str, Json] = {}

    # -- tokens -------------------------------------------------------------------------------

    def token(self, key: int) -> Token:
        """Return a live token; raises KeyError when there is none."""
        found = self.loaded.get(key)
        if found is None:
            if key in self.gone:
                raise KeyError(key)
            if key in self._folded:
                raise PartMissing(key)
            raw = self.stored[str(key)]
            since = datetime.fromisoformat(raw["t"])
            found = Token(self, self.spec.node(raw["e"]), raw["p"], key, since, raw.get("r", ""))
            found._state, found.phase = raw["s"], raw["f"]
            found.waits = {wait: list(entry) for wait, entry in raw.get("w", {}).items()}
            found.internal_data.update(
                (name, _own(value)) for name, value in raw.get("d", {}).items()
            )
            self.loaded[key] = found
        return found

    @property
    def has_parts(self) -> bool:
        """Whether some live tokens are not in the state that was given."""
        return bool(self._folded)

    def find(self, key: int) -> Token | None:
        """Return a live token, None when it is gone."""
        known = str(key) in self.stored or key in self._folded
        live = key in self.loaded or (known and key not in self.gone)
        return self.token(key) if live else None

    def live(self) -> list[Token]:
        """Return all live tokens, oldest first."""
        keys = {int(key) for key in self.stored} | set(self.loaded) | self._folded
        return [self.token(key) for key in sorted(keys - self.gone)]

    def add(self, spec: Any, parent: int, role: str = "", key: int | None = None) -> Token:
        """Make a token in a scope without starting it."""
        token = Token(self, spec, parent, key or self.keys(), self.now, role)
        self.loaded[token.id] = token
        self.population += 1
        self.inside.setdefault(parent, {})[token.id] = None
        if parent in self._census:
            self._census[parent][spec.name] += 1
        return token

    def spawn(
        self,
        spec: Any,
        parent: Token,
        *,
        role: str | None = None,
        fired: Mapping[str, Json] | None = None,
    ) -> Token:
        """Start an element inside a scope; `fired` is what arrived for a catching event."""
        if role is None:
            role = "body" if spec.loop is not None else ""
        token = self.add(spec, parent.id, role)
        if fired is not None:
            token.internal_data["fired"] = dict(fired)
        self.note(token, "ACTIVE")
        spec._update(token)
        return token

    def enqueue(self, token: Token) -> None:
        """Put a ready token into the queue."""
        self.queue.append(token)

    def leave(self, token: Token) -> None:
        """Take the flows a completed token chose, then forget it and tell its scope."""
        if token.id in self.gone:  # cancelled by what it threw
            return
        self.note(token, "COMPLETED")
        scope = token.parent
        if scope is None:
            self.end("COMPLETED")
            return
        if token.task_spec.name in self.state.get("stop_after", ()) and token.role != "inner":
            self.forget(token)
            self.terminate()  # it was started to be tried up to here
            return
        compensation.record(token)
        for flow in token.taken:
            if flow.id:
                self.journal.flow(flow.id)
            self.arrive(flow, scope)
        self.forget(token)
        if "for" in token.internal_data:
            compensation.handler_left(token)
        scope.task_spec.child_left(scope, token)

    def arrive(self, flow: Any, scope: Token) -> None:
        """Bring a token along a flow: a join collects it, anything else starts."""
        spec = self.spec.node(flow.target)
        if spec.collects:
            joins.collect(spec, scope, flow.id)
        else:
            self.spawn(spec, scope)

    def terminated(self, token: Token) -> None:
        """Forget a cancelled token and start what interrupted it."""
        self.note(token, "COMPLETED" if token.internal_data.get("thrown") else "TERMINATED")
        scope = token.parent
        if scope is None:
            self.end("TERMINATED")
            return
        if "next" in token.internal_data and scope.phase != CANCEL:
            name, variables = token.internal_data["next"]
            self.spawn(self.spec.node(name), scope, fired=variables)
        self.forget(token)
        if "for" in token.internal_data and scope.phase != CANCEL:
            compensation.handler_left(token)
        if "drain" in token.internal_data and scope.phase != CANCEL:
            self.drain(scope)
        elif "late" in token.internal_data:
            scope.task_spec.child_gone(scope)

    def drain(self, emptied: Token | None) -> None:
        """Terminate a scope that an operator has emptied, and those around it emptied by that."""
        scope = emptied
        while scope is not None and not scope.busy and scope.id not in self.gone:
            around = scope.parent
            scope.internal_data["drain"] = 1
            scope.cancel()
            scope = around

    def forget(self, token: Token) -> None:
        """Drop a token with its waits and its variables."""
        self.close_waits(token)
        self.journal.dropped += [(token.id, name) for name in self.scopes.drop(token.id)]
        self.loaded.pop(token.id, None)
        self.gone.add(token.id)
        self.population -= 1
        self.inside.get(token._parent, {}).pop(token.id, None)
        if token._parent in self._census:
            self._census[token._parent][token.task_spec.name] -= 1
        self.inside.pop(token.id, None)
        self.holds.discard(token.id)
        self.watchers.discard(token.id)

    def census(self, scope: int) -> Counter[str]:
        """Count the live tokens of a scope by element; kept up to date once it was asked for."""
        found = self._census.get(scope)
        if found is None:
            keys = self.inside.get(scope, ())
            found = self._census[scope] = Counter(self._element(key) for key in keys)
        return found

    def _element(self, key: int) -> str:
        token = self.loaded.get(key)
        if token is None and key in self._folded:
            raise PartMissing(key)
        return str(self.stored[str(key)]["e"] if token is None else token.task_spec.name)

    def note(self, token: Token, state: Literal["ACTIVE", "COMPLETED", "TERMINATED"]) -> None:
        """Journal an element instance, except the process itself and tokens held at a join."""
        if token._parent != 0 and token.role != "hold":
            self.journal.element(token, state, self.now)

    def end(self, how: Literal["COMPLETED", "TERMINATED"]) -> None:
        """End the instance; nothing is left inside."""
        self.ended = how
        self.result = dict(self.scopes.local(self.key))
        self.close_waits(self.token(self.key))
        self.queue.clear()

    def terminate(self) -> None:
        """Terminate the instance; told twice, it does not wait for cancel listeners any more."""
        root = self.token(self.key)
        self.hurried = self.hurried or root.phase == CANCEL
        root.cancel()

    # -- the loop -----------------------------------------------------------------------------

    def run(self) -> None:
        """Run until every token waits for somebody outside, or the instance has ended."""
        self.scopes.most = self.limits.variables_bytes
        while self.ended is None:
            while self.queue and self.ended is None:
                self.run_ready(self.queue.popleft())
                if self.scopes.changed or self.fresh:
                    conditions.fire(self)
            if self.ended is not None or not self.settle():
                break

    def settle(self) -> bool:
        """Look for what goes on by itself now that all is quiet."""
        return conditions.fire(self) or due_timers.fire(self) or joins.settle(self)

    def grant(self, items: int) -> None:
        """Return a multi-instance activity steps for its items; up to a bound, bombs stay bombs."""
        granted = min(items * _STEPS_PER_ITEM, self.steps_most)
        self.steps_most -= granted
        self.steps_left += granted

    def run_ready(self, token: Token) -> None:
        """Run a token if it is still ready, unless that would pass a limit of the step."""
        if token.id in self.gone or token._state != _READY:
            return
        self.steps_left -= 1
        if self.steps_left < 0:
            self.queue.appendleft(token)
            self.pause(f"More than {self.limits.engine_steps} steps without a wait.")
        elif self.population > self.limits.live_elements:
            most = self.limits.live_elements
            self.queue.appendleft(token)
            self.pause(f"More than {most} elements are active at once.")
        else:
            token.run()

    def pause(self, message: str, rushed: str = "") -> None:
        """Stop everything that is ready; `rushed` is the element that was resumed too often."""
        due_timers.fire(self)  # or each of those timers would begin a step of its own
        halt.pause(self, message, rushed)

    # -- waits --------------------------------------------------------------------------------

    def open(
        self, token: Token, kind: Kind, element_id: str, data: dict[str, Json], extra: Json = None
    ) -> int:
        """Open a wait on a token; return its key."""
        key = self.keys()
        token.waits[str(key)] = [kind.value, element_id, extra]
        shown = self.spec.name if element_id == ROOT else element_id
        self.journal.opened[key] = Wait(key, kind, shown, token.id, data)
        return key

    def close(self, token: Token, key: str, outcome: Outcome = Outcome.CANCELED) -> None:
        """Close a wait of a token."""
        kind, _, extra = token.waits.pop(key)
        self.journal.close(int(key), Kind(kind), outcome)
        if kind == Kind.INCIDENT and outcome is Outcome.CANCELED:
            halt.revive(self, extra)  # whoever terminates one of them means only that one

    def close_waits(self, token: Token) -> None:
        """Close all waits of a token."""
        for key in list(token.waits):
            self.close(token, key)
        self.watchers.discard(token.id)

    def watch(self, token: Token, key: int) -> None:
        """Look at a condition when variables change, and once now."""
        self.watchers.add(token.id)
        self.fresh.add(str(key))

    def incident(
        self,
        token: Token,
        error_type: str,
        message: str,
        extra: dict[str, Json] | None = None,
    ) -> None:
        """Stop a token with an incident; `extra` says what to retry, by default its phase.

        {"job": key} the job goes on by itself, {"arm": event id} only the event is armed again,
        {"paused": keys} the tokens that were stopped together with this one, {"rushed": element id}
        by which the instance went on too often.
        """
        if token.role != "hold":
            token._set_state(_STARTED)
        data = {"error_type": error_type, "message": message, "job_key": (extra or {}).get("job")}
        if extra and "rushed" in extra:
            data["rushed"] = extra["rushed"]
        self.open(token, Kind.INCIDENT, token.task_spec.name, data, extra)

    # -- variables ----------------------------------------------------------------------------

    def view(self, token: Token, extra: Mapping[str, Json] | None = None) -> VisibleVariables:
        """Return the variables a token sees."""
        layers: list[Mapping[str, Json]] = [] if extra is None else [extra]
        for each in token.chain():
            layers.append(self.scopes.local(each.id))
            if each.role == "body":
                layers.append(loops.CollectedResults(each.internal_data))
        return VisibleVariables(layers)

    def write(self, token: Token, name: str, value: Json) -> None:
        """Write where the name already lives, else into the process.

        What happens inside an ad-hoc subprocess stays there: in its slot, if it has not the name.
        """
        for each in token.chain():
            if self.scopes.has(each.id, name) or each._parent == 0:
                self.scopes.put(each.id, name, value)
                return
            if each.role == "slot":
                inside = self.scopes.has(each._parent, name)
                self.scopes.put(each._parent if inside else each.id, name, value)
                return

    def evaluate(
        self,
        attribute: ExpressionAttribute,
        token: Token,
        error_type: str,
        extra: Mapping[str, Json] | None = None,
    ) -> tuple[Json, str]:
        """Evaluate for a token to a JSON value, with the warnings; a failure is a `Fault`."""
        if attribute.expression is None:
            if attribute.error:
                raise Fault(error_type, f"'{attribute.source}': {attribute.error}")
            return attribute.literal, ""
        try:
            with self.evaluation_budget.lent() as budget:
                value, why = attribute.evaluate(self.view(token, extra), self.local_now, budget)
                return feel.to_json(value), why
        except (ValueError, ArithmeticError, TypeError, LookupError, RecursionError) as error:
            raise Fault(error_type, f"'{attribute.source[:200]}': {error}") from error

    @staticmethod
    def show(value: Json) -> str:
        """Show a value in a message, cut short."""
        text = "null" if value is None else repr(value)
        return text if len(text) <= 100 else text[:99] + "…"


def _own(value: Json) -> Json:
    """Copy a container, so that the state we came from stays as it is."""
    if isinstance(value, dict):
        return dict(value)
    return list(value) if isinstance(value, list) else value
