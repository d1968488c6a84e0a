"""What points to a customer leaving: the facts of the table D-16, of the last 90 days."""

from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session

from tasks.analytics.risk.hiatus import is_silent
from tasks.cases.rechecks import CaseRecheck
from tasks.cases.records import Case
from tasks.contracts.records import Contract
from tasks.inbound_events.records import Event
from tasks.interactions.records import Interaction
from tasks.invoices.records import Invoice
from tasks.moments.records import MomentOfTruth
from tasks.purchases.records import Transaction, TransactionLine
from tasks.scores.records import CurrentScore
from tasks.surveys.records import Survey, SurveyAnswer
from tasks.usage.records import Usage

DAY, WINDOW = timedelta(days=1), timedelta(days=90)
SOON = timedelta(days=60)  # a contract that ends sooner is talked about
MONTHLY = ("monthly", "month-to-month")  # terms of a contract
PUBLIC = ("social",)  # channels that others read
VERY_LOW = 3  # would recommend us, 0 to 10
DISPUTES = ("invoice.disputed", "payment.failed")


def signs_of(session: Session, customer_id: int, now: datetime) -> dict[str, Any]:
    """Return what the table D-16 asks; None where nothing is known.

    Refusing data, opting out and objecting are left out on purpose: they never count against
    anybody.
    """
    since = now - WINDOW
    complaints = _complaints(customer_id)
    told = _told_marks(session, customer_id, since)
    nps = lowest(_lowest_mark(session, customer_id, "nps", since), told.get("nps"))
    repeated = _any(session, complaints.where(Case.repeat_of_id.is_not(None), _lately(since)))
    return {
        "contacts": _count(session, _contacts(customer_id, since)),
        "same_cause_twice": repeated,
        "late_deliveries": _count(session, _late(customer_id, since)),
        "csat": lowest(_lowest_csat(session, customer_id, since), told.get("csat")),
        "nps": nps,
        "complaint_overdue": _any(
            session, complaints.where(Case.state == "open", Case.solve_due < now)
        ),
        "reopened": _any(session, complaints.where(Case.reopened > 0, _lately(since))),
        "silent": _silent(session, customer_id, now),
        "alive": _alive(session, customer_id),
        "usage_share": _usage_share(session, customer_id),
        "contract_days": _contract_days(session, customer_id, now),
        "month_to_month": _any(session, _running(customer_id, now).where(_monthly())),
        "payment_dispute": _any(session, _disputes(customer_id, since))
        or _happened(session, customer_id, DISPUTES, since),
        "competitor_mentioned": _happened(session, customer_id, ("competitor.mentioned",), since),
        "contact_left": _happened(session, customer_id, ("stakeholder.left",), since),
        "price_rise": price_rise(session, customer_id, since),
        "positive_moments": _count(session, _good(customer_id, since)),
        "open_talk": _any(session, complaints.where(Case.state == "open")),
        "may_speak_against_us": _may_speak(session, complaints, nps, since),
    }


def _complaints(customer_id: int) -> Select[Any]:
    return select(Case.id).where(Case.customer_id == customer_id, Case.kind == "complaint")


def _lately(since: datetime) -> ColumnElement[bool]:
    return func.coalesce(Case.updated_at, Case.opened_at) >= since


def _contacts(customer_id: int, since: datetime) -> Select[Any]:
    return select(Interaction.id).where(
        Interaction.customer_id == customer_id,
        Interaction.direction == "in",
        Interaction.at >= since,
    )


def _late(customer_id: int, since: datetime) -> Select[Any]:
    return select(Transaction.id).where(
        Transaction.customer_id == customer_id,
        Transaction.delivered_at >= since,
        func.date(Transaction.delivered_at) > func.date(Transaction.promised_at),
    )


def _lowest_mark(session: Session, customer_id: int, kind: str, since: datetime) -> float | None:
    """Return the lowest mark in surveys of a kind."""
    found: float | None = session.scalar(
        select(func.min(SurveyAnswer.value))
        .join(Survey, Survey.id == SurveyAnswer.survey_id)
        .where(
            SurveyAnswer.customer_id == customer_id,
            Survey.kind == kind,
            SurveyAnswer.at >= since,
            SurveyAnswer.value.is_not(None),
        )
    )
    return found


def _lowest_csat(session: Session, customer_id: int, since: datetime) -> float | None:
    after = session.scalar(
        select(func.min(CaseRecheck.csat))
        .join(Case, Case.id == CaseRecheck.case_id)
        .where(Case.customer_id == customer_id, CaseRecheck.created_at >= since)
    )
    return lowest(after, _lowest_mark(session, customer_id, "csat", since))


def _told_marks(session: Session, customer_id: int, since: datetime) -> dict[str, float]:
    """Return the lowest marks that another system told of, by the name of the question."""
    told = session.scalars(
        select(Event.payload).where(
            Event.customer_id == customer_id,
            Event.type == "survey.answered",
            Event.occurred_at >= since,
        )
    )
    found: dict[str, float] = {}
    for payload in told:
        for name, mark in (payload.get("answers") or {}).items():
            if isinstance(mark, int | float):
                found[name] = min(found.get(name, mark), mark)
    return found


def lowest(*marks: float | None) -> float | None:
    """Return the lowest of the marks that are known; None without one."""
    return min((mark for mark in marks if mark is not None), default=None)


def _silent(session: Session, customer_id: int, now: datetime) -> bool:
    """Whether longer than max(8 weeks, nine of ten of the own gaps) passed since buying."""
    if _any(session, _running(customer_id, now)):
        return False
    days = session.scalars(
        select(Transaction.at)
        .where(Transaction.customer_id == customer_id, Transaction.at <= now)
        .order_by(Transaction.at)
    ).all()
    gaps = [(later - earlier) / DAY for earlier, later in pairwise(days)]
    return len(days) > 1 and is_silent((now - days[-1]) / DAY, gaps)


def _usage_share(session: Session, customer_id: int) -> float | None:
    """Return the newest usage as a share of the period before, the lowest of all metrics."""
    rows = session.execute(
        select(Usage.metric, Usage.value)
        .where(Usage.customer_id == customer_id)
        .order_by(Usage.metric, Usage.period.desc())
    ).all()
    newest: dict[str, list[float]] = {}
    for metric, value in rows:
        newest.setdefault(metric, []).append(value)
    shares = [two[0] / two[1] for two in newest.values() if len(two) > 1 and two[1] > 0]
    return min(shares, default=None)


def _alive(session: Session, customer_id: int) -> float | None:
    """Return P(alive) of the last scoring (MBG/NBD) of whoever bought on more than one day."""
    found: float | None = session.scalar(
        select(CurrentScore.alive).where(
            CurrentScore.customer_id == customer_id, CurrentScore.orders > 1
        )
    )
    return found


def price_rise(session: Session, customer_id: int, since: datetime) -> float | None:
    """Return by how many percent a price rose for a customer at most; None where none did.

    The price of one piece is compared with what the customer paid for the same product the time
    before, in the same currency; the later purchase is after `since`. What was returned counts too:
    the price was seen.
    """
    rows = session.execute(
        select(
            TransactionLine.product_id,
            Transaction.currency,
            Transaction.at,
            TransactionLine.net,
            TransactionLine.quantity,
        )
        .join(Transaction, Transaction.id == TransactionLine.transaction_id)
        .where(
            Transaction.customer_id == customer_id,
            TransactionLine.product_id.is_not(None),
            TransactionLine.quantity > 0,
        )
        .order_by(Transaction.at, TransactionLine.id)
    )
    paid: dict[tuple[int | None, str], float] = {}
    rises = []
    for product, currency, at, net, quantity in rows:
        price, before = net / quantity, paid.get((product, currency), 0)
        if at >= since and price > before > 0:
            rises.append(100 * (price / before - 1))
        paid[product, currency] = price
    return max(rises, default=None)


def _running(customer_id: int, now: datetime) -> Select[Any]:
    return select(Contract.id).where(
        Contract.customer_id == customer_id,
        Contract.ended_at.is_(None),
        or_(Contract.ends_on.is_(None), Contract.ends_on >= now.date()),
    )


def _monthly() -> ColumnElement[bool]:
    return Contract.terms.in_(MONTHLY)


def _contract_days(session: Session, customer_id: int, now: datetime) -> int | None:
    """Return the days until a contract ends about which nobody of ours has talked."""
    ends = session.scalar(
        _running(customer_id, now)
        .with_only_columns(func.min(Contract.ends_on))
        .where(Contract.ends_on <= (now + SOON).date())
    )
    talked = select(Interaction.id).where(
        Interaction.customer_id == customer_id,
        Interaction.agent.is_not(None),
        Interaction.at >= now - SOON,
    )
    if ends is None or _any(session, talked):
        return None
    return int((ends - now.date()).days)


def _disputes(customer_id: int, since: datetime) -> Select[Any]:
    return select(Invoice.id).where(
        Invoice.customer_id == customer_id, Invoice.disputed_at >= since
    )


def _happened(session: Session, customer_id: int, types: tuple[str, ...], since: datetime) -> bool:
    return _any(
        session,
        select(Event.id).where(
            Event.customer_id == customer_id, Event.type.in_(types), Event.occurred_at >= since
        ),
    )


def _good(customer_id: int, since: datetime) -> Select[Any]:
    return select(MomentOfTruth.id).where(
        MomentOfTruth.customer_id == customer_id,
        MomentOfTruth.polarity == "positive",
        MomentOfTruth.at >= since,
    )


def _may_speak(
    session: Session, complaints: Select[Any], nps: float | None, since: datetime
) -> bool:
    """Whether a repeat is unresolved, and the customer was very critical or wrote in public."""
    unresolved = complaints.where(Case.repeat_of_id.is_not(None), Case.state == "open")
    if not _any(session, unresolved):
        return False
    in_public = complaints.where(Case.channel.in_(PUBLIC), Case.opened_at >= since)
    return (nps is not None and nps <= VERY_LOW) or _any(session, in_public)


def _any(session: Session, query: Select[Any]) -> bool:
    return session.execute(query.limit(1)).first() is not None


def _count(session: Session, query: Select[Any]) -> int:
    return session.scalar(select(func.count()).select_from(query.subquery())) or 0
