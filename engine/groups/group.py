"""How a command function becomes a method: one signature, one transaction, one actor."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar

from sqlalchemy import Connection
from sqlalchemy import Engine as Database

from engine import store
from engine.limits import Retention
from engine.reactions import quarantine
from engine.transaction import idempotency, run
from engine.transaction.instances import Damaged
from engine.transaction.pending import Environment
from engine.transaction.ports import Beside, Permit
from engine.transaction.unit_of_work import UnitOfWork

P = ParamSpec("P")
T = TypeVar("T")


class Runner(Environment):
    """Runs commands in a database, each in a transaction of its own."""

    database: Database
    clock: Callable[[], datetime]
    retention: Retention
    keys: store.Keys

    def run(
        self, actor: str, command: Callable[[UnitOfWork], T], permit: Permit | None = None
    ) -> T:
        """Do a command for an actor and commit; an instance found damaged is isolated."""

        def begin(connection: Connection) -> UnitOfWork:
            keys = self.keys.inside(connection)
            # Rows keep what the API gives, milliseconds: who asks for a time he was given finds it.
            moment = self.clock()
            now = moment.replace(microsecond=moment.microsecond // 1000 * 1000)
            return UnitOfWork(connection, self, now=now, actor=actor, keys=keys, permit=permit)

        self.keys.prepare()
        if self.queue is not None:
            self.queue.open()  # what has to be done once, and not inside of a transaction
        try:
            return run.run(self.database, begin, idempotency.guarded(command))
        except Damaged as damaged:
            key = damaged.instance_key
            run.run(self.database, begin, lambda work: quarantine.isolate(work, key))
            raise


@dataclass(frozen=True)
class Group:
    """Commands about one thing, for one actor."""

    runner: Runner
    actor: str
    permit: Permit | None = None
    beside: Beside | None = None


def command(
    function: Callable[Concatenate[UnitOfWork, P], T],
) -> Callable[Concatenate[Group, P], T]:
    """Return a command function as a method of a group."""

    @wraps(function)
    def method(group: Group, /, *arguments: P.args, **named: P.kwargs) -> T:
        def do(work: UnitOfWork) -> T:
            result = function(work, *arguments, **named)
            if group.beside is not None:
                group.beside(work.connection)
            return result

        return group.runner.run(group.actor, do, group.permit)

    return method
