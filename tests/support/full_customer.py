"""A customer with something of everything that a customer's page shows."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from tasks.cases.records import Case, numbered
from tasks.choice_reasons.records import ChoiceReason
from tasks.consents.records import Consent, Preference
from tasks.contacts.records import Contact
from tasks.contracts.records import Contract
from tasks.customers.records import ContactPoint, Customer, Identifier
from tasks.declare.base import Base
from tasks.expectations.records import Expectation, MutualGoal
from tasks.interactions.records import Interaction
from tasks.moments.records import MomentOfTruth
from tasks.notes.records import CustomerNote
from tasks.persons.records import Person, StakeholderRole
from tasks.promises.records import Promise
from tasks.purchases.records import Transaction
from tasks.quotes.records import Opportunity, Quote
from tasks.scores.records import CustomerScore
from tasks.surveys.records import Survey, SurveyAnswer
from tasks.touchpoints.records import Touchpoint

DAY = timedelta(days=1)


def full_customer(session: Session, now: datetime, name: str = "Mira Meadow") -> int:
    """Add a customer with records of every kind; return the number."""
    customer = Customer(
        name=name, kind="company", owner="charlie", relationship_since=(now - 400 * DAY).date(),
        created_at=now - 400 * DAY,
    )  # fmt: skip
    session.add(customer)
    session.flush()
    fill(session, customer.id, now)
    return customer.id


def fill(session: Session, number: int, now: datetime) -> None:
    """Give a customer records of every kind."""
    about = {"customer_id": number, "created_at": now}
    touchpoint = Touchpoint(name=f"Delivery {number}", created_at=now)
    survey = Survey(
        name=f"Wave {number}", kind="nps", benefit_statement="You get what you ask for.",
        created_at=now,
    )  # fmt: skip
    sale = Opportunity(**about, category="racks", stage="quoted", amount=900_000)
    person = Person(**about, name="Dara Dell", title="Buyer")
    session.add_all([touchpoint, survey, sale, person])
    session.flush()
    rows: list[Base] = [
        ContactPoint(**about, channel="email", value=f"mira{number}@example.org"),
        ContactPoint(**about, channel="phone", value=f"+1202555{number:04d}"),
        Identifier(customer_id=number, system="shop", external_id=f"S-{number}"),
        Consent(
            customer_id=number, channel="email", purpose="marketing", state="allowed",
            source="form", at=now - 90 * DAY,
        ),
        Consent(
            customer_id=number, channel="phone", purpose="marketing", state="denied",
            source="call", at=now - 30 * DAY,
        ),
        Preference(**about, preferred_channel="email", max_per_30d=2),
        CustomerScore(
            customer_id=number, as_of=now - DAY, r=5, f=4, m=4, segment="Loyal", tier="A",
            orders=6, spent=600_000, margin_12m=180_000,
        ),
        Contract(
            **about, number=f"K-{number}", starts_on=(now - 300 * DAY).date(),
            ends_on=(now + 30 * DAY).date(), value=1_200_000, currency="EUR",
        ),
        Quote(opportunity_id=sale.id, number=2, status="sent", created_at=now),
        StakeholderRole(person_id=person.id, role="decider", attitude=1, created_at=now),
        Expectation(
            **about, dimension="reliability", text="Delivered on Tuesdays.", source="assumed"
        ),
        MutualGoal(**about, text="Half the stock by June.", status="agreed"),
        ChoiceReason(**about, reason="price", other="Good advice.", at=now - 350 * DAY),
        Promise(
            **about, text="A new lid by Friday.", made_by="charlie", due=(now - 2 * DAY).date()
        ),
        Promise(
            **about | {"created_at": now - 60 * DAY}, text="A call on Monday.",
            made_by="charlie", due=(now - 50 * DAY).date(), kept_at=now - 51 * DAY,
        ),
        SurveyAnswer(**about, survey_id=survey.id, question="recommend", value=9, at=now - 9 * DAY),
        MomentOfTruth(
            **about, touchpoint_id=touchpoint.id, at=now - 4 * DAY, source="event",
            polarity="negative", weight=3,
        ),
        Contact(
            **about, purpose="marketing", channel="email", decision="send", reason="",
            decided_at=now - 6 * DAY, sent_at=now - 6 * DAY, clicked_at=now - 5 * DAY,
        ),
        Interaction(
            **about, source="test", external_id=f"i-{number}", channel="phone", at=now - 3 * DAY,
            text="The lid broke again. What will you do?",
        ),
        CustomerNote(**about, text="Likes short answers.", at=now - 8 * DAY, created_by="charlie"),
    ]  # fmt: skip
    for n, days in enumerate((250, 200, 150, 100, 50, 5)):
        rows.append(
            Transaction(
                **about, order_no=f"O-{number}-{n}", at=now - days * DAY, amount=100_000,
                margin=30_000, currency="EUR",
            )
        )  # fmt: skip
    session.add_all(rows)
    numbered(
        session,
        Case(
            **about, kind="complaint", channel="phone", text="The lid broke again.",
            severity="high", owner="charlie", opened_at=now - 3 * DAY, acknowledged_at=now,
            solve_due=now - timedelta(hours=2), law_due=now + 11 * DAY, level=2,
        ),
    )  # fmt: skip
    session.flush()
