"""What erasing a person does to their cases, beside emptying the texts."""

from sqlalchemy import update
from sqlalchemy.orm import Session

from tasks.cases.records import Case
from tasks.declare.subject import Erasure


def close_open(session: Session, erasure: Erasure) -> None:
    """Close what is open: nobody is left to answer."""
    session.execute(
        update(Case)
        .where(Case.customer_id.in_(erasure.person.numbers), Case.state != "closed")
        .values(state="closed", closed_how="erased", closed_at=erasure.now)
    )
