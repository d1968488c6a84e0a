"""Noting moments: from what happened to a customer to what it means, as the tables say."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from engine.service_task import service_task
from tasks.cases.causes import Cause
from tasks.cases.records import Case
from tasks.declare.instants import iso
from tasks.expectations.records import Expectation
from tasks.improvements.records import Improvement
from tasks.moments.records import MomentOfTruth
from tasks.moments.writing import Happening, touchpoint, write
from tasks.moments_of_truth.usual import above_usual, lately, touched_lately
from tasks.outbound_webhooks import tell
from tasks.touchpoints.records import Touchpoint

HEAVY = 2  # from this weight on a negative moment is told of
SCALE = 7  # moments are marked from 1 to this
LOOK_BACK = timedelta(days=14)  # cases that got their cause lately
NEGATIVE = "negative"

Facts = dict[str, Any]


@service_task(name="moments.read", retries=5)
def read(
    session: Session,
    now: datetime,
    happened: str | None = None,
    customer_id: int | None = None,
    case_id: int | None = None,
    event: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """Read what happened to a customer; in the night, which complaints got a cause since.

    Reads ``happened`` (complaint, reopened, opt_out, survey, promise_broken, praise; nothing in the
    night) with ``event``, ``case_id`` or ``customer_id``. Answers ``facts``: a list with happened,
    category and question (for the table of touchpoints), mark, at, origin, customer, cause and
    case_id.
    """
    if happened is None:
        return {"facts": [_of_case(session, case) for case in _sorted_lately(session, now)]}
    event = event or {}
    at = event.get("occurred_at") or iso(now)
    about = {"happened": happened, "at": at, "customer": customer_id}
    if happened == "survey":
        return {"facts": list(_answers(event, about))}
    case_id = case_id or event.get("effect", {}).get("case_id")
    case = session.get(Case, case_id) if case_id else None
    if case is not None:
        told = _of_case(session, case, happened)
        return {"facts": [told | {"at": at} if happened == "reopened" else told]}
    return {"facts": [_fact(origin=f"{happened}:{customer_id}:{at}", **about)]}


@service_task(name="moments.write", retries=5)
def write_down(
    session: Session,
    now: datetime,
    facts: list[dict[str, Any]],
    places: list[dict[str, Any]],
    happened: str | None = None,
) -> dict[str, Any]:
    """Write moments down, each at its touchpoint, against what was expected there.

    Reads ``facts`` and ``places`` (table of touchpoints: touchpoint, low and high of the scale, one
    for each fact) and ``happened``. A complaint whose cause is known by now moves to its
    touchpoint. Answers ``kinds``: what table D-25 is asked, each different one once: of these
    moments, or, in the night, of all that are not classified yet.
    """
    connection = session.connection()
    for fact, place in zip(facts, places, strict=True):
        number = touchpoint(connection, place["touchpoint"], now)
        known = session.scalar(select(MomentOfTruth).where(MomentOfTruth.origin == fact["origin"]))
        if known is not None:
            known.touchpoint_id, known.cause = number, fact.get("cause") or known.cause
            continue
        write(connection, [_happening(session, fact, place, number, now)])
    session.flush()
    origins = None if happened is None else [fact["origin"] for fact in facts]
    return {"kinds": _kinds(session, origins)}


@service_task(name="moments.keep", retries=5)
def keep(
    session: Session,
    now: datetime,
    kinds: list[dict[str, Any]],
    judged: list[dict[str, Any]],
    happened: str | None = None,
) -> dict[str, Any]:
    """Keep what table D-25 says, and look where it happens more than usual.

    Reads ``kinds`` and ``judged`` (polarity, weight, reason, ask; one for each kind). Each heavy
    negative moment is told as the event ``mot.negative``. Answers ``unknown`` (touchpoints at which
    nobody knows what customers expect) and ``touched``: for each touchpoint with a heavy negative
    moment among these, in the night of the last seven days, its touchpoint_id, touchpoint, n (heavy
    ones in 7 days), signal (more than its own past allows) and open (an improvement is under way).
    """
    heavy, unknown = set[int](), set[int]()
    for kind, said in zip(kinds, judged, strict=True):
        places = _classify(session, kind, said, now)
        if said["polarity"] == NEGATIVE and said["weight"] >= HEAVY:
            heavy |= places
        if said.get("ask"):
            unknown |= places
    session.flush()
    if happened is None:
        heavy |= touched_lately(session, now)
    return {
        "unknown": [_named(session, number) for number in sorted(unknown)],
        "touched": [_weighed(session, number, now) for number in sorted(heavy)],
    }


def _sorted_lately(session: Session, now: datetime) -> Sequence[Case]:
    wanted = select(Case).where(
        Case.kind == "complaint", Case.category.is_not(None), Case.opened_at > now - LOOK_BACK
    )
    return session.scalars(wanted.order_by(Case.id)).all()


def _of_case(session: Session, case: Case, happened: str = "complaint") -> Facts:
    cause = session.get(Cause, case.cause_id) if case.cause_id else None
    again = f":{case.reopened}" if happened == "reopened" else ""
    return _fact(
        happened=happened,
        at=iso(case.opened_at),
        customer=case.customer_id,
        origin=f"{happened}:case:{case.id}{again}",
        category=case.category,
        cause=cause.name if cause else None,
    )


def _answers(event: dict[str, Any], about: Facts) -> Iterable[Facts]:
    said = event.get("payload", {})
    survey = said.get("survey_id", "")
    for question, mark in said.get("answers", {}).items():
        if isinstance(mark, int | float) and not isinstance(mark, bool):
            origin = f"survey:{survey}:{about['customer']}:{question}:{about['at']}"
            yield _fact(question=question, mark=float(mark), origin=origin, **about)


def _fact(**known: Any) -> Facts:
    empty = dict.fromkeys(("category", "question", "mark", "cause", "customer"))
    return empty | known


def _happening(
    session: Session, fact: Facts, place: dict[str, Any], number: int, now: datetime
) -> Happening:
    at = datetime.fromisoformat(fact["at"]) if fact.get("at") else now
    customer = fact.get("customer")
    perceived = _marked(fact.get("mark"), place.get("low"), place.get("high"))
    return Happening(
        touchpoint=place["touchpoint"],
        happened=fact["happened"],
        at=at,
        origin=fact["origin"],
        customer=None if customer is None else str(customer),
        source="survey" if fact["happened"] == "survey" else "event",
        expected=_expected(session, customer, number, at.date()) if perceived else None,
        perceived=perceived,
        cause=fact.get("cause"),
    )


def _marked(mark: float | None, low: float | None, high: float | None) -> float | None:
    """Return a mark on the scale of moments, 1 to 7."""
    if mark is None or low is None or high is None:
        return None
    share = min(max((mark - low) / (high - low), 0.0), 1.0)
    return round(1 + (SCALE - 1) * share, 1)


def _expected(
    session: Session, customer_id: int | None, touchpoint_id: int, today: date
) -> float | None:
    """Return what this customer said they expect, else what customers said; never a guess."""
    place = session.get_one(Touchpoint, touchpoint_id)
    if customer_id is not None and place.dimension:
        own = session.scalar(
            select(Expectation.level)
            .where(
                Expectation.customer_id == customer_id,
                Expectation.dimension == place.dimension,
                Expectation.source == "asked",
                Expectation.level.is_not(None),
                Expectation.valid_until.is_(None) | (Expectation.valid_until >= today),
            )
            .order_by(Expectation.id.desc())
            .limit(1)
        )
        if own is not None:
            return own
    return place.expected_level if place.expectation_source == "asked" else None


def _kinds(session: Session, origins: list[str] | None) -> list[dict[str, Any]]:
    query = select(
        MomentOfTruth.happened,
        MomentOfTruth.expected,
        MomentOfTruth.perceived,
        MomentOfTruth.missed_by,
    ).where(MomentOfTruth.reason == "")
    if origins is not None:
        query = query.where(MomentOfTruth.origin.in_(origins))
    found = session.execute(query.distinct()).all()
    kinds = {(row.happened, row.expected, row.perceived, row.missed_by) for row in found}
    return [
        {
            "happened": happened,
            "expected": expected,
            "perceived": perceived,
            "missed_by": missed,
            "gap": None if None in (expected, perceived) else round(perceived - expected, 1),
        }
        for happened, expected, perceived, missed in sorted(kinds, key=str)
    ]


def _classify(
    session: Session, kind: dict[str, Any], said: dict[str, Any], now: datetime
) -> set[int]:
    """Classify all moments of a kind; return their touchpoints, and tell of heavy ones."""
    of_kind = [MomentOfTruth.reason == "", MomentOfTruth.happened == kind["happened"]]
    for column in (MomentOfTruth.expected, MomentOfTruth.perceived, MomentOfTruth.missed_by):
        value = kind[column.key]
        of_kind.append(column.is_(None) if value is None else column == value)
    places = set(session.scalars(select(MomentOfTruth.touchpoint_id).where(*of_kind).distinct()))
    if said["polarity"] == NEGATIVE and said["weight"] >= HEAVY:
        columns = (MomentOfTruth.id, MomentOfTruth.touchpoint_id, MomentOfTruth.customer_id)
        for row in session.execute(select(*columns).where(*of_kind)).all():
            told = {"moment_id": row.id, "customer_id": row.customer_id, "reason": said["reason"]}
            place = session.get_one(Touchpoint, row.touchpoint_id).name
            tell(session, "mot.negative", told | {"touchpoint": place}, now)
    session.execute(
        update(MomentOfTruth)
        .where(*of_kind)
        .values(polarity=said["polarity"], weight=said["weight"], reason=said["reason"])
        .execution_options(synchronize_session=False)
    )
    return places


def _named(session: Session, number: int) -> dict[str, Any]:
    place = session.get_one(Touchpoint, number)
    return {"touchpoint_id": place.id, "touchpoint": place.name, "owner": place.owner}


def _weighed(session: Session, number: int, now: datetime) -> dict[str, Any]:
    under_way = session.scalar(
        select(Improvement.id).where(
            Improvement.touchpoint_id == number, Improvement.closed_at.is_(None)
        )
    )
    place = session.get_one(Touchpoint, number)
    return {
        "touchpoint_id": number,
        "touchpoint": place.name,
        "n": lately(session, number, now),
        "signal": above_usual(session, number, now),
        "open": under_way is not None,
    }
