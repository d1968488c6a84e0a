"""Versions on trial: a candidate beside the current one, made current, ended, or taken back.

    propose_candidate ──► approve_candidate ──► on trial ──► promote: it is current
             └────────────── end_trial ◄───────────┘  the current version goes on alone

Instances keep the version they run. `take_back` is for what is current already: the contents that
every file of a deployment had before it are deployed again, as a newer version.
"""

import secrets
from typing import Any

from sqlalchemy import ColumnElement, insert, select, update

from engine import store
from engine.commands import deploy
from engine.definitions import Definition
from engine.errors import Conflict, Forbidden, Invalid, NotFound
from engine.model import Deployed, Deployment, Problem, Resource, TakenBack
from engine.reads import deployed_before
from engine.transaction import releases
from engine.transaction.unit_of_work import UnitOfWork

_candidate = store.candidate.c


def propose_candidate(
    work: UnitOfWork, resources: list[Resource], *, share: float = 0.5
) -> Deployment:
    """Store new versions that are to run for a share (whole percent) of the units.

    Nothing runs on them until somebody else approves them. A process whose start events differ from
    those of its current version is refused: which of the two would hear what starts them could not
    be drawn.
    """
    if not 1 <= round(share * 100) <= 99:
        raise Invalid("the share of a candidate is between 1 and 99 percent")
    prepared = deploy.prepare(work, resources)
    if not prepared.fresh:
        raise Invalid("no process of the candidate is new")
    for _, process in prepared.fresh:
        _comparable(work, process)
    prepared.write()
    for key, process in prepared.fresh:
        row = {
            "process_id": process.id,
            "definition_key": key,
            "deployment_key": prepared.key,
            "state": "PROPOSED",
            "share": round(share * 100) / 100,
            "seed": "",
            "since": work.now,
            "by": work.actor,
        }
        work.connection.execute(insert(store.candidate), row)
    return Deployment(prepared.key, tuple(prepared.items))


def approve_candidate(work: UnitOfWork, deployment_key: int) -> None:
    """Let a proposed candidate run from now on; only somebody other than its author may.

    The seed of the draw is made here, so that the author cannot know it. Another trial of the same
    process ends.
    """
    proposed = (_candidate.deployment_key == deployment_key, _candidate.state == "PROPOSED")
    found = select(_candidate.process_id, _candidate.by, _candidate.definition_key)
    rows = work.connection.execute(found.where(*proposed)).all()
    if not rows:
        raise NotFound(f"deployment {deployment_key} is no proposed candidate")
    alone = work.environment.one_person_may_do_all(work.connection)
    if work.actor == rows[0].by and not alone:
        raise Forbidden(f"four eyes: '{work.actor}' proposed it, somebody else has to approve it")
    for row in rows:
        _comparable(work, work.catalogue.process(work.connection, row.definition_key).process)
        end_trial(work, row.process_id, missing_ok=True)
        began = update(store.candidate).where(*proposed, _candidate.process_id == row.process_id)
        values = {"state": "TRIAL", "seed": secrets.token_hex(32), "since": work.now}
        approved = {"approved_by": work.actor, "approved_at": work.now}
        work.connection.execute(began.values(values | approved))


def refuse_candidate(work: UnitOfWork, deployment_key: int) -> None:
    """Put a proposed candidate away before it has run."""
    proposed = (_candidate.deployment_key == deployment_key, _candidate.state == "PROPOSED")
    refused = update(store.candidate).where(*proposed).values(state="ENDED", ended_at=work.now)
    if not work.connection.execute(refused).rowcount:
        raise NotFound(f"deployment {deployment_key} is no proposed candidate")


def end_trial(work: UnitOfWork, process_id: str, *, missing_ok: bool = False) -> None:
    """Start no more instances of a candidate and what came with it; those that run go on."""
    key = select(_candidate.deployment_key).where(*_on_trial(process_id)).scalar_subquery()
    ended = update(store.candidate).where(
        _candidate.deployment_key == key, _candidate.state == "TRIAL"
    )
    ended = ended.values(state="ENDED", ended_at=work.now)
    if not work.connection.execute(ended).rowcount and not missing_ok:
        raise NotFound(f"process '{process_id}' has no candidate")


def promote(work: UnitOfWork, process_id: str) -> Deployment:
    """Make the candidate of a process, and all that was deployed with it, current."""
    found = select(_candidate.deployment_key, store.deployment.c.contents).join(store.deployment)
    row = work.connection.execute(found.where(*_on_trial(process_id))).one_or_none()
    if row is None:
        raise NotFound(f"process '{process_id}' has no candidate")
    items = tuple(Deployed(**item) for item in row.contents)
    together = update(store.candidate).where(_candidate.deployment_key == row.deployment_key)
    work.connection.execute(together.values(state="PROMOTED", ended_at=work.now))
    deploy.release(work, items)
    return Deployment(row.deployment_key, items)


def take_back(work: UnitOfWork, deployment_key: int) -> TakenBack:
    """Deploy again what the files of a deployment were before it.

    Forms, tables and other files that were new in it stay: what names them is gone. A process that
    was new may be running for others, so it raises Conflict, as does a deployment that changed
    nothing. Return the new deployment and the running instances of the versions taken back: they
    may be migrated.
    """
    new, former = deployed_before.replaced(work.connection, deployment_key)
    for item in new:
        if item["kind"] == "process" and former[item["resource_name"]] is None:
            told = f"'{item['resource_name']}' was new in deployment {deployment_key}"
            raise Conflict(f"{told}: there is nothing before")
    again = [resource for resource in former.values() if resource]
    if not again:
        raise Conflict(f"there is nothing before deployment {deployment_key}")
    deployment = deploy.deploy(work, again)
    keys = [item["key"] for item in new if item["kind"] == "process"]
    column = store.instance.c
    running = select(column.key).where(column.definition_key.in_(keys), column.ended_at.is_(None))
    begun = work.connection.execute(running.order_by(column.key)).scalars()
    return TakenBack(deployment, tuple(begun))


def _on_trial(process_id: str) -> tuple[ColumnElement[bool], ...]:
    return _candidate.process_id == process_id, _candidate.state == "TRIAL"


def _comparable(work: UnitOfWork, process: Definition) -> None:
    current = releases.latest(work.connection, "process", process.id)
    before = work.catalogue.process(work.connection, current).process
    if _starts(before) != _starts(process):
        told = f"the candidate of '{process.id}' has other start events than its current version"
        raise Invalid(told, [Problem(told, rule="candidate-start-events")])


def _starts(process: Definition) -> Any:
    heard = (*process.start_messages, *process.start_signals, *process.start_conditions)
    listening = sorted((start.element_id, start.kind, start.name) for start in heard)
    timers = sorted(start.element_id for start in process.start_timers)
    return process.start, listening, timers
