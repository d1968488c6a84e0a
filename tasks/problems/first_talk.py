"""What ends with the first talk: settled within an agent's limit, or joined to an open case."""

from datetime import datetime

from sqlalchemy.orm import Session

from engine.service_task import service_task
from tasks.cases.records import Case
from tasks.interactions.records import Interaction
from tasks.outbound_webhooks import tell
from tasks.policy.amounts import to_minor
from tasks.problems.facts import case_of


@service_task(name="problems.settle", retries=5)
def settle(
    session: Session,
    now: datetime,
    case_id: int,
    given: float | None = None,
    given_what: str | None = None,
) -> None:
    """Close a complaint that was settled in the first talk.

    Reads ``case_id``, ``given`` (money, within the limit of an agent) and ``given_what``.
    """
    case = case_of(session, case_id)
    case.given = to_minor(session, given) or 0
    case.severity = "low"
    if given_what:
        case.facts = given_what
    close(session, case, "settled", now)


@service_task(name="problems.join_case", retries=5)
def join_case(session: Session, now: datetime, case_id: int, same_case: int) -> None:
    """Add a complaint to the open case about the same trouble, whose clock goes on.

    Reads ``case_id`` and ``same_case``. The words are kept with the open case.
    """
    case, first = case_of(session, case_id), case_of(session, same_case)
    if case.joined_id is not None:
        return
    case.joined_id = first.id
    session.add(
        Interaction(
            customer_id=case.customer_id,
            case_id=first.id,
            source="complaint",
            external_id=case.number,
            channel=case.channel,
            at=case.opened_at,
            subject=case.number,
            text=case.text,
            created_at=now,
        )
    )
    close(session, case, "joined", now)


def close(session: Session, case: Case, how: str, now: datetime) -> None:
    """Close a case and tell those who subscribed; closing twice changes nothing."""
    if case.state == "closed" and case.closed_how == how:
        return
    case.state = "closed"
    case.closed_how = how
    case.closed_at = now
    case.solved_at = case.solved_at or (None if how == "joined" else now)
    case.updated_at = now
    session.flush()
    told = {"case_id": case.id, "number": case.number, "kind": case.kind, "how": how}
    tell(session, "case.closed", told | {"customer_id": case.customer_id}, now)
