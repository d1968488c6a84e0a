"""What a quarter's answers say: recommendation, gaps by segment, what goes with loyalty, staff."""

from collections import Counter, defaultdict
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.service_task import service_task
from tasks.getting_to_know.asking import WORDS
from tasks.insights.records import Insight
from tasks.scores.records import CustomerScore
from tasks.surveys.records import SurveyAnswer, SurveyInvitation
from tasks.surveys.staff_pulse import Quarter, quarter_of_answers

YEAR, QUARTER = timedelta(days=365), timedelta(days=92)
USUAL_IMPORTANCE = 5.0  # of 10, where nobody was asked how much a dimension matters
MOST_THEMES = 6


@service_task(name="getting_to_know.read_quarter", retries=5)
def read_quarter(session: Session, now: datetime) -> dict[str, Any]:
    """Read the answers of the last twelve months; records nothing.

    Returns ``nps`` (value -100 to 100, low, high, n; none below 10 answers) of the quarter,
    ``drivers`` (dimension, weight, low, high, n, r2: how far its mark goes with the recommendation,
    the strongest first, from 50 answers), ``gaps`` (segment, dimension, gap of marks 1-7, n; from
    10 answers), ``themes`` (theme, n) and ``staff`` (question, mean, n of the last whole
    quarter; from 8 answers, no words).
    A weight is no proof of a cause.
    """
    return {
        "nps": _recommendation(session, now),
        "drivers": _drivers(session, now),
        "gaps": _gaps(session, now),
        "themes": _themes(session, now),
        "staff": _staff(session, now),
    }


@service_task(name="getting_to_know.keep_insights", retries=5)
def keep_insights(
    session: Session, now: datetime, job_key: str, insights: list[dict[str, Any]] | None = None
) -> dict[str, Any]:
    """Pass on what departments should know, once per job.

    Reads ``insights`` (to, text). Returns ``passed_on``, how many.
    """
    by = f"job:{job_key}"
    rows = [each for each in insights or () if each.get("text")]
    if rows and session.scalar(select(Insight.id).where(Insight.created_by == by).limit(1)) is None:
        for each in rows:
            made = Insight(kind="other", to_department=each["to"], text=each["text"])
            made.from_department, made.created_at, made.created_by = "care_head", now, by
            session.add(made)
        session.flush()
    return {"passed_on": len(rows)}


def _answers(session: Session, since: datetime, like: str) -> list[tuple[int, str, float]]:
    """Return customer, question and value of the marks customers gave, oldest first."""
    rows = session.execute(
        select(SurveyAnswer.customer_id, SurveyAnswer.question, SurveyAnswer.value)
        .where(
            SurveyAnswer.question.like(like),
            SurveyAnswer.value.is_not(None),
            SurveyAnswer.customer_id.is_not(None),
            SurveyAnswer.at > since,
        )
        .order_by(SurveyAnswer.at, SurveyAnswer.id)
    )
    return [(who or 0, question, value or 0.0) for who, question, value in rows]


def _recommendation(session: Session, now: datetime) -> dict[str, Any] | None:
    from tasks.analytics.listening.surveys import nps

    marks = [int(value) for _, _, value in _answers(session, now - QUARTER, "nps")]
    asked = session.scalar(select(func.count()).where(SurveyInvitation.asked_at > now - QUARTER))
    figure = nps(marks, max(asked or 0, len(marks))).figure
    if figure is None:
        return None
    return {
        "value": round(100 * figure.value),
        "low": round(100 * figure.low),
        "high": round(100 * figure.high),
        "n": figure.n,
    }


def _drivers(session: Session, now: datetime) -> list[dict[str, Any]]:
    """Regress the recommendation on each dimension alone: each customer is asked about four."""
    from tasks.analytics.listening.drivers import drivers

    since = now - YEAR
    loyal = {who: value for who, _, value in _answers(session, since, "nps")}
    perceived: dict[str, dict[int, float]] = defaultdict(dict)
    for who, question, value in _answers(session, since, "perceived.%"):
        perceived[question.removeprefix("perceived.")][who] = value
    found = []
    for dimension, marks in perceived.items():
        both = [(marks[who], loyal[who]) for who in marks if who in loyal]
        try:
            said = drivers([dimension], [[x] for x, _ in both], [y for _, y in both])
        except ValueError:  # too few, or all the same
            continue
        [driver] = said.ranked
        found.append(
            {
                "dimension": WORDS.get(dimension, dimension),
                "weight": round(driver.weight.value, 2),
                "low": round(driver.weight.low, 2),
                "high": round(driver.weight.high, 2),
                "n": said.n,
                "r2": round(said.r_squared, 2),
            }
        )
    return sorted(found, key=lambda each: -abs(each["weight"]))


def _gaps(session: Session, now: datetime) -> list[dict[str, Any]]:
    from tasks.analytics.listening.gaps import Answer, gaps

    since = now - YEAR
    expected = {
        (who, question.partition(".")[2]): value
        for who, question, value in _answers(session, since, "expected.%")
    }

    newest = select(func.max(CustomerScore.id)).group_by(CustomerScore.customer_id)
    scores = select(CustomerScore).where(CustomerScore.id.in_(newest))
    segments = {each.customer_id: each.segment for each in session.scalars(scores)}
    by_segment: dict[str, list[Answer]] = defaultdict(list)
    for who, question, value in _answers(session, since, "perceived.%"):
        dimension = question.partition(".")[2]
        level = expected.get((who, dimension))
        if level is not None:
            told = Answer(dimension, level, value, USUAL_IMPORTANCE)
            by_segment[segments.get(who, "–")].append(told)
    return [
        {
            "segment": segment,
            "dimension": WORDS.get(dimension, dimension),
            "gap": round(gap.gap.value, 1),
            "n": gap.gap.n,
        }
        for segment, answers in sorted(by_segment.items())
        for dimension, gap in sorted(gaps(answers).items(), key=lambda each: each[1].gap.value)
    ]


def _themes(session: Session, now: datetime) -> list[dict[str, Any]]:
    lists = session.scalars(
        select(SurveyAnswer.themes).where(SurveyAnswer.at > now - QUARTER, SurveyAnswer.text != "")
    )
    counted = Counter(theme for each in lists for theme in each)
    return [{"theme": theme, "n": n} for theme, n in counted.most_common(MOST_THEMES)]


def _staff(session: Session, now: datetime) -> list[dict[str, Any]]:
    """Return the means of the staff pulse of the last whole quarter, from eight answers."""
    found = quarter_of_answers(session, Quarter.of(now).step(-1))
    return [
        {"question": question, "mean": round(figure.value, 1), "n": figure.n}
        for question, figure in found.items()
        if figure is not None
    ]
