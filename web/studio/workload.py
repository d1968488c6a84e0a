"""Before deploying: how many tasks the draft would have made of the instances of last month."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from engine.errors import Invalid
from engine.replay import Cases, Version
from engine.replay import workload as estimates
from engine.replay.workload import Workload
from web.app.services import engine, now, reading
from web.i18n.process_texts import process_text
from web.studio import checks

MONTH = timedelta(days=30)
SECONDS = 3.0  # that the page may take for it, all processes together
AT_MOST = 1_000  # instances of a process that are looked at, the newest


@dataclass(frozen=True, slots=True)
class Tasks:
    """The tasks of one element: how many were made, how many it would have been."""

    name: str
    then: int
    now: int


@dataclass(frozen=True, slots=True)
class Estimated:
    """The tasks of one process."""

    name: str
    found: Workload
    tasks: tuple[Tasks, ...]

    @property
    def then(self) -> int:
        """How many tasks its instances made."""
        return sum(each.then for each in self.tasks)

    @property
    def now(self) -> int:
        """How many tasks they would have made."""
        return sum(each.now for each in self.tasks)


def last_month(files: Mapping[str, bytes]) -> list[Estimated]:
    """Estimate for each process that the draft changes, by its drawing or by a table it asks.

    Instances that began in the last 30 days, the newest first, until the time of the page is over.
    A draft with errors is estimated as nothing.
    """
    resources, at = checks.resources(files), now()
    since, until = at - MONTH, time.monotonic() + SECONDS
    found: list[Estimated] = []
    with reading() as connection:
        try:
            changed = estimates.processes(connection, resources, since)
            for process_id in changed:
                version = Version.with_tables(connection, engine().catalogue, process_id, resources)
                chosen = Cases(process_id, since=since, running_at=at, limit=AT_MOST + 1)
                made = Workload(process_id)
                for case in estimates.tasks_of(connection, engine(), version, chosen):
                    if made.cases == AT_MOST or time.monotonic() > until:
                        made.all_seen = False
                        break
                    made.add(case)
                found.append(_shown(version, made))
        except Invalid:
            return []
    return found


def _shown(version: Version, made: Workload) -> Estimated:
    names = {each.id: process_text(each.name) for each in version.process.elements.values()}
    tasks = [
        Tasks(names.get(element) or element, made.then[element], made.now[element])
        for element in sorted(made.then.keys() | made.now.keys())
    ]
    tasks.sort(key=lambda each: (-abs(each.now - each.then), each.name))
    return Estimated(process_text(version.process.name or made.process_id), made, tuple(tasks))
