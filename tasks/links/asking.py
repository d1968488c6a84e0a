"""Asks people outside for their answers: who, by which message, and what if it is not possible."""

from datetime import datetime, timedelta
from typing import Any, Protocol

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from engine import reads
from engine.engine import Engine
from engine.errors import AlreadyExists, Conflict, NotFound
from engine.reads import Task
from engine.service_task import service_task
from tasks.cases.records import Case
from tasks.channels import Draft, Refused, Settings, deliver, render
from tasks.contacts.records import Contact, Message
from tasks.customers.records import Customer
from tasks.links.minting import Party, Wanted, addresses, is_for
from tasks.links.records import ANSWER, Link
from tasks.partners.records import Partner
from tasks.policy.records import values
from tasks.templates.records import Template, editions

MESSAGE = "answer.wanted"  # starts the process ask_by_link
PROCESS = ("ask_by_link",)
TTL_MS = 60_000
WEEK = timedelta(days=7)


class Services(Protocol):
    """What the worker gives us."""

    @property
    def settings(self) -> Settings:
        """Settings of the installation."""

    def link_url(self, link_id: str) -> str:
        """Return the address of a link."""


@service_task(name="links.ask", retries=5)
def ask(
    session: Session, engine: Engine, now: datetime, job_key: str, task_key: str, why: str
) -> None:
    """Have somebody outside asked to answer a task, unless a message with its link is on its way.

    Reads ``task_key`` and ``why`` ("opened" or "reminded"). Starts the process ``ask_by_link``.
    Called by the engine, not by drawings.
    """
    task = _open_task(session, int(task_key))
    if task is None:
        return
    variables = _who_and_how(session, task, why, now) | {"why": why}
    if why == "opened" and _has_link(session, task, variables):
        session.commit()
        return
    session.commit()  # no transaction of ours is open while the engine has its own
    try:
        engine.messages.publish(MESSAGE, task_key, variables, TTL_MS, f"ask:{job_key}")
    except AlreadyExists:
        return  # asked before the process died


@service_task(name="links.tell_partner", retries=5, processes=PROCESS)
def tell_partner(
    session: Session,
    services: Services,
    now: datetime,
    instance_key: str,
    task_key: str,
    partner_id: int,
    message_ref: str,
) -> dict[str, Any]:
    """Send a partner the link of a task, by e-mail and under the policy for partners.

    Reads ``task_key``, ``partner_id`` and ``message_ref`` (a template). A partner without an
    address or an agreement is not written to, nor one who got as many messages within seven days
    as the policy value ``partner.messages_per_week`` says. Answers ``told`` and else ``reason``.
    """
    partner, key = session.get(Partner, partner_id), f"partner-{partner_id}-{instance_key}"
    refusal = _may_not_tell(session, partner, key, now)
    if partner is None or refusal:
        return {"told": False, "reason": refusal}
    template = _ready(session, message_ref, "email", _language(partner))
    if template is None:
        return {"told": False, "reason": "There is no ready message of this name."}
    company = values(session, "company")
    fields = {
        "partner.name": partner.name,
        "company.name": company["name"],
        "company.email": company["email"],
    }
    wanted = Wanted(ANSWER, Party(partner_id=partner.id), None, int(task_key), None, key)
    draft = Draft(
        key=key,
        channel="email",
        recipient=partner.contact,
        partner_id=partner.id,
        subject=render(template.subject, fields).text,
        body=render(template.body, fields).text,
        sender_name=company["name"],
        addresses=addresses(session, services, [wanted], now),
    )
    try:
        deliver(session, services.settings, draft, now)
    except Refused as error:
        return {"told": False, "reason": str(error)}
    return {"told": True, "reason": None}


@service_task(name="links.hand_over", retries=5, processes=PROCESS)
def hand_over(engine: Engine, task_key: str, reason: str | None = None) -> None:
    """Bring a task before colleagues, because the one outside cannot be asked.

    Reads ``task_key`` and ``reason``. Whom it escalates to (``escalate.to``, else the owner of the
    process) sees it at once; one that is answered, or has nobody to escalate to, stays as it is.
    """
    try:
        engine.by("links").tasks.escalate(int(task_key), reason or "Nobody could be asked.")
    except (NotFound, Conflict):
        return


def _open_task(session: Session, key: int) -> Task | None:
    try:
        task = reads.task(session.connection(), key)
    except NotFound:
        return None
    return task if task.state == "CREATED" and task.outside else None


def _who_and_how(session: Session, task: Task, why: str, now: datetime) -> dict[str, Any]:
    """Return the variables of the process that asks; a reminder goes where the invitation went."""
    outside = task.outside or {}
    seen = reads.task_sees(session.connection(), task.key)
    partner = _partner(session, outside.get("whom")) if outside["for"] == "partner" else None
    case = _case(session, seen.get("case_id"))
    customer = _customer(session, outside) or (case.customer_id if case else None)
    party = "nobody"
    if partner is not None:
        party = "partner"
    elif outside["for"] == "customer" and (customer or (case and case.contact_address)):
        party = "customer"
    message = outside.get("message") or _usual(party, case)
    template = session.scalars(editions(message)).first()
    due = task.due_at
    first = _invitation(session, task, customer) if why == "reminded" else None
    if first is not None:
        message, purpose = first.template_name, first.purpose
    else:
        purpose = template.purpose if template else "relationship"
    return {
        "task_key": str(task.key),
        "task_name": task.name or task.element_id,
        "party": party,
        "customer_id": customer,
        "partner_id": partner.id if partner else None,
        "case_id": case.id if case else None,
        "number": case.number if case else None,
        "message_ref": message,
        "purpose": purpose,
        "reminder_of": first.id if first else None,
        "wanted_channel": first.channel if first else None,
        "expires_at": due.isoformat() if due and due > now else None,
    }


def _invitation(session: Session, task: Task, customer_id: int | None) -> Contact | None:
    """Return the first contact that brought the customer the link of a task."""
    if customer_id is None:
        return None
    key = select(Link.message_key).where(
        Link.kind == ANSWER, Link.task_key == task.key, Link.customer_id == customer_id
    )
    query = select(Contact).join(Message, Message.contact_id == Contact.id)
    sent = query.where(Message.key.in_(key), Contact.sent_at.is_not(None))
    return session.scalars(sent.order_by(Contact.id).limit(1)).first()


def _usual(party: str, case: Case | None) -> str:
    if party == "partner":
        return "please-answer-partner"
    return "please-answer-case" if case else "please-answer"


def _partner(session: Session, whom: Any) -> Partner | None:
    """Find a partner by number or name."""
    text = str(whom or "")
    if text.isascii() and text.isdecimal():
        return session.get(Partner, int(text))
    return session.scalar(select(Partner).where(Partner.name == text)) if text else None


def _case(session: Session, number: Any) -> Case | None:
    return session.get(Case, number) if isinstance(number, int) else None


def _customer(session: Session, outside: dict[str, Any]) -> int | None:
    text = str(outside.get("whom") or "")
    if outside["for"] != "customer" or not (text.isascii() and text.isdecimal()):
        return None
    found = session.get(Customer, int(text))
    return found.id if found else None


def _has_link(session: Session, task: Task, asked: dict[str, Any]) -> bool:
    """Return whether the task has a link; one sent before it opened becomes its own now."""
    party = Party(asked["customer_id"], asked["partner_id"], asked["case_id"])
    if not is_for(task.outside or {}, party):
        return False
    mine = Link.customer_id == party.customer_id
    if party.customer_id is None:
        mine = Link.case_id == party.case_id
    before = (Link.task_key.is_(None)) & (Link.root_key == task.root_instance_key) & mine
    found = session.scalars(
        select(Link).where(
            Link.kind == ANSWER,
            Link.withdrawn_at.is_(None),
            or_(Link.task_key == task.key, before),
        )
    ).all()
    for link in found:
        link.task_key = task.key
    return bool(found)


def _may_not_tell(session: Session, partner: Partner | None, key: str, now: datetime) -> str:
    if partner is None:
        return "There is no such partner."
    if not partner.contact:
        return "The partner has no address."
    if not partner.agreement:
        return "There is no agreement with the partner."
    most = int(values(session, "partner")["messages_per_week"])
    lately = select(Message.id).where(
        Message.partner_id == partner.id, Message.key != key, Message.created_at > now - WEEK
    )
    if len(session.scalars(lately.limit(most)).all()) >= most:
        return "The partner got as many messages this week as the policy allows."
    return ""


def _language(partner: Partner) -> str:
    return {"IR": "fa", "AF": "fa", "LT": "lt"}.get(partner.country.upper(), "en")


def _ready(session: Session, name: str, channel: str, language: str) -> Template | None:
    found = [t for t in session.scalars(editions(name)) if t.channel == channel and t.ready()]
    for wanted in (language, "en"):
        for template in found:
            if template.language == wanted:
                return template
    return None
