"""What a scenario expects at its end, compared with what is there."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from engine import reads
from engine.reads import Waiting
from engine.scenarios.outcome import Failed, compare
from engine.scenarios.reading import known, plain

_WORDS = {
    "ended",
    "variables",
    "waiting",
    "passed",
    "not_passed",
    "incidents",
    "reminded",
    "escalated",
    "stopped",
}


@dataclass(frozen=True, slots=True)
class Situation:
    """What is there: the instance, what it called, what waits, and that in words."""

    connection: Connection
    key: int
    family: Sequence[int]
    waiting: Sequence[Waiting]
    words: str


def check(expected: Mapping[str, Any], there: Situation) -> None:
    """Raise Failed for the first thing that is not as expected."""
    known(expected, _WORDS)
    state = reads.instance(there.connection, there.key)
    ran = reads.elements(there.connection, there.key)
    _way(expected, state.state, ran, there)
    values = reads.variables(there.connection, there.key)
    own = {value.name: value.value for value in values if value.scope_key == there.key}
    compare(own, plain(expected.get("variables", {})), "at the end")
    if "waiting" in expected:
        waits = sorted({wait.element_id for wait in there.waiting})
        if waits != sorted(set(expected["waiting"])):
            raise Failed(f"{waits} wait, not {sorted(expected['waiting'])}")
    if state.incidents != expected.get("incidents", 0):
        raise Failed(f"{state.incidents} incidents{there.words}")
    _deadlines(expected, there)


def _way(
    expected: Mapping[str, Any], state: str, ran: Sequence[reads.Element], there: Situation
) -> None:
    completed = {each.element_id for each in ran if each.state == "COMPLETED"}
    if "ended" in expected:
        ends = [each for each in ran if each.type == "END_EVENT" and each.state == "COMPLETED"]
        _ended(state, expected["ended"], ends, there.words)
    if missing := set(expected.get("passed", [])) - completed:
        raise Failed(f"did not pass {sorted(missing)}{there.words}")
    if wrongly := set(expected.get("not_passed", [])) & {each.element_id for each in ran}:
        raise Failed(f"came to {sorted(wrongly)}")


def _ended(state: str, expected: Any, ends: Sequence[reads.Element], words: str) -> None:
    names = {each.element_id for each in ends} | {each.element_name for each in ends}
    if expected is False:
        if state != "ACTIVE":
            raise Failed(f"is {state.lower()}, not running")
    elif state == "ACTIVE":
        raise Failed(f"has not ended{words}")
    elif expected is not True and expected not in names:
        raise Failed(f"ended in {sorted(each.element_id for each in ends)}, not in '{expected}'")


def _deadlines(expected: Mapping[str, Any], there: Situation) -> None:
    steps = list(_steps(there))
    reminded = [about for command, about in steps if command == "remind task"]
    if "reminded" in expected and reminded != expected["reminded"]:
        raise Failed(f"{reminded} were reminded of, not {expected['reminded']}")
    if "escalated" in expected:
        escalated: dict[str, list[str]] = {}
        for command, about in steps:
            if command == "escalate task":
                task, _, groups = about.partition(" ")
                escalated.setdefault(task, []).extend(groups.split(", "))
        if escalated != expected["escalated"]:
            raise Failed(f"{escalated} were escalated, not {expected['escalated']}")
    stopped = next((about for command, about in steps if command == "stop"), None)
    if "stopped" in expected and stopped != expected["stopped"]:
        raise Failed(f"it was {'stopped: ' + stopped if stopped else 'not stopped'}")


def _steps(there: Situation) -> Iterator[tuple[str, str]]:
    """Walk the commands of the histories with what each was about."""
    for key in there.family:
        for entry in reads.history(there.connection, key):
            about = next((each["subject"] for each in entry.entries if "subject" in each), "")
            yield entry.command, about
