"""Cases: what a customer told us is wrong, how severe it is, who has it, and until when."""

from datetime import datetime
from typing import Final
from uuid import uuid4

from sqlalchemy import BigInteger, ForeignKey, Index
from sqlalchemy.orm import Mapped, Session, mapped_column

from tasks.declare.base import Base, Versioned, one_of
from tasks.declare.personal import ADDRESS, NOT_PERSONAL, Mention, personal

KINDS: Final = (
    "complaint",
    "question",
    "request",
    "risk",
    "care",
    "privacy_request",
    "data_incident",
)
SEVERITIES: Final = ("low", "normal", "high", "critical")
CATEGORIES: Final = (
    "delivery",
    "product",
    "invoice",
    "service",
    "person",
    "contact",
    "data",
    "other",
)
ALARMS: Final = ("none", "harm", "law", "data", "authority", "press")
MOODS: Final = ("calm", "upset", "furious")
ENDINGS: Final = ("confirmed", "unconfirmed", "not_agreed", "settled", "joined", "erased")


class Case(Versioned, Base):
    """A complaint, question, request, risk or care case; of nobody we know where it is anonymous.

    open ─► solved ─► closed     solved: the customer was told; closed says how, see `closed_how`
      ▲                 │
      └──── reopened ◄──┘        with the same number, one level higher
    """

    __tablename__ = "crm_case"
    __table_args__ = (
        Index(None, "customer_id", "kind", "state"),
        Index(None, "state", "solve_due"),
        one_of("kind", *KINDS),
        one_of("state", "open", "solved", "closed"),
        one_of("severity", *SEVERITIES),
        one_of("category", *CATEGORIES),
        one_of("alarm", *ALARMS),
        one_of("emotion", *MOODS),
        one_of("fault", "yes", "shared", "no", "unknown"),
        one_of("prevention", "action", "root_cause_analysis", "none_needed"),
        one_of("closed_how", *ENDINGS),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(
        unique=True, info=personal(numbered=True, mention=Mention.PAPER)
    )
    customer_id: Mapped[int | None] = mapped_column(ForeignKey("crm_customer.id"))
    kind: Mapped[str]
    state: Mapped[str] = mapped_column(default="open")
    channel: Mapped[str] = mapped_column(info=NOT_PERSONAL)
    language: Mapped[str] = mapped_column(default="en", info=NOT_PERSONAL)
    text: Mapped[str] = mapped_column(info=personal())
    wish: Mapped[str | None] = mapped_column(info=personal())
    order_no: Mapped[str | None] = mapped_column(info=personal(mention=Mention.PAPER))
    # where the sender wants to be answered about this case, whether we know them or not
    contact_channel: Mapped[str | None] = mapped_column(info=NOT_PERSONAL)
    contact_address: Mapped[str | None] = mapped_column(info=personal() | ADDRESS)

    category: Mapped[str | None]
    alarm: Mapped[str] = mapped_column(default="none")
    emotion: Mapped[str | None]
    severity: Mapped[str] = mapped_column(default="normal")
    severity_reason: Mapped[str] = mapped_column(default="", info=NOT_PERSONAL)
    restricted: Mapped[bool] = mapped_column(default=False)  # the handler and head of care only
    about_person: Mapped[str | None] = mapped_column(info=NOT_PERSONAL)  # user name of ours
    loss: Mapped[int | None] = mapped_column(BigInteger)  # minor units, as the customer says
    given: Mapped[int] = mapped_column(BigInteger, default=0)  # minor units
    goodwill: Mapped[int] = mapped_column(BigInteger, default=0)  # minor units, part of `given`

    owner: Mapped[str | None] = mapped_column(info=NOT_PERSONAL)  # user name of ours
    level: Mapped[int] = mapped_column(default=1)
    reopened: Mapped[int] = mapped_column(default=0)
    joined_id: Mapped[int | None] = mapped_column(ForeignKey("crm_case.id"))
    repeat_of_id: Mapped[int | None] = mapped_column(ForeignKey("crm_case.id"))
    cause_id: Mapped[int | None] = mapped_column(ForeignKey("crm_cause.id"))
    fault: Mapped[str | None]
    facts: Mapped[str | None] = mapped_column(info=personal())
    prevention: Mapped[str | None]
    prevention_reason: Mapped[str | None] = mapped_column(info=personal())

    opened_at: Mapped[datetime]
    acknowledged_at: Mapped[datetime | None]
    first_answer_due: Mapped[datetime | None]
    update_every: Mapped[str | None] = mapped_column(info=NOT_PERSONAL)  # business time: "2 bd"
    update_due: Mapped[datetime | None]
    solve_due: Mapped[datetime | None]
    law_due: Mapped[datetime | None]
    solved_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    closed_how: Mapped[str | None]
    demo: Mapped[bool] = mapped_column(default=False)


def numbered(session: Session, case: Case) -> Case:
    """Add a case and give it its number, which nobody else has; return it."""
    case.number = uuid4().hex
    session.add(case)
    session.flush()
    case.number = f"C-{case.id:06d}"
    session.flush()
    return case
