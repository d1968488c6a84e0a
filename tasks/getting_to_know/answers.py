"""What customers answer: kept, given themes, and turned into the facts of the table D-08."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.service_task import service_task
from engine.text.normal import search_form
from tasks.cases.causes import Cause
from tasks.customers.permission import allowed_channels
from tasks.getting_to_know.asking import survey_named
from tasks.getting_to_know.favours import favours_left
from tasks.getting_to_know.whom import open_trouble, tier
from tasks.policy.records import values
from tasks.surveys.records import Survey, SurveyAnswer, SurveyInvitation

ELSEWHERE = "elsewhere"  # the survey under which answers to unknown ones are kept
WORDS = ("why", "comment")  # questions that are answered in the customer's own words
LONGEST = 2_000


@service_task(name="getting_to_know.keep_answer", retries=5)
def keep_answer(
    session: Session,
    now: datetime,
    job_key: str,
    survey: str,
    answers: dict[str, Any],
    customer_id: int | None = None,
    invitation_id: int | None = None,
    occurred_at: str | None = None,
) -> dict[str, Any]:
    """Keep the answers to a survey with their themes.

    Reads ``survey`` (its name), ``answers`` by question (nps 0-10, csat 1-5, solved, why, comment,
    may_we_call and others), ``customer_id`` (none: the answer is anonymous) and ``invitation_id``,
    or ``occurred_at`` where another system asked. Returns ``customer_name``, ``words`` (what was
    said) and ``said``, what the table D-08 asks. Asked again it keeps nothing twice.
    """
    asked = session.get(SurveyInvitation, invitation_id) if invitation_id else None
    at = datetime.fromisoformat(occurred_at) if occurred_at else now
    found = survey_named(session, survey, other=ELSEWHERE)
    by = f"job:{job_key}"
    if session.scalar(select(SurveyAnswer.id).where(SurveyAnswer.created_by == by)) is None:
        _keep(session, found, customer_id, answers, at, now, by)
    if asked is not None:
        asked.answered_at = asked.answered_at or now
    return {
        "words": _words(answers),
        "said": _facts(session, now, customer_id, answers),
    }


def marks(answers: Mapping[str, Any], question: str) -> float | None:
    """Return an answer as a number; None where it is none."""
    given = answers.get(question)
    if isinstance(given, bool) or given is None:
        return None
    try:
        return float(given)
    except (TypeError, ValueError):
        return None


def _keep(
    session: Session,
    survey: Survey,
    customer_id: int | None,
    answers: Mapping[str, Any],
    at: datetime,
    now: datetime,
    by: str,
) -> None:
    themes = _themes(session, _words(answers))
    only_marks = survey.kind == "staff_pulse"  # words could say who wrote them
    for question, given in _flat(answers):
        if given is None or given == "":
            continue
        number = marks({question: given}, question)
        if only_marks and number is None:
            continue
        session.add(
            SurveyAnswer(
                survey_id=survey.id,
                customer_id=customer_id,
                question=question,
                value=float(given) if isinstance(given, bool) else number,
                text="" if number is not None else str(given)[:LONGEST],
                themes=themes if question in WORDS else [],
                at=at,
                created_at=now,
                created_by=by,
            )
        )
    session.flush()


def _flat(answers: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield questions with their answers; levels become "expected.access", "perceived.access"."""
    for question, given in answers.items():
        if question != "levels":
            yield question, given
            continue
        for level in given if isinstance(given, list) else ():
            for side in ("expected", "perceived"):
                yield f"{side}.{level['dimension']}", level.get(side)


def _words(answers: Mapping[str, Any]) -> str:
    said = (str(answers.get(name) or "").strip() for name in WORDS)
    return "\n".join(each for each in said if each)[:LONGEST]


def _themes(session: Session, words: str) -> list[str]:
    """Return the causes whose words the customer used."""
    said = search_form(words)
    causes = session.scalars(select(Cause).order_by(Cause.id)) if said else ()
    return [
        cause.name for cause in causes if any(search_form(word) in said for word in cause.words)
    ]


def _facts(
    session: Session, now: datetime, customer_id: int | None, answers: Mapping[str, Any]
) -> dict[str, Any]:
    limits = values(session, "survey")
    nps, csat = marks(answers, "nps"), marks(answers, "csat")
    words = _words(answers)
    known = customer_id is not None
    return {
        "answered": True,
        "known": known,
        "nps": nps,
        "csat": csat,
        "solved": answers.get("solved"),
        "comment": words != "",
        "alarm": _alarming(session, words),
        "unhappy": (nps is not None and nps <= limits["unhappy_nps"])
        or (csat is not None and csat <= limits["unhappy_csat"])
        or answers.get("solved") is False,
        "very_unhappy": (nps is not None and nps <= limits["very_unhappy_nps"])
        or (csat is not None and csat <= 1),
        "promoter": nps is not None and nps >= limits["promoter_nps"],
        "tier": tier(session, customer_id),
        "may_call": known and _may_call(session, customer_id or 0, answers),
        "open_trouble": known and open_trouble(session, customer_id) is not None,
        "favours_left": favours_left(session, now, customer_id) if known else 0,
        "silent_twice": False,
    }


def _alarming(session: Session, words: str) -> bool:
    """Return whether harm, the law, an authority, the press or data in wrong hands is mentioned."""
    said = search_form(words)
    if not said:
        return False
    lists = values(session, "complaint_alarm").values()
    return any(search_form(word) in said for each in lists for word in each)


def _may_call(session: Session, customer_id: int, answers: Mapping[str, Any]) -> bool:
    """Return whether the customer asks for a call, or permits the phone when something is wrong."""
    if answers.get("may_we_call") is not None:
        return answers.get("may_we_call") is True
    return "phone" in allowed_channels(session, customer_id, "service_recovery")
