"""What answered surveys say: each question with n, rate of response and interval; few are hidden.

Answers are counted, never listed: nobody is found by them. What was said in words stands on the
customer's page of a named survey, here are its themes only.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tasks.analytics.estimate import Estimate
from tasks.analytics.listening.surveys import (
    FEWEST_ANSWERS,
    Surveyed,
    ces,
    csat,
    nps,
)
from tasks.analytics.mean import mean
from tasks.analytics.proportion import proportion
from tasks.surveys.records import Survey, SurveyAnswer, SurveyInvitation
from tasks.surveys.staff_pulse import KIND as STAFF

PERIODS: Final = (30, 90, 365)  # days
MOST_THEMES: Final = 10
_BY_QUESTION: Final = {"nps": nps, "recommend": nps, "csat": csat, "ces": ces}
_LIMITS: Final = {"nps": (0, 10), "recommend": (0, 10), "csat": (1, 5), "ces": (1, 7)}


@dataclass(frozen=True, slots=True)
class Question:
    """One question: its figure in the unit of `measure`, how many answered, and each mark."""

    name: str
    measure: str  # nps, share, mean
    figure: Estimate | None  # None: too few to tell
    answers: int
    marks: tuple[tuple[float, int], ...]  # none while hidden


@dataclass(frozen=True, slots=True)
class Results:
    """One survey within a period."""

    survey: Survey
    asked: int
    answered: int
    response: Estimate | None
    questions: tuple[Question, ...]
    themes: tuple[tuple[str, int], ...]


def results(session: Session, days: int, now: datetime) -> list[Results]:
    """Return every survey of customers with what was answered in the last days.

    Without the staff pulse: a choice of periods would tell single answers by their difference.
    """
    since = now - timedelta(days=days)
    surveys = session.scalars(
        select(Survey).where(Survey.kind != STAFF).order_by(Survey.name)
    ).all()
    marks = _marks(session, since)
    asked = _asked(session, since)
    themes = _themes(session, since)
    return [
        _of(survey, marks.get(survey.id, {}), asked.get(survey.id, (0, 0)), themes)
        for survey in surveys
    ]


def _of(
    survey: Survey,
    marks: dict[str, Counter[float]],
    asked: tuple[int, int],
    themes: dict[int, Counter[str]],
) -> Results:
    questions = tuple(_question(name, found) for name, found in sorted(marks.items()))
    most = max((each.answers for each in questions), default=0)
    said = themes.get(survey.id, Counter()).most_common(MOST_THEMES)
    hidden = most < FEWEST_ANSWERS
    return Results(
        survey,
        asked[0],
        asked[1],
        proportion(asked[1], asked[0]),
        questions,
        () if hidden else tuple(said),
    )


def _question(name: str, found: Counter[float]) -> Question:
    answers = found.total()
    surveyed, measure = _figure(name, found)
    counted = tuple(sorted(found.items())) if surveyed is not None and len(found) <= 11 else ()
    return Question(name, measure, surveyed, answers, counted)


def _figure(name: str, found: Counter[float]) -> tuple[Estimate | None, str]:
    """Return the figure of a question, and what it measures."""
    answers = list(found.elements())
    limits = _LIMITS.get(name)
    if limits is not None and all(_fits(each, limits) for each in answers):
        whole = [int(each) for each in answers]
        measured: Surveyed = _BY_QUESTION[name](whole, len(whole))
        return measured.figure, {nps: "nps", csat: "share"}.get(_BY_QUESTION[name], "mean")
    average = mean(answers)
    return average and average.shown_from(FEWEST_ANSWERS), "mean"


def _fits(answer: float, limits: tuple[int, int]) -> bool:
    return answer == int(answer) and limits[0] <= answer <= limits[1]


def _marks(session: Session, since: datetime) -> dict[int, dict[str, Counter[float]]]:
    """Count the marks in the database: survey → question → mark → how often."""
    answer = SurveyAnswer
    query = (
        select(answer.survey_id, answer.question, answer.value, func.count())
        .where(answer.at > since, answer.value.is_not(None))
        .group_by(answer.survey_id, answer.question, answer.value)
    )
    found: dict[int, dict[str, Counter[float]]] = {}
    for survey, question, value, count in session.execute(query):
        marks = found.setdefault(survey, {}).setdefault(question, Counter())
        marks[float(value or 0)] = count
    return found


def _asked(session: Session, since: datetime) -> dict[int, tuple[int, int]]:
    """Count invitations of the period, and how many of these were answered."""
    asked = SurveyInvitation
    query = (
        select(asked.survey_id, func.count(), func.count(asked.answered_at))
        .where(asked.asked_at > since)
        .group_by(asked.survey_id)
    )
    return {survey: (many, answered) for survey, many, answered in session.execute(query)}


def _themes(session: Session, since: datetime) -> dict[int, Counter[str]]:
    answer = SurveyAnswer
    query = select(answer.survey_id, answer.themes).where(answer.at > since, answer.text != "")
    found: dict[int, Counter[str]] = {}
    for survey, themes in session.execute(query.limit(5_000)):
        found.setdefault(survey, Counter()).update(themes)
    return found
