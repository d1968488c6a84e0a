"""Closing the loop: an unhappy answer becomes a case, and the customer hears what came of it."""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.errors import NotFound
from engine.service_task import service_task
from tasks.cases.causes import Cause, note_recurrence
from tasks.cases.records import Case, numbered
from tasks.declare.people import People
from tasks.getting_to_know.whom import active_owner, find, open_trouble
from tasks.interactions.records import Interaction
from tasks.outbound_webhooks import tell
from tasks.promises.keeping import keep_promises


@service_task(name="getting_to_know.open_case", retries=5)
def open_case(
    session: Session,
    now: datetime,
    job_key: str,
    services: People,
    customer_id: int,
    kind: str,
    words: str,
    said: dict[str, Any],
) -> dict[str, Any]:
    """Open a case for an unhappy answer, once.

    Reads ``kind`` (care, or complaint where harm or the law is mentioned), ``words`` and ``said``.
    Returns ``case_id``, ``number``, ``customer_name``, ``owner`` (the customer's own person, none
    where nobody is), ``language`` and ``causes`` (label, value) to choose from.
    """
    by = f"job:{job_key}"
    customer = find(session, customer_id)
    case = session.scalar(select(Case).where(Case.created_by == by))
    if case is None:
        case = numbered(
            session,
            Case(
                customer_id=customer_id,
                kind=kind,
                channel="portal",
                language=customer.language,
                text=words or _in_marks(said),
                opened_at=now,
                created_at=now,
                created_by=by,
            ),
        )
        opened = {"case_id": case.id, "number": case.number, "kind": case.kind}
        opened |= {"customer_id": case.customer_id, "severity": case.severity}
        tell(session, "case.opened", opened, now)
    return {
        "case_id": case.id,
        "number": case.number,
        "customer_name": customer.name,
        "owner": active_owner(session, services, customer),
        "language": customer.language,
        "causes": [
            {"label": cause.name, "value": cause.id}
            for cause in session.scalars(select(Cause).order_by(Cause.name))
        ],
    }


@service_task(name="getting_to_know.join_conversation", retries=5)
def join_conversation(
    session: Session, now: datetime, job_key: str, customer_id: int, words: str
) -> dict[str, Any]:
    """Add an unhappy answer to the conversation that is open already; its clock goes on.

    Returns ``number`` of the case, none where it was closed meanwhile.
    """
    case = open_trouble(session, customer_id)
    if case is None:
        return {"number": None}
    known = select(Interaction.id).where(
        Interaction.source == "survey", Interaction.external_id == job_key
    )
    if session.scalar(known) is None:
        talk = Interaction(customer_id=customer_id, source="survey", external_id=job_key)
        talk.case_id, talk.direction, talk.channel = case.id, "in", "portal"
        talk.at, talk.text, talk.created_at = now, words, now
        session.add(talk)
    return {"number": case.number}


@service_task(name="getting_to_know.close_loop", retries=5)
def close_loop(
    session: Session,
    now: datetime,
    job_key: str,
    case_id: int,
    customer_ok: str,
    action: str,
    listened: str | None = None,
    cause: int | None = None,
    promise_due: str | None = None,
    owner: str | None = None,
) -> dict[str, Any]:
    """Keep what came of an unhappy answer.

    Reads ``customer_ok`` (yes, no, not_reached), ``listened`` (what the customer said), ``action``
    (what we do), ``cause``, ``promise_due`` and ``owner``. Satisfied or not reached: the case is
    closed, confirmed or unconfirmed. Not satisfied: it goes on as a complaint under the same
    number. A date makes the action a promise. Returns ``done``, the action for the customer.
    """
    case = session.get(Case, case_id)
    if case is None:
        raise NotFound(f"There is no case {case_id}.")
    case.facts, case.cause_id, case.updated_at = listened or case.facts, cause or case.cause_id, now
    note_recurrence(session, case, now)
    if promise_due:
        made = [{"text": action, "due": promise_due}]
        keep_promises(session, now, job_key, case.customer_id or 0, made, owner)
    if customer_ok == "no":
        case.kind = "complaint"
    elif case.state != "closed":
        case.state, case.closed_at, case.solved_at = "closed", now, now
        case.closed_how = "confirmed" if customer_ok == "yes" else "unconfirmed"
        told = {"case_id": case.id, "number": case.number, "kind": case.kind}
        tell(
            session,
            "case.closed",
            told | {"how": case.closed_how, "customer_id": case.customer_id},
            now,
        )
    return {"done": action}


def _in_marks(said: dict[str, Any]) -> str:
    """Return the marks as the text of a case where the customer wrote nothing."""
    known = {"NPS": said.get("nps"), "CSAT": said.get("csat")}
    return ", ".join(f"{name} {mark:g}" for name, mark in known.items() if mark is not None) or "–"
