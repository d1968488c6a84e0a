"""One instance of a process in a world of its own, moved by the steps of a scenario."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import func, select

from engine import reads, store
from engine.engine import Engine
from engine.errors import Invalid
from engine.model import Kind, StartRequest
from engine.reads import Waiting
from engine.scenarios import expectations
from engine.scenarios.deployed import Copies
from engine.scenarios.outcome import Failed, Visited, compare
from engine.scenarios.reading import WORDS, instant, known, plain
from engine.schedule import deadlines
from engine.schedule.office import Office, offices
from engine.service_task import Registry

MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
_LEASE_MS = 60_000


class Play:
    """One instance of a process in a world of its own."""

    def __init__(
        self, copies: Copies, scenario: Mapping[str, Any], service_tasks: Registry
    ) -> None:
        known(scenario, WORDS)
        if "process" not in scenario:
            raise Failed("a scenario names its process")
        self.now: datetime = instant(scenario.get("now", MONDAY))
        self.database = copies.fresh(self.now, scenario.get("answered", ()))
        self.service_tasks = service_tasks
        self.engine = Engine(self.database, clock=lambda: self.now, calendars=offices)
        self.key = self.begin(scenario)

    def begin(self, scenario: Mapping[str, Any]) -> int:
        """Start the instance: by hand, by a message, or by a timer; the answer is its key."""
        process, variables = scenario["process"], plain(scenario.get("start", {}))
        if "begins" in scenario:
            return self.begin_by_timer(process, scenario["begins"])
        if "message" not in scenario:
            return (
                self.engine.by("scenario")
                .instances.start(StartRequest(process, variables=variables))
                .instance_key
            )
        message, key = scenario["message"], str(scenario.get("key", ""))
        commands = self.engine.by("scenario")
        commands.messages.publish(message, key, variables)
        with store.reading(self.database) as connection:
            found = reads.instances(connection).items
        begun = [each for each in found if each.parent_instance_key is None]
        own = [each.key for each in begun if each.process_id == process]
        if not begun:
            raise Failed(f"no process begins with the message {message}")
        if not own:
            others = ", ".join(sorted({each.process_id for each in begun}))
            raise Failed(f"the message starts {others}, not {process}")
        for other in begun:  # a message starts every process that listens; this is about one
            if other.process_id != process and other.state == "ACTIVE":
                commands.instances.cancel(other.key)
        return own[0]

    def begin_by_timer(self, process: str, element: str) -> int:
        """Let a timer start event go off; the answer is the key of the instance."""
        timer = store.timer.c
        query = select(timer.key).where(timer.process_id == process, timer.element_id == element)
        with store.reading(self.database) as connection:
            key = connection.scalar(query)
        if key is None:
            raise Failed(f"{process} has no timer start event {element}")
        self.engine.timers.fire(key)
        with store.reading(self.database) as connection:
            found = reads.instances(connection, process_id=process).items
        return found[0].key

    def do(self, step: Mapping[str, Any]) -> None:
        """Do one step; raise Failed when it is none."""
        for word, act in ACTS.items():
            if word in step:
                act(self, step)
                return
        raise Failed(f"a step says one of: {', '.join(ACTS)}")

    def job(self, step: Mapping[str, Any]) -> None:
        """Answer a job, or every one of its name."""
        known(step, {"job", "answer", "error", "message", "variables", "fail", "every", "expect"})
        found = self.find(Kind.JOB, step["job"])
        for wait in found if step.get("every") else found[:1]:
            self.answer(wait, step)

    def answer(self, wait: Waiting, step: Mapping[str, Any]) -> None:
        """Finish, fail or throw one job, after looking at what it was given."""
        handed = self.take(wait)
        task = self.service_tasks.get(wait.what)
        if task is not None:
            try:
                task.check(handed["variables"])
            except Invalid as wrong:
                raise Failed(f"its inputs are wrong: {wrong.message}") from wrong
        compare(handed["variables"], plain(step.get("expect", {})), "the job was given")
        answer = plain(step.get("answer", {}))
        if "error" in step:
            variables = plain(step.get("variables", answer))
            self.engine.jobs.throw(wait.key, step["error"], step.get("message", ""), variables)
        elif "fail" in step:
            self.engine.jobs.fail(wait.key, step["fail"], 0)
        else:
            self.engine.by(wait.what).jobs.finish(wait.key, answer)

    def take(self, wait: Waiting) -> dict[str, Any]:
        """Lease a job and give it back at once, to see what it is given."""
        for job in self.engine.by("scenario").jobs.activate(wait.what, 1_000, _LEASE_MS):
            self.engine.jobs.update(job["key"], timeout_ms=0)
            if job["key"] == wait.key:
                return job
        raise Failed("the job cannot be activated")

    def task(self, step: Mapping[str, Any]) -> None:
        """Complete a user task."""
        known(step, {"task", "by", "values"})
        [wait, *_] = self.find(Kind.USER_TASK, step["task"])
        self.engine.by(step.get("by", "scenario")).tasks.complete(
            wait.key, plain(step.get("values", {}))
        )

    def message(self, step: Mapping[str, Any]) -> None:
        """Deliver a message."""
        known(step, {"message", "key", "variables"})
        variables = plain(step.get("variables", {}))
        self.engine.messages.correlate(step["message"], str(step.get("key", "")), variables)

    def signal(self, step: Mapping[str, Any]) -> None:
        """Send a signal."""
        known(step, {"signal", "variables"})
        self.engine.signals.broadcast(step["signal"], plain(step.get("variables", {})))

    def timer(self, step: Mapping[str, Any]) -> None:
        """Let a timer go off now."""
        known(step, {"timer"})
        [wait, *_] = self.find(Kind.TIMER, step["timer"])
        self.now = max(self.now, wait.due_at or self.now)
        self.engine.timers.fire(wait.key)

    def advance(self, step: Mapping[str, Any]) -> None:
        """Move the clock; what is due goes off in its order."""
        known(step, {"advance"})
        until = deadlines.instant(step["advance"], self.now, Office())
        while True:
            due = self.next_due()
            if due is None or due > until:
                break
            self.now = max(self.now, due)
            self.engine.timers.fire_due()
        self.now = until

    def next_due(self) -> datetime | None:
        """Return when the next timer, reminder or escalation is due."""
        found = [w.due_at for w in self.waiting() if w.kind is Kind.TIMER and w.due_at]
        column = store.user_task.c
        with store.reading(self.database) as connection:
            late = select(func.min(column.deadline_at)).where(column.state == store.CREATED)
            found += [at for at in connection.execute(late).scalars() if at is not None]
        return min(found, default=None)

    def stop(self, step: Mapping[str, Any]) -> None:
        """Stop the processes about a customer."""
        known(step, {"stop", "customer"})
        stopped = self.engine.instances.stop_about(str(step.get("customer", "")), step["stop"])
        if not stopped:
            raise Failed("nothing is stopped by that")

    def expect(self, expected: Mapping[str, Any]) -> None:
        """Raise Failed for the first thing that is not as expected."""
        waiting, words, family = self.waiting(), self.situation(), self.family()
        with store.reading(self.database) as connection:
            there = expectations.Situation(connection, self.key, family, waiting, words)
            expectations.check(expected, there)

    def visited(self) -> Visited:
        """Return the elements and decision rows that were come to."""
        found = Visited()
        with store.reading(self.database) as connection:
            for key in self.family():
                process = reads.instance(connection, key).process_id
                ran = {each.element_id for each in reads.elements(connection, key)}
                found.elements.setdefault(process, set()).update(ran)
            column = store.decision_instance.c
            for evaluated in connection.execute(select(column.evaluated)).scalars():
                for decision in evaluated:
                    rows = {row["ruleId"] for row in decision.get("matchedRules", ())}
                    name = decision["decisionDefinitionId"]
                    found.rows.setdefault(name, set()).update(rows)
        return found

    def find(self, kind: Kind, name: str) -> list[Waiting]:
        """Find what waits by element or by its own name, in the instance and what it called."""
        found = [w for w in self.waiting() if w.kind is kind and name in (w.element_id, w.what)]
        if not found:
            raise Failed(f"no {kind.value.replace('_', ' ')} '{name}' waits")
        return found

    def family(self) -> list[int]:
        """Return the instance and all it called."""
        family = [self.key]
        with store.reading(self.database) as connection:
            for key in family:
                family += [child.key for child in reads.children(connection, key)]
        return family

    def waiting(self) -> list[Waiting]:
        """Return what the instance and those it called wait for."""
        family = self.family()
        with store.reading(self.database) as connection:
            found = [wait for key in family for wait in reads.waiting(connection, key)]
        return [wait for wait in found if wait.kind is not Kind.CHILD]

    def situation(self) -> str:
        """Return what waits now, and why something stands still."""
        with store.reading(self.database) as connection:
            troubles = reads.incidents(connection).items
        waits = [f"{w.kind.value.replace('_', ' ')} {w.element_id}" for w in self.waiting()]
        said = f" (waits for: {', '.join(waits) or 'nothing'})"
        return said + "".join(f"\n    incident at {i.element_id}: {i.message}" for i in troubles)


ACTS = {
    "job": Play.job,
    "task": Play.task,
    "message": Play.message,
    "signal": Play.signal,
    "timer": Play.timer,
    "advance": Play.advance,
    "stop": Play.stop,
}
