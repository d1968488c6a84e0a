"""What erasing a person does to messages that have not left yet."""

from typing import Any, cast

from sqlalchemy import Table, update
from sqlalchemy.orm import Session

from tasks.contacts.records import Message
from tasks.declare.personal import owned_by
from tasks.declare.subject import Erasure


def stop_unsent(session: Session, erasure: Erasure) -> None:
    """Let what has not left never leave."""
    table = cast("Table", Message.__table__)
    theirs: Any = owned_by(table, erasure.person.numbers, erasure.person.addresses)
    unsent = Message.state.in_(("queued", "sending"))
    session.execute(update(Message).where(theirs, unsent).values(state="failed", error="forgotten"))
