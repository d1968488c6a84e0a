"""What erasing a person does to their links, beside emptying the texts."""

from sqlalchemy import update
from sqlalchemy.orm import Session

from tasks.declare.subject import Erasure
from tasks.links.records import Link


def withdraw_links(session: Session, erasure: Erasure) -> None:
    """Take all links back: nobody is left who may look."""
    session.execute(
        update(Link)
        .where(Link.customer_id.in_(erasure.person.numbers), Link.withdrawn_at.is_(None))
        .values(withdrawn_at=erasure.now, withdrawn_by="erasure")
    )
