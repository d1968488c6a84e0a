"""What deploying a draft would do: problems, what happens differently, who is running, approval."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from engine import definitions, difference, reads
from engine.difference import Area, Change
from engine.model import Problem
from web.app.services import engine, reading
from web.studio import checks
from web.studio.drafts import Draft

JUDGED = 200  # running instances of a process that are looked at


@dataclass(frozen=True, slots=True)
class Running:
    """The running instances of one process, and whether they could go over to the draft."""

    process_id: str
    name: str
    version: int  # the newest deployed one; 0 if there is none
    began: int  # the version this draft began from; 0 if from none
    active: int
    fit: int
    not_fit: int
    reasons: tuple[tuple[Problem, int], ...]

    @property
    def overtaken(self) -> bool:
        """Whether somebody deployed another version since this draft began."""
        return self.version > self.began > 0


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything the page before deploying shows."""

    problems: list[Problem]
    changes: list[Change]
    running: list[Running]

    @property
    def errors(self) -> list[Problem]:
        """What keeps it from being deployed."""
        return [problem for problem in self.problems if problem.severity == "error"]

    @property
    def effects(self) -> list[Change]:
        """What happens differently."""
        return [change for change in self.changes if change.effect]

    @property
    def texts(self) -> list[Change]:
        """What only reads differently."""
        return [change for change in self.changes if not change.effect]

    @property
    def areas(self) -> list[Area]:
        """What a second person has to approve."""
        return sorted({change.area for change in self.changes} - {Area.NONE})


def plan(draft: Draft, files: Mapping[str, bytes]) -> Plan:
    """Compare a draft with what is deployed now."""
    resources = checks.resources(files)
    with reading() as connection:
        deployed = reads.deployed_instead(connection, resources)
    return Plan(
        problems=checks.problems(files),
        changes=difference.compare(deployed, resources),
        running=[_running(draft, process) for process in definitions.inspect(resources).processes],
    )


def _running(draft: Draft, process: definitions.Definition) -> Running:
    with reading() as connection:
        versions = reads.versions(connection, process.id)
    verdicts = engine().instances.check_new_version(process, limit=JUDGED) if versions else []
    counted: dict[tuple[str, str], list[Problem]] = {}
    for verdict in verdicts:
        for problem in verdict.problems:
            counted.setdefault((problem.element, problem.message), []).append(problem)
    reasons: Sequence[tuple[Problem, int]] = [(each[0], len(each)) for each in counted.values()]
    fit = sum(verdict.fits for verdict in verdicts)
    return Running(
        process_id=process.id,
        name=process.name or process.id,
        version=versions[0].version if versions else 0,
        began=int(draft.base.get("versions", {}).get(process.id, 0)),
        active=_active(process.id),
        fit=fit,
        not_fit=len(verdicts) - fit,
        reasons=tuple(reasons),
    )


def _active(process_id: str) -> int:
    with reading() as connection:
        return reads.running(connection, process_id)
