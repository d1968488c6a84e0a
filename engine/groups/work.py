"""What instances wait for: user tasks, jobs, timers, messages, signals, conditions, incidents."""

import logging
from collections.abc import Callable

from engine import store
from engine.commands import (
    admissions,
    conditions,
    deadlines,
    incidents,
    job_runs,
    jobs,
    tasks,
    timers,
    undo,
)
from engine.errors import Conflict, NotFound, Unavailable
from engine.groups.group import Group, command
from engine.reactions import messages, quarantine, signals

log = logging.getLogger(__name__)


class Tasks(Group):
    """Commands on user tasks."""

    claim = command(tasks.claim)
    assign = command(tasks.assign)
    unassign = command(tasks.unassign)
    delegate = command(tasks.delegate)
    hand_back = command(tasks.hand_back)
    update = command(tasks.update)
    complete = command(tasks.complete)
    complete_undoably = command(undo.complete)
    undo = command(undo.undo)
    cancel = command(tasks.cancel)
    escalate = command(deadlines.escalate)


class Jobs(Group):
    """Commands of workers: `activate` and reports; `begin` to `release` are of our own worker."""

    activate = command(jobs.activate)
    finish = command(jobs.finish)
    fail = command(jobs.fail)
    throw = command(jobs.throw)
    update = command(jobs.update)
    begin = command(job_runs.begin)
    finish_and_go_on = command(job_runs.finish)
    throw_and_go_on = command(job_runs.throw)
    release = command(job_runs.release)


class Timers(Group):
    """Commands of the clock."""

    fire = command(timers.fire)
    _put_off = command(timers.put_off)

    meet_deadline = command(deadlines.meet)
    _put_off_deadline = command(deadlines.put_off)

    admit = command(admissions.admit)

    def fire_due(self, limit: int = 100) -> int:
        """Fire timers, remind, escalate and admit as far as it is time; return how many."""
        with store.reading(self.runner.database) as connection:
            due = timers.due(connection, self.runner.clock(), limit)
            late = deadlines.due(connection, self.runner.clock(), limit)
            queues = admissions.waiting(connection)
        admitted = sum(self._admit_due(process_id, limit) for process_id in queues)
        fired = sum(_on_time(self.fire, self._put_off, key) for key in due)
        return (
            fired
            + admitted
            + sum(_on_time(self.meet_deadline, self._put_off_deadline, key) for key in late)
        )

    def _admit_due(self, process_id: str, limit: int) -> int:
        """Admit who waits for a process, as far as there is room today; return how many."""
        with store.reading(self.runner.database) as connection:
            keys = admissions.due(connection, self.runner, process_id, self.runner.clock(), limit)
        done = 0
        for key in keys:
            try:
                self.admit(key)
            except (NotFound, Conflict):
                continue  # no room, or another worker was faster
            done += 1
        return done


def _on_time(do: Callable[[int], None], put_off: Callable[[int, str], None], key: int) -> bool:
    try:
        do(key)
    except (NotFound, Conflict):
        return False  # another worker was faster, or the instance is suspended
    except Unavailable:
        raise
    except Exception as error:
        # A fault of ours in one instance must not keep the others waiting.
        log.exception("timer or deadline %s is put off", key)
        put_off(key, type(error).__name__)
        return False
    return True


class Messages(Group):
    """Commands that deliver messages."""

    publish = command(messages.publish)
    correlate = command(messages.correlate)


class Signals(Group):
    """Commands that send signals; `go_on` is for the background."""

    broadcast = command(signals.broadcast)
    go_on = command(signals.go_on)


class Conditions(Group):
    """Commands that start by condition."""

    evaluate = command(conditions.evaluate)


class Incidents(Group):
    """Commands on incidents."""

    resolve = command(incidents.resolve)
    report_stuck = command(quarantine.report_stuck)
    report_missing = command(incidents.report_missing)
