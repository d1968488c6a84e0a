"""What is left of a customer who was erased: a number, and when."""

from sqlalchemy import update
from sqlalchemy.orm import Session

from tasks.customers.records import Customer
from tasks.declare.subject import Erasure


def note_erased(session: Session, erasure: Erasure) -> None:
    """Note when it was."""
    session.execute(
        update(Customer)
        .where(Customer.id.in_(erasure.person.numbers))
        .values(erased_at=erasure.now)
    )
