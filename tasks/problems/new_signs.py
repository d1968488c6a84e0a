"""About whom there are new signs of risk since somebody looked the last time."""

from datetime import datetime, timedelta
from itertools import groupby, pairwise
from operator import itemgetter
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from tasks.analytics.risk.hiatus import SHORTEST_DAYS, longest_usual_gap
from tasks.cases.rechecks import CaseRecheck
from tasks.cases.records import Case
from tasks.contracts.records import Contract
from tasks.inbound_events.records import Event
from tasks.interactions.records import Interaction
from tasks.problems.signs import DAY, SOON, WINDOW
from tasks.purchases.records import Transaction
from tasks.surveys.records import SurveyAnswer

TOLD = (  # events that may change the points
    "survey.answered",
    "invoice.disputed",
    "payment.failed",
    "competitor.mentioned",
    "stakeholder.left",
    "usage.reported",
)
MANY_CONTACTS = 4
LOW_MARK = 2  # satisfaction, 1 to 5
LONG_AGO = timedelta(days=3 * 365)  # who bought last before that is not looked at every night


def new_signs(
    session: Session, since: datetime, now: datetime, customer_id: int | None = None
) -> set[int]:
    """Return the customers with new signs after `since`, of one customer if given.

    What was there before is known, so the first night after an import raises nothing.
    """
    found: set[int] = set()
    for query in _queries(since, now):
        rows = query
        if customer_id is not None:
            rows = query.where(query.selected_columns[0] == customer_id)
        found.update(number for number in session.scalars(rows) if number is not None)
    return found | _fell_silent(session, since, now, customer_id)


def _queries(since: datetime, now: datetime) -> list[Select[Any]]:
    complaints = select(Case.customer_id).where(Case.kind == "complaint")
    contacts = (
        select(Interaction.customer_id)
        .where(Interaction.direction == "in", Interaction.at > now - WINDOW, Interaction.at <= now)
        .group_by(Interaction.customer_id)
        .having(func.count() >= MANY_CONTACTS, func.max(Interaction.at) > since)
    )
    return [
        complaints.where(Case.repeat_of_id.is_not(None), Case.opened_at > since),
        complaints.where(Case.reopened > 0, Case.updated_at > since),
        complaints.where(Case.state == "open", Case.solve_due > since, Case.solve_due <= now),
        select(Case.customer_id)
        .join(CaseRecheck, CaseRecheck.case_id == Case.id)
        .where(CaseRecheck.created_at > since, CaseRecheck.csat <= LOW_MARK),
        select(Transaction.customer_id).where(
            Transaction.delivered_at > since,
            func.date(Transaction.delivered_at) > func.date(Transaction.promised_at),
        ),
        select(SurveyAnswer.customer_id).where(SurveyAnswer.at > since),
        select(Event.customer_id).where(Event.type.in_(TOLD), Event.received_at > since),
        select(Contract.customer_id).where(
            Contract.ended_at.is_(None),
            Contract.ends_on > (since + SOON).date(),
            Contract.ends_on <= (now + SOON).date(),
        ),
        contacts,
    ]


def _fell_silent(
    session: Session, since: datetime, now: datetime, customer_id: int | None
) -> set[int]:
    """Return who has been silent for longer than usual only since then."""
    quiet = (
        select(Transaction.customer_id)
        .group_by(Transaction.customer_id)
        .having(
            func.max(Transaction.at) < now - SHORTEST_DAYS * DAY,
            func.max(Transaction.at) > since - LONG_AGO,
            func.count() > 1,
        )
    )
    if customer_id is not None:
        quiet = quiet.where(Transaction.customer_id == customer_id)
    rows = session.execute(
        select(Transaction.customer_id, Transaction.at)
        .where(Transaction.customer_id.in_(quiet.scalar_subquery()))
        .order_by(Transaction.customer_id, Transaction.at)
        .execution_options(yield_per=5_000)
    )
    found = set()
    for number, each in groupby(rows, key=itemgetter(0)):
        days = [at for _, at in each]
        gaps = [(later - earlier) / DAY for earlier, later in pairwise(days)]
        silent_at = days[-1] + max(SHORTEST_DAYS, longest_usual_gap(gaps) or 0) * DAY
        if since < silent_at <= now:
            found.add(number)
    return found
