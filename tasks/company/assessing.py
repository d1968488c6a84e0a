"""The self-assessment: what is real is read from what runs, what is intended is asked."""

from collections import defaultdict
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine import definitions, store
from engine.reads.definitions import definitions as current_definitions
from engine.reads.definitions import resource_xml
from engine.service_task import service_task
from tasks.company.records import AssessedActivity, SelfAssessment
from tasks.standards.records import Measurement, ServiceStandard

HALF_YEAR = timedelta(days=182)
MOST = 3  # the best level of intention and of reality
NOBODY = "quality_manager"  # asked about what nobody owns
ACTIVITIES: Final = (  # the 31 activities of the six processes
    *(f"1.{n}" for n in range(1, 6)),
    *(f"2.{n}" for n in range(1, 6)),
    *(f"3.{n}" for n in range(1, 6)),
    *(f"4.{n}" for n in range(1, 6)),
    *(f"5.{n}" for n in range(1, 7)),
    *(f"6.{n}" for n in range(1, 6)),
)


@service_task(name="company.measure_activities", retries=5)
def measure_activities(session: Session, now: datetime) -> dict[str, Any]:
    """Read from what runs how each of the 31 activities stands; records nothing.

    Returns ``activities`` (number, name, owner, drawn, begun: instances of half a year, incidents,
    overdue: tasks, within: all its measured standards reached their share in the newest week; none
    where nothing is measured). An activity of several processes is their sum.
    """
    processes = _processes(session)
    begun, incidents, overdue = _counts(session, now)
    within = _within(session)
    found = []
    for number in ACTIVITIES:
        own = processes.get(number, [])
        ids = [each["id"] for each in own]
        measured = [within[each] for each in ids if each in within]
        found.append(
            {
                "number": number,
                "name": own[0]["name"] if own else "",
                "owner": own[0]["owner"] if own else NOBODY,
                "drawn": bool(own),
                "begun": sum(begun.get(each, 0) for each in ids),
                "incidents": sum(incidents.get(each, 0) for each in ids),
                "overdue": sum(overdue.get(each, 0) for each in ids),
                "within": all(measured) if measured else None,
            }
        )
    return {"activities": found}


@service_task(name="company.open_assessment", retries=5)
def open_assessment(
    session: Session, now: datetime, job_key: str, judged: list[dict[str, Any]]
) -> dict[str, Any]:
    """Open an assessment with what is real, once per job.

    Reads ``judged`` (activity, reality, reason). Returns ``assessment_id`` and ``owners``: group
    and rows (number, name, reality, reason, and what was intended the last time).
    """
    by = f"job:{job_key}"
    last = _last_intentions(session)
    opened = session.scalar(select(SelfAssessment).where(SelfAssessment.created_by == by))
    if opened is None:
        opened = SelfAssessment(began_at=now, created_at=now, created_by=by)
        session.add(opened)
        session.flush()
        for each in judged:
            row = AssessedActivity(assessment_id=opened.id, number=each["activity"]["number"])
            row.name, row.owner = each["activity"]["name"], each["activity"]["owner"]
            row.reality, row.reason = int(each["reality"]), each["reason"]
            row.created_at, row.created_by = now, by
            session.add(row)
    by_owner: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for each in judged:
        about = each["activity"]
        by_owner[about["owner"]].append(
            {
                "number": about["number"],
                "name": about["name"],
                "reality": each["reality"],
                "reason": each["reason"],
                "intention": last.get(about["number"]),
                "remark": "",
            }
        )
    owners = [{"group": group, "rows": rows} for group, rows in sorted(by_owner.items())]
    return {"assessment_id": opened.id, "owners": owners}


@service_task(name="company.close_assessment", retries=5)
def close_assessment(
    session: Session, now: datetime, assessment_id: int, answers: list[list[dict[str, Any]]]
) -> dict[str, Any]:
    """Keep what the owners intend and close the assessment.

    Reads ``answers``, for each owner rows (number, intention, remark). Returns ``reached`` and
    ``intended``, shares of all points.
    """
    opened = session.get_one(SelfAssessment, assessment_id)
    said = {row["number"]: row for rows in answers for row in rows or ()}
    rows = session.scalars(
        select(AssessedActivity).where(AssessedActivity.assessment_id == assessment_id)
    ).all()
    for each in rows:
        answer = said.get(each.number, {})
        if answer.get("intention") is not None:
            each.intention, each.updated_at = int(answer["intention"]), now
        each.remark = str(answer.get("remark") or "")
    opened.closed_at = opened.closed_at or now
    opened.updated_at = now
    most = MOST * len(ACTIVITIES)
    return {
        "reached": round(sum(each.reality for each in rows) / most, 4),
        "intended": round(sum(each.intention or 0 for each in rows) / most, 4),
    }


def _processes(session: Session) -> dict[str, list[dict[str, str]]]:
    """Return the deployed processes of each activity, by what their drawings say."""
    connection = session.connection()
    found: dict[str, list[dict[str, str]]] = defaultdict(list)
    for current in current_definitions(connection):
        drawn = resource_xml(connection, current.key)
        if b'name="number"' not in drawn:
            continue
        process = definitions.load(drawn, current.resource_name, current.process_id)
        owner = process.properties.get("owner", "").split(",")[0].strip() or NOBODY
        about = {"id": process.id, "name": process.name or process.id, "owner": owner}
        found[process.properties.get("number", "")].append(about)
    return found


def _counts(
    session: Session, now: datetime
) -> tuple[dict[str, int], dict[str, int], dict[str, int]]:
    """Count by process: instances of half a year, open incidents, overdue tasks."""
    instance, incident, task = store.instance.c, store.incident.c, store.user_task.c
    begun = session.execute(
        select(instance.process_id, func.count())
        .where(instance.started_at > now - HALF_YEAR)
        .group_by(instance.process_id)
    )
    stopped = session.execute(
        select(incident.process_id, func.count())
        .where(incident.resolved_at.is_(None))
        .group_by(incident.process_id)
    )
    late = session.execute(
        select(task.process_id, func.count())
        .where(task.ended_at.is_(None), task.due_at < now)
        .group_by(task.process_id)
    )
    return (
        {row[0]: row[1] for row in begun},
        {row[0]: row[1] for row in stopped},
        {row[0]: row[1] for row in late},
    )


def _within(session: Session) -> dict[str, bool]:
    """Tell of each process with measured shares whether the newest ones reach what is promised."""
    newest = select(func.max(Measurement.id)).group_by(Measurement.standard_id)
    rows = session.execute(
        select(ServiceStandard, Measurement)
        .join(Measurement, Measurement.standard_id == ServiceStandard.id)
        .where(Measurement.id.in_(newest))
    )
    found: dict[str, bool] = {}
    for standard, measured in rows:
        process = str(standard.measure.get("process", ""))
        if standard.measure.get("kind") == "in_time" and standard.share is not None:
            reached = measured.value >= standard.share
            found[process] = found.get(process, True) and reached
    return found


def _last_intentions(session: Session) -> dict[str, int]:
    last = session.scalar(
        select(SelfAssessment)
        .where(SelfAssessment.closed_at.is_not(None))
        .order_by(SelfAssessment.id.desc())
        .limit(1)
    )
    if last is None:
        return {}
    rows = session.execute(
        select(AssessedActivity.number, AssessedActivity.intention).where(
            AssessedActivity.assessment_id == last.id, AssessedActivity.intention.is_not(None)
        )
    )
    return {number: level for number, level in rows if level is not None}
