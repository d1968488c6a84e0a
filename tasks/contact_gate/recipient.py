"""Who is to be contacted: a customer, or whoever opened a case and named an address for it."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from engine.errors import NotFound
from tasks.calendars.due import working_week
from tasks.cases.records import Case
from tasks.contact_gate.request import CASE_HANDLING, ContactRequest
from tasks.customers.records import Customer

TEAM = "care_agent"  # the time zone of somebody of whom we know no other


@dataclass(frozen=True, slots=True)
class Recipient:
    """One recipient; `customer` is missing for somebody known by a case only."""

    customer: Customer | None
    case: Case | None
    timezone: str
    calendar: str | None
    language: str

    @property
    def number(self) -> int:
        """Return the number of the customer; one that nobody has for somebody unknown."""
        return self.customer.id if self.customer else 0

    @property
    def name(self) -> str:
        """Return how we call them; nothing for somebody unknown."""
        return self.customer.name if self.customer else ""

    @property
    def case_channels(self) -> list[str]:
        """Return the channel on which the case is answered, if one was named."""
        named = self.case is not None and self.case.contact_address is not None
        return [self.case.contact_channel] if self.case and named else []  # type: ignore[list-item]


def recipient(session: Session, wanted: ContactRequest) -> Recipient:
    """Return who is meant; raise NotFound."""
    case = None
    if wanted.purpose == CASE_HANDLING:
        case = session.get(Case, wanted.case_id)
        if case is None:
            raise NotFound(f"There is no case {wanted.case_id}.")
    number = wanted.customer_id or (case.customer_id if case else None)
    customer = session.get(Customer, number) if number else None
    if customer is not None:
        language = case.language if case else customer.language
        return Recipient(customer, case, customer.timezone, customer.calendar, language)
    if case is None:
        raise NotFound(f"There is no customer {wanted.customer_id}.")
    return Recipient(None, case, str(working_week(session, TEAM).zone), None, case.language)
