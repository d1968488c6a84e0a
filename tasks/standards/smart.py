"""The five parts of a standard, each checked: specific, measured, agreed, realistic, timed."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from engine.text.sentences import sentence
from tasks.analytics.charts.points import FEWEST
from tasks.standards.charting import newest_baseline, newest_limits
from tasks.standards.measure import Measure
from tasks.standards.records import ServiceStandard

TWO_THINGS = re.compile(r"[;؛،]|\b(and|or|ir|arba)\b|\s(و|یا)\s", re.IGNORECASE)
FEWEST_WORDS = 3  # a verb, an object, and whose


@dataclass(frozen=True, slots=True)
class Missing:
    """What a part lacks; `part` is its letter: S, M, A, R or T."""

    part: str
    text: str


def missing(session: Session, standard: ServiceStandard, today: date) -> list[Missing]:
    """Return what a standard lacks to become active, in the order of its letters."""
    return [
        *(Missing("S", text) for text in _specific(standard)),
        *(Missing("M", text) for text in _measured(standard)),
        *(Missing("A", text) for text in _agreed(standard)),
        *(Missing("R", text) for text in _realistic(session, standard)),
        *(Missing("T", text) for text in _timed(standard, today)),
    ]


def goal(standard: ServiceStandard) -> float | None:
    """Return what the charted value should be: a share in time, hours, a rate or a mark."""
    return standard.share if standard.measure.get("kind") == "in_time" else standard.target


def _specific(standard: ServiceStandard) -> Iterator[str]:
    if standard.touchpoint_id is None:
        yield sentence("Say at which touchpoint.")
    if len(standard.specific.split()) < FEWEST_WORDS:
        yield sentence("Say who does what for whom: one verb, one object.")
    elif TWO_THINGS.search(standard.specific):
        yield sentence("That is more than one thing; make two standards of it.")


def _measured(standard: ServiceStandard) -> Iterator[str]:
    if Measure.of(standard.measure) is None:
        yield sentence("Say from which element to which it is measured, and in what time.")
    if goal(standard) is None:
        yield sentence("Say the target.")


def _agreed(standard: ServiceStandard) -> Iterator[str]:
    kinds = {each.get("as") for each in standard.agreed if each.get("at") and each.get("who")}
    if "process_owner" not in kinds:
        yield sentence("The owner of the process has not agreed yet.")
    if standard.mutual and "customer" not in kinds:
        yield sentence("It is a mutual goal, and no customer has agreed yet.")


def _realistic(session: Session, standard: ServiceStandard) -> Iterator[str]:
    measure, wanted = Measure.of(standard.measure), goal(standard)
    if measure is None or wanted is None:
        return
    limits = newest_limits(session, standard.id) or newest_baseline(session, standard)
    if limits is None:
        yield sentence(
            "The present performance is not known: {1} measured weeks are needed.", FEWEST
        )
    elif standard.improvement_id is None and (
        wanted > limits.upper if measure.good == "high" else wanted < limits.lower
    ):
        yield sentence("The present process cannot reach that; link an improvement.")


def _timed(standard: ServiceStandard, today: date) -> Iterator[str]:
    if standard.valid_from is None or standard.valid_to is None:
        yield sentence("Say from when until when it holds.")
    elif standard.valid_to <= standard.valid_from:
        yield sentence("It ends before it begins.")
    if standard.review_on is None:
        yield sentence("Say when it is looked at again.")
    elif standard.review_on < today:
        yield sentence("The day of the review is over.")
