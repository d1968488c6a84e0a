"""Which links a message to a customer carries, as its text asks for them."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from engine.errors import BpmnError
from tasks.contact_gate.footer import HOUSE
from tasks.contacts.records import Contact
from tasks.links.minting import Party, Wanted, open_task_of, root_of
from tasks.links.records import ANSWER, STANDING
from tasks.templates.rendering import LINK, links_in


def wanted_links(
    session: Session, contact: Contact, text: str, fields: Mapping[str, Any]
) -> list[Wanted]:
    """Return the links that a text, its fields not yet filled in, asks for.

    Raises BpmnError for one that there is not.
    """
    return [
        _link(session, contact, kind, fields.get(f"{LINK}{kind}"))
        for kind in links_in(text)
        if kind not in HOUSE
    ]


def _link(session: Session, contact: Contact, kind: str, about: Any) -> Wanted:
    party = Party(contact.customer_id, None, contact.case_id)
    key = f"contact-{contact.id}"
    if kind == ANSWER:
        root = root_of(session, _number(contact.gate_key) or 0)
        task = _number(about) or open_task_of(session, root, party)
        return Wanted(kind, party, root, task, None, key)
    if kind not in STANDING:
        raise _no(f"There is no link of the kind “{kind}”.")
    if kind == "case":
        about = about or contact.case_id
    if kind in {"case", "quote"} and _number(about) is None:
        raise _no(f"The link “{kind}” needs its record.")
    return Wanted(kind, party, record_id=_number(about), message_key=key)


def _number(value: Any) -> int | None:
    text = str(value or "")
    return int(text) if text.isascii() and text.isdecimal() else None


def _no(reason: str) -> BpmnError:
    said = {"decision": "block", "rule": "incomplete_message", "reason": reason, "not_before": None}
    return BpmnError("incomplete_message", reason, said)
