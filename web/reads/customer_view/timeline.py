"""What happened with a customer, over all channels and subjects, the newest first."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import Select, case, func

from engine import store
from tasks.cases.records import Case
from tasks.contacts.records import Contact
from tasks.conversations.records import Conversation
from tasks.interactions.records import Interaction
from tasks.moments.records import MomentOfTruth
from tasks.notes.records import CustomerNote
from tasks.promises.records import Promise
from tasks.purchases.records import Transaction
from tasks.touchpoints.records import Touchpoint
from web.reads.customer_view.line import lines, newest
from web.reads.customer_view.open_now import not_hidden
from web.reads.customer_view.reader import Reader

LATELY = 40  # of each kind, and of all together
LONGEST = 400  # characters of what was said
KINDS = frozenset(
    {"said", "bought", "contact", "moment", "promised", "complained", "done", "began", "note"}
)
REACTIONS = ("opted_out", "spam", "bounced", "replied", "clicked", "opened", "delivered")


def timeline(number: int, reader: Reader, before: datetime | None = None) -> Iterator[Select[Any]]:
    """Yield the questions for what happened before an instant; without one, up to now."""
    yield from _said(number, reader, before)
    yield from _bought(number, before)
    yield from _met(number, before)
    yield from _promised(number, before)
    yield from _worked(number, reader, before)


def _said(number: int, reader: Reader, before: datetime | None) -> Iterator[Select[Any]]:
    said, note, case_ = Interaction, CustomerNote, Case
    yield _part(
        lines(
            "said", id=said.id, at=said.at, word=said.direction, state=said.channel,
            text=func.substr(said.text, 1, LONGEST), more=said.subject, note=said.agent,
        )
        .outerjoin_from(said, case_, case_.id == said.case_id)
        .where(said.customer_id == number, said.case_id.is_(None) | reader.sees()),
        said.at, before,
    )  # fmt: skip
    yield _part(
        lines(
            "note", id=note.id, at=note.at, text=func.substr(note.text, 1, LONGEST),
            more=note.created_by,
        ).where(note.customer_id == number),
        note.at, before,
    )  # fmt: skip
    matter = Conversation
    yield _part(
        lines(
            "matter", id=matter.id, at=matter.last_at, state=matter.state, text=matter.subject,
            more=matter.person,
        )
        .outerjoin_from(matter, case_, case_.id == matter.case_id)
        .where(matter.customer_id == number, matter.case_id.is_(None) | reader.sees()),
        matter.last_at, before,
    )  # fmt: skip


def _bought(number: int, before: datetime | None) -> Iterator[Select[Any]]:
    order = Transaction
    yield _part(
        lines(
            "bought", id=order.id, at=order.at, until=order.returned_at, text=order.order_no,
            more=order.currency, number=order.amount, note=order.channel,
        ).where(order.customer_id == number),
        order.at, before,
    )  # fmt: skip


def _met(number: int, before: datetime | None) -> Iterator[Select[Any]]:
    contact, moment = Contact, MomentOfTruth
    reaction = case(
        *((getattr(contact, f"{name}_at").is_not(None), name) for name in REACTIONS), else_=""
    )
    yield _part(
        lines(
            "contact", id=contact.id, at=contact.decided_at, until=contact.sent_at,
            word=contact.purpose, state=contact.decision, text=contact.reason,
            more=contact.channel, note=reaction, number=contact.campaign_id,
        ).where(contact.customer_id == number),
        contact.decided_at, before,
    )  # fmt: skip
    yield _part(
        lines(
            "moment", id=moment.id, at=moment.at, state=moment.polarity, text=Touchpoint.name,
            more=moment.reason, word=moment.source, number=moment.weight,
        )
        .join_from(moment, Touchpoint, Touchpoint.id == moment.touchpoint_id)
        .where(moment.customer_id == number),
        moment.at, before,
    )  # fmt: skip


def _promised(number: int, before: datetime | None) -> Iterator[Select[Any]]:
    promise = Promise
    state = case(
        (promise.kept_at.is_not(None), "kept"), (promise.broken_at.is_not(None), "broken"),
        else_="open",
    )  # fmt: skip
    yield _part(
        lines(
            "promised", id=promise.id, at=promise.created_at, until=promise.kept_at,
            day=promise.due, state=state, text=promise.text, more=promise.made_by,
        ).where(promise.customer_id == number),
        promise.created_at, before,
    )  # fmt: skip


def _worked(number: int, reader: Reader, before: datetime | None) -> Iterator[Select[Any]]:
    case_, task, run = Case, store.user_task.c, store.instance.c
    yield _part(
        lines(
            "complained", id=case_.id, at=case_.opened_at, until=case_.closed_at,
            word=case_.kind, state=case_.state, text=case_.number, more=case_.severity,
            note=func.substr(case_.text, 1, LONGEST),
        ).where(case_.customer_id == number, reader.sees()),
        case_.opened_at, before,
    )  # fmt: skip
    about = run.customer == str(number), not_hidden(run.key, number, reader)
    yield _part(
        lines(
            "done", id=task.key, at=task.ended_at, word=task.element_id, text=task.name,
            more=task.ended_by, number=task.instance_key,
        )
        .join_from(store.user_task, store.instance, run.key == task.instance_key)
        .where(*about, task.state == "COMPLETED"),
        task.ended_at, before,
    )  # fmt: skip
    yield _part(
        lines(
            "began", id=run.key, at=run.started_at, until=run.ended_at, word=run.process_id,
            state=run.state, text=store.definition.c.name, more=run.started_by,
        )
        .join_from(store.instance, store.definition, store.definition.c.key == run.definition_key)
        .where(*about, run.parent_instance_key.is_(None)),
        run.started_at, before,
    )  # fmt: skip


def _part(question: Select[Any], at: Any, before: datetime | None) -> Select[Any]:
    if before is not None:
        question = question.where(at < before)
    return newest(question, LATELY)
