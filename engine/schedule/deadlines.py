"""Deadlines of a task: when it is due, when it is reminded of, whom it is escalated to and when.

A plan is JSON, kept with the task: {start, time, calendars, due, acts: [{what, written, to, at,
done}]}. It is worked out anew when the due date, the candidates or the calendar change; `done` says
for which due date an act has happened, so that it happens once for each.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from engine.schedule import timers
from engine.schedule.business import BusinessTime, Calendars, WorkingHours, no_calendars

REMIND, ESCALATE = "remind", "escalate"
HALF = "50 %"
NONE = "none"
_SHARE = re.compile(r"(\d{1,3}(?:\.\d+)?)\s*%")
_DELAYED = re.compile(r"(.*?)\s+\+\s*(\S.*)")

Plan = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Escalation:
    """Who gets a task, and how long after it is due ("" at once)."""

    group: str
    delay: str = ""


@dataclass(frozen=True, slots=True)
class Declared:
    """What a drawing says about the deadlines of a task."""

    time: str  # as `due` is written; "" when only the instant is known
    remind: tuple[str, ...]
    escalate: tuple[Escalation, ...]
    calendars: tuple[str, ...]  # names of calendars or groups, the first that has one counts


def reminders(text: str) -> tuple[str, ...]:
    """Read a list of reminders; raise ValueError when one is neither a share nor a time."""
    found = tuple(part.strip() for part in text.split(",") if part.strip())
    if found == (NONE,):
        return ()
    for part in found:
        if _share(part) is None:
            _readable(part)
    return found


def escalations(text: str) -> tuple[Escalation, ...]:
    """Read groups with their delays ("care_head +1 bd"); raise ValueError when one is unclear."""
    found = []
    for part in (each.strip() for each in text.split(",")):
        if not part or part == NONE:
            continue
        delayed = _DELAYED.fullmatch(part)
        group, delay = (delayed[1], delayed[2]) if delayed else (part, "")
        if " " in group or not group:
            raise ValueError(f"'{part}' is no group with a delay such as 'care_head +1 bd'")
        if delay:
            _readable(delay)
        found.append(Escalation(group, delay))
    return tuple(found)


def instant(
    written: str, start: datetime, hours: WorkingHours | None, zone: str = "UTC"
) -> datetime:
    """Return when a time after `start` is over: business time, ISO duration, date and time."""
    business = BusinessTime.parse(written)
    if business is not None:
        if hours is None:
            raise ValueError(f"there is no calendar for '{written}'")
        return hours.after(start, business)
    if written.startswith(("P", "-P")):
        return timers.after(start, written, zone)
    return timers.date(written, zone)


def planned(declared: Declared, start: datetime, due: datetime, hours: WorkingHours | None) -> Plan:
    """Return the plan of a task that is due at an instant."""
    acts = [{"what": REMIND, "written": each} for each in declared.remind]
    acts += [
        {"what": ESCALATE, "written": each.delay, "to": each.group} for each in declared.escalate
    ]
    plan: Plan = {"start": start.isoformat(), "time": declared.time, "acts": acts}
    if declared.calendars:
        plan["calendars"] = list(declared.calendars)
    return moved(plan, due, hours)


def moved(plan: Plan, due: datetime, hours: WorkingHours | None) -> Plan:
    """Return a plan with another due date; what was done for the date before may be done again."""
    start, due = datetime.fromisoformat(plan["start"]), due.astimezone(UTC)
    same = plan.get("due") == due.isoformat()
    acts = [
        {key: value for key, value in act.items() if same or key != "done"}
        | {"at": _at(act, start, due, hours).isoformat()}
        for act in plan["acts"]
    ]
    return plan | {"due": due.isoformat(), "acts": acts}


def worked_out_anew(plan: Plan, calendars: Calendars = no_calendars) -> Plan:
    """Return a plan by the calendar as it is now."""
    if BusinessTime.parse(plan["time"]) is None:
        return plan
    hours = calendars(plan.get("calendars", ()))
    if hours is None:
        return plan
    due = instant(plan["time"], datetime.fromisoformat(plan["start"]), hours)
    return moved(plan, due, hours)


def rested(plan: Plan, since: datetime, until: datetime, hours: WorkingHours | None) -> Plan:
    """Return a plan that stood still between two instants; it keeps to its dates from then on."""

    def later(text: str) -> str:
        moment = datetime.fromisoformat(text)
        if moment <= since:
            return text
        return (
            hours.resumed(moment, since, until) if hours else moment + (until - since)
        ).isoformat()

    acts = [act if act.get("done") else act | {"at": later(act["at"])} for act in plan["acts"]]
    return plan | {"due": later(plan["due"]), "acts": acts, "time": ""}


def next_at(plan: Plan) -> datetime | None:
    """Return when the next act is due; None when all are done."""
    open_acts = [act["at"] for act in plan["acts"] if not act.get("done")]
    return datetime.fromisoformat(min(open_acts)) if open_acts else None


def due_acts(plan: Plan, now: datetime) -> tuple[list[dict[str, Any]], Plan]:
    """Return the acts whose time has come, and the plan in which they are done."""
    at = now.astimezone(UTC).isoformat()
    ripe = [act for act in plan["acts"] if not act.get("done") and _is_over(act["at"], now)]
    acts = [act | {"done": at} if act in ripe else act for act in plan["acts"]]
    return ripe, plan | {"acts": acts}


def _is_over(at: str, now: datetime) -> bool:
    return datetime.fromisoformat(at) <= now


def _at(
    act: dict[str, Any], start: datetime, due: datetime, hours: WorkingHours | None
) -> datetime:
    written = act["written"]
    if act["what"] == ESCALATE:
        return due if not written else instant(written, due, hours)
    share = _share(written)
    if share is None:
        return max(start, _before(due, written, hours))
    if hours is not None:
        return hours.at_share(start, due, share)
    return start + max(due - start, due - due) * share


def _before(due: datetime, written: str, hours: WorkingHours | None) -> datetime:
    business = BusinessTime.parse(written)
    if business is None:
        return timers.after(due, written, times=-1)
    if hours is None:
        raise ValueError(f"there is no calendar for '{written}'")
    return hours.before(due, business)


def _share(text: str) -> float | None:
    match = _SHARE.fullmatch(text)
    if match is None:
        return None
    share = float(match[1]) / 100
    if share > 1:
        raise ValueError(f"'{text}' is more than the whole time")
    return share


def _readable(text: str) -> None:
    if BusinessTime.parse(text) is None:
        timers.after(datetime(2020, 1, 1, tzinfo=UTC), text)


def calendars_of(named: str | None, groups: Sequence[str]) -> tuple[str, ...]:
    """Return where to look for working hours: the calendar that is named, else the groups'."""
    return (named,) if named else tuple(groups)
