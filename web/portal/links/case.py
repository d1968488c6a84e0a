"""A complaint as its sender sees it: where it stands, what was decided, adding to it, reopening."""

from typing import Any

from flask import render_template, request
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.errors import AlreadyExists, NotFound
from tasks.cases.decisions import CaseDecision
from tasks.cases.records import Case
from tasks.links.reading import Opened
from web.app.services import engine, now, services
from web.portal.links.standing import LIVES, Kind, company, new_key, tell

LONGEST = 2_000
TTL_MS = 60_000
NOT_SOLVED = "complaint.reopened"


def show(ticket: str, opened: Opened) -> str:
    """Show the case; what only employees may see is not on the page."""
    with Session(services().database) as session:
        case = _case(session, opened)
        told = select(CaseDecision).where(CaseDecision.case_id == case.id)
        return render_template(
            "links/case.html",
            ticket=ticket,
            case=case,
            decisions=session.scalars(told.order_by(CaseDecision.id)).all(),
            reopens=_reopens(case),
            longest=LONGEST,
            key=new_key(),
            saved=bool(request.args.get("saved")),
            company=company(session),
        )


def add(opened: Opened) -> None:
    """Keep what the sender adds."""
    text = _text()
    if not text or opened.link.customer_id is None:
        _answer_stranger(opened, text)
        return
    with Session(services().database) as session:
        number = _case(session, opened).number
    said = {"channel": "portal", "text": text, "subject": number}
    tell(opened, "interaction.received", said)


def reopen(opened: Opened) -> None:
    """Open a case again that was closed less than twelve months ago, one level higher."""
    with Session(services().database) as session:
        case = _case(session, opened)
        if not _reopens(case):
            raise NotFound
        variables: dict[str, Any] = {
            "case_id": case.id,
            "number": case.number,
            "customer_id": case.customer_id,
            "level": case.level + 1,
        }
    add(opened)
    key = request.form.get("key", "")
    try:
        engine().messages.publish(
            NOT_SOLVED, str(variables["case_id"]), variables, TTL_MS, f"link:{key}"
        )
    except AlreadyExists:
        return  # the same page was sent twice


def _answer_stranger(opened: Opened, text: str) -> None:
    """Add the words of somebody who is no customer to the text of the case."""
    if not text:
        return
    with Session(services().database) as session, session.begin():
        case = _case(session, opened)
        if text not in case.text:
            case.text, case.updated_at = f"{case.text}\n\n{text}", now()


def _case(session: Session, opened: Opened) -> Case:
    case = session.get(Case, opened.link.record_id) if opened.link.record_id else None
    if case is None or case.closed_how == "erased":
        raise NotFound
    return case


def _reopens(case: Case) -> bool:
    return case.state == "closed" and case.closed_at is not None and now() < case.closed_at + LIVES


def _text() -> str:
    return request.form.get("text", "").strip()[:LONGEST]


KIND = Kind(show, {"add": add, "reopen": reopen}, frozenset({"text"}))
