"""The staff pulse: three questions to employees, answered anonymously, shown quarter by quarter.

Nobody may be found by it. So a quarter is shown when it is over (an answer more would tell what it
was), each question from eight answers on, without words and without filters. Who answered is kept,
so that seven answers of one person cannot uncover an eighth; what was answered carries the day on
which the quarter began, and is mixed with the answers that are there, so that no order leads back.
"""

import secrets
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.errors import AlreadyExists, Invalid, NotFound
from tasks.analytics.estimate import Estimate
from tasks.analytics.listening.surveys import staff_pulse
from tasks.surveys.records import Survey, SurveyAnswer, SurveyInvitation

KIND: Final = "staff_pulse"
MARKS: Final = range(1, 6)


@dataclass(frozen=True, slots=True, order=True)
class Quarter:
    """A quarter of a year, in UTC; `number` is 1 to 4."""

    year: int
    number: int

    @classmethod
    def of(cls, at: datetime) -> "Quarter":
        """Return the quarter of an instant."""
        return cls(at.year, (at.month - 1) // 3 + 1)

    @property
    def begins(self) -> datetime:
        """Return the first instant."""
        return datetime(self.year, 3 * self.number - 2, 1, tzinfo=UTC)

    @property
    def ends(self) -> datetime:
        """Return the first instant of the next quarter."""
        return self.step(1).begins

    def step(self, by: int) -> "Quarter":
        """Return a later quarter, or for a negative number an earlier one."""
        year, number = divmod(4 * self.year + self.number - 1 + by, 4)
        return Quarter(year, number + 1)


def survey_of(session: Session) -> Survey:
    """Return the survey of employees; raises NotFound where there is none."""
    found = session.scalar(select(Survey).where(Survey.kind == KIND).order_by(Survey.id).limit(1))
    if found is None:
        raise NotFound("There is no staff pulse.")
    return found


def has_answered(session: Session, now: datetime, username: str) -> bool:
    """Tell whether somebody has answered in this quarter."""
    mine = select(SurveyInvitation.id).where(
        SurveyInvitation.survey_id == survey_of(session).id,
        SurveyInvitation.asked_at == Quarter.of(now).begins,
        SurveyInvitation.created_by == username,
    )
    return session.execute(mine.limit(1)).first() is not None


def answer(session: Session, now: datetime, username: str, marks: Mapping[str, int]) -> None:
    """Keep somebody's marks (question, 1 to 5) of this quarter; nothing leads from them to who.

    Raises AlreadyExists for the second time in a quarter, Invalid for marks that are none.
    """
    survey = survey_of(session)
    session.execute(select(Survey.id).where(Survey.id == survey.id).with_for_update())  # one by one
    if has_answered(session, now, username):
        raise AlreadyExists("This quarter was answered already.")
    if set(marks) != set(survey.questions) or any(each not in MARKS for each in marks.values()):
        raise Invalid("Each question has a mark from 1 to 5.")
    day = Quarter.of(now).begins
    session.add(
        SurveyInvitation(
            survey_id=survey.id, asked_at=day, answered_at=day, created_at=day, created_by=username
        )
    )
    for question, mark in marks.items():
        _mix_in(session, survey.id, question, float(mark), day)


def quarter_of_answers(session: Session, quarter: Quarter) -> dict[str, Estimate | None]:
    """Return the mean of each question of a quarter, None below eight answers."""
    rows = session.execute(
        select(SurveyAnswer.question, SurveyAnswer.value)
        .join(Survey, Survey.id == SurveyAnswer.survey_id)
        .where(
            Survey.kind == KIND,
            SurveyAnswer.value.between(MARKS[0], MARKS[-1]),
            SurveyAnswer.at >= quarter.begins,
            SurveyAnswer.at < quarter.ends,
        )
    )
    given: dict[str, list[int]] = defaultdict(list)
    for question, value in rows:
        given[question].append(int(value or 0))
    return {name: staff_pulse(own, len(own)).figure for name, own in sorted(given.items())}


def quarters_of_answers(
    session: Session, now: datetime, number: int
) -> Sequence[tuple[Quarter, Mapping[str, Estimate | None]]]:
    """Return the quarters that are over, the newest first, with their questions."""
    last = Quarter.of(now)
    found = [last.step(-back) for back in range(1, number + 1)]
    return [(quarter, quarter_of_answers(session, quarter)) for quarter in found]


def _mix_in(session: Session, survey: int, question: str, mark: float, day: datetime) -> None:
    """Put a mark at a random place among those of the quarter: its row tells not who came last."""
    same = select(SurveyAnswer).where(
        SurveyAnswer.survey_id == survey,
        SurveyAnswer.question == question,
        SurveyAnswer.at == day,
        SurveyAnswer.customer_id.is_(None),
    )
    rows = list(session.scalars(same))
    place = secrets.randbelow(len(rows) + 1)
    if place < len(rows):
        mark, rows[place].value = rows[place].value or 0.0, mark
    session.add(
        SurveyAnswer(survey_id=survey, question=question, value=mark, at=day, created_at=day)
    )
    session.flush()
