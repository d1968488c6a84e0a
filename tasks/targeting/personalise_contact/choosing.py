"""Which offers could be made to a customer, how likely each is taken, and what it would earn."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.service_task import service_task
from engine.text.sentences import sentence
from tasks.analytics.selling.next_offer import naive_bayes, popularity
from tasks.cases.records import Case
from tasks.consents.records import Preference
from tasks.contacts.records import Contact
from tasks.customers.records import Customer
from tasks.expectations.records import Expectation
from tasks.invoices.records import Invoice
from tasks.moments.records import MomentOfTruth
from tasks.offers.records import Offer, OfferChoice
from tasks.policy.records import values
from tasks.products.records import Product
from tasks.purchases.together import baskets, owned_by
from tasks.scores.records import latest_scores

MOST = 10  # offers that are looked at
CHANNEL = "email"  # whose cost is expected where the customer prefers no other


@dataclass(frozen=True, slots=True)
class Person:
    """What an offer is measured by."""

    number: int
    segment: str | None
    has: set[int]
    never: set[str]
    interests: set[str]
    refused: set[str]
    owes: bool
    cost: int
    threshold: float  # the least expected response, below which the gate skips


@service_task(name="targeting.load_context", retries=5, processes=("personalise_contact",))
def load_context(
    session: Session, now: datetime, customer_id: int, message_ref: str
) -> dict[str, Any]:
    """Load what is known of a customer before something is said to them; changes nothing.

    Reads ``customer_id`` and ``message_ref`` (the template). Answers ``context``: ``name``,
    ``language``, ``tier``, ``interests``, ``expects`` (what they expect, asked), ``last_moment``
    (negative, neutral, positive), ``open_matters`` (cases that are open), ``sent_before`` (messages
    of this template), ``new_below`` and ``sample``, the policy values of the look at a message.
    """
    customer = session.get_one(Customer, customer_id)
    wish = session.scalar(select(Preference).where(Preference.customer_id == customer_id))
    policy = values(session, "personal")
    expects = session.scalars(
        select(Expectation.text)
        .where(Expectation.customer_id == customer_id, Expectation.source == "asked")
        .order_by(Expectation.importance.desc())
        .limit(3)
    ).all()
    moment = session.scalar(
        select(MomentOfTruth.polarity)
        .where(MomentOfTruth.customer_id == customer_id)
        .order_by(MomentOfTruth.at.desc())
        .limit(1)
    )
    open_cases = select(func.count(Case.id)).where(
        Case.customer_id == customer_id, Case.state != "closed"
    )
    sent = select(func.count(Contact.id)).where(
        Contact.template_name == message_ref, Contact.decision == "send"
    )
    return {
        "context": {
            "name": customer.name,
            "language": customer.language,
            "tier": _score(session, customer_id)[1],
            "interests": list(wish.interests) if wish else [],
            "expects": list(expects),
            "last_moment": moment,
            "open_matters": session.scalar(open_cases) or 0,
            "sent_before": session.scalar(sent) or 0,
            "new_below": policy["new_template"],
            "sample": policy["sample"],
        }
    }


@service_task(name="targeting.next_best_offer", retries=5, processes=("personalise_contact",))
def next_best_offer(
    session: Session, now: datetime, customer_id: int, offers: list[str] | None = None
) -> dict[str, Any]:
    """Work out what each offer would be worth with this customer (A10), the best first.

    Reads ``offers`` (names; none: every offer that is valid today). The expected response is that
    of the customer's segment, times how much more or less likely the product is for somebody who
    has what the customer has than for everybody (naive Bayes over last night's counts). Answers
    ``candidates``: ``offer``, ``title``, ``p`` (a share), ``expected_margin`` (after the cost of
    the contact, minor units; none where nobody knows), ``why``, and what the table D-14 asks:
    ``owned``, ``refused``, ``owes``, ``never``, ``relevant`` (the expected response is at least
    that of the gate), ``earns`` (false where the margin does not pay the contact).
    """
    person = _person(session, now, customer_id)
    products = {product.sku: product for product in session.scalars(select(Product))}
    likely = _likelihoods(session, person.has)
    found = [
        _candidate(person, offer, [products[s] for s in offer.products if s in products], likely)
        for offer in _valid(session, offers, now)
    ]
    found.sort(key=lambda each: (-(each["expected_margin"] or 0), each["offer"]))
    return {"candidates": found[:MOST]}


def _valid(session: Session, names: Sequence[str] | None, now: datetime) -> Iterator[Offer]:
    query = select(Offer).order_by(Offer.name)
    if names:
        query = query.where(Offer.name.in_(names))
    today = now.date()
    for offer in session.scalars(query):
        begun = offer.valid_from is None or offer.valid_from <= today
        if begun and (offer.valid_until is None or offer.valid_until >= today):
            yield offer


def _candidate(
    person: Person, offer: Offer, products: Sequence[Product], likely: dict[int, float]
) -> dict[str, Any]:
    base = offer.relevance_for(person.segment) or 0.0
    lift = max((likely.get(product.id, 1.0) for product in products), default=1.0)
    p = round(min(1.0, base * lift), 6)
    margin = _margin(offer, products)
    expected = None if margin is None else round(p * margin - person.cost)
    topics = {product.category for product in products} | {offer.name}
    return {
        "offer": offer.name,
        "title": offer.title,
        "p": p,
        "expected_margin": expected,
        "why": _why(lift, interested=bool(topics & person.interests)),
        "owned": any(not each.repeatable and each.id in person.has for each in products),
        "refused": offer.name in person.refused,
        "owes": person.owes,
        "never": bool(topics & person.never),
        "earns": expected is None or expected > 0,
        "relevant": p >= person.threshold,
    }


def _why(lift: float, *, interested: bool) -> str:
    if interested:
        return sentence("The customer said that this interests them.")
    if lift > 1:
        return sentence("Customers who have the same take it more often.")
    return sentence("Customers of the same segment take it.")


def _margin(offer: Offer, products: Sequence[Product]) -> int | None:
    """Return what an order of the offer earns; None where it names no product of ours."""
    if not products:
        return None
    return round(sum(p.price * (1 - offer.discount) - p.unit_cost for p in products))


def _likelihoods(session: Session, has: set[int]) -> dict[int, float]:
    """Return for each product how much more likely this customer takes it than everybody."""
    counts = baskets(session, has)
    if not counts.n:
        return {}
    popular = popularity(counts, ())
    posterior = naive_bayes(counts, has)
    return {b: posterior[b] / popular[b] for b in posterior if popular.get(b)}


def _person(session: Session, now: datetime, customer_id: int) -> Person:
    wish = session.scalar(select(Preference).where(Preference.customer_id == customer_id))
    since = now - timedelta(days=int(values(session, "personal")["refused_days"]))
    refused = session.scalars(
        select(OfferChoice.offer).where(
            OfferChoice.customer_id == customer_id,
            OfferChoice.outcome == "refused",
            OfferChoice.at > since,
        )
    )
    owes = select(Invoice.id).where(
        Invoice.customer_id == customer_id, Invoice.written_off_at.is_not(None)
    )
    channel = (wish.preferred_channel if wish else None) or CHANNEL
    return Person(
        number=customer_id,
        segment=_score(session, customer_id)[0],
        has=owned_by(session, customer_id),
        never=set(wish.never_topics) if wish else set(),
        interests=set(wish.interests) if wish else set(),
        refused=set(refused),
        owes=session.scalar(owes.limit(1)) is not None,
        cost=int(values(session, "cost").get(channel, 0)),
        threshold=float(values(session, "gate")["relevance_threshold"]),
    )


def _score(session: Session, customer_id: int) -> tuple[str | None, str | None]:
    newest = latest_scores()
    score = session.scalar(newest.where(newest.selected_columns.customer_id == customer_id))
    return (score.segment, score.tier) if score is not None else (None, None)
