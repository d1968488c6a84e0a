"""The engine: its commands by group, each one transaction that refuses with `engine.errors`.

engine.by("alice").tasks.complete(task_key, {"approved": True})
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection
from sqlalchemy import Engine as Database

from engine import store
from engine.groups.batches import Batches
from engine.groups.definitions import Decisions, Definitions
from engine.groups.group import Runner
from engine.groups.instances import Instances
from engine.groups.upkeep import Privacy, Upkeep
from engine.groups.work import Conditions, Incidents, Jobs, Messages, Signals, Tasks, Timers
from engine.jobs import JobQueue
from engine.limits import Limits, Retention
from engine.properties import ENGINE, Catalogue
from engine.reactions.handlers import HANDLERS
from engine.schedule.business import Calendars, no_calendars
from engine.service_task import Registry
from engine.transaction.draw import Stratum
from engine.transaction.ports import Beside, Colleagues, Encounters, Outbox, Permit


class Commands:
    """The commands of one actor: a user name, the name of a worker, or "" for the engine itself."""

    def __init__(
        self,
        runner: Runner,
        actor: str,
        permit: Permit | None = None,
        beside: Beside | None = None,
    ) -> None:
        """Group the commands that the runner runs."""
        self.definitions = Definitions(runner, actor, permit, beside)
        self.instances = Instances(runner, actor, permit, beside)
        self.tasks = Tasks(runner, actor, permit, beside)
        self.jobs = Jobs(runner, actor, permit, beside)
        self.timers = Timers(runner, actor, permit, beside)
        self.messages = Messages(runner, actor, permit, beside)
        self.signals = Signals(runner, actor, permit, beside)
        self.conditions = Conditions(runner, actor, permit, beside)
        self.decisions = Decisions(runner, actor, permit, beside)
        self.incidents = Incidents(runner, actor, permit, beside)
        self.batches = Batches(runner, actor, permit, beside)
        self.privacy = Privacy(runner, actor, permit, beside)
        self.upkeep = Upkeep(runner, actor, permit, beside)


class Engine(Runner, Commands):
    """Runs processes in a database. Safe to share between threads."""

    queue: JobQueue | None

    def __init__(
        self,
        database: Database,
        *,
        clock: Callable[[], datetime],
        service_tasks: Registry | None = None,
        queue: JobQueue | None = None,
        limits: Limits | None = None,
        services: Any = None,
        outbox: Outbox | None = None,
        retention: Retention | None = None,
        zone: str = "UTC",
        calendars: Calendars = no_calendars,
        encounters: Encounters | None = None,
        properties: Catalogue = ENGINE,
        one_person_may_do_all: Callable[[Connection], bool] = lambda _: False,
        stratum: Stratum = lambda *_: "",
        colleagues: Colleagues = lambda *_: (),
        policy_number: Callable[[Connection, str], int | None] = lambda _, __: None,
    ) -> None:
        """Without `queue`, installed service tasks run only in `Worker.run_until_idle`.

        `outbox` gets the events of every transaction inside it. `zone` is where processes live that
        have no property `time.zone`; `calendars` knows the working hours of deadlines,
        `encounters` records the touchpoints that elements declare.
        `properties` are those that a drawing may carry.
        `one_person_may_do_all` whether the company is one person, who gives approvals alone;
        `stratum` in which group of customers somebody is, for the draw of trials;
        `colleagues` who can do a task that finds its person by `assign` or `skills`;
        `policy_number` the policy value of a key, which `admit` may name.
        """
        Runner.__init__(
            self,
            HANDLERS,
            service_tasks or Registry(),
            limits or Limits(),
            zone,
            queue,
            outbox,
            calendars,
            encounters,
            properties,
            one_person_may_do_all,
            stratum,
            colleagues,
            policy_number,
        )
        Commands.__init__(self, self, "")
        self.database = database
        self.clock = clock
        self.retention = retention or Retention()
        self.keys = store.Keys(database)
        self.services = services

    def by(
        self, actor: str, permit: Permit | None = None, beside: Beside | None = None
    ) -> Commands:
        """Return the commands of somebody; the history says so.

        `permit` judges each user task that is about to change, by its row as it is under its lock,
        in the transaction of the change: what a page saw before may be true no more. `beside`
        writes rows of others into the same transaction, once for each command.
        """
        return Commands(self, actor, permit, beside)
