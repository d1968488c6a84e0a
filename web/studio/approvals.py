"""A second person looks at what changes roles, scripts, service tasks or decisions.

An approval is for one save: who changes the draft afterwards asks again. Where nobody else may
approve, the one who asks confirms, and that is on record.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select, update

from engine.difference import Area
from engine.errors import Conflict, Forbidden, NotFound
from web import accounts
from web.accounts import Account, policy
from web.app.services import reading, writing
from web.studio.drafts import Save
from web.studio.tables import approval


@dataclass(frozen=True, slots=True)
class Approval:
    """A question to a second person, and the answer."""

    id: int
    draft_id: int
    number: int
    areas: list[str]
    asked_by: str
    asked_at: datetime
    decided_by: str
    decided_at: datetime | None
    approved: bool | None
    alone: bool
    comment: str


def of(save: Save) -> Approval | None:
    """Return what was last asked about a save."""
    query = (
        select(approval)
        .where(approval.c.draft_id == save.draft_id, approval.c.number == save.number)
        .order_by(approval.c.id.desc())
        .limit(1)
    )
    with reading() as connection:
        row = connection.execute(query).first()
    return None if row is None else Approval(**row._mapping)


def waiting() -> list[Approval]:
    """Return the questions that nobody has answered, the oldest first."""
    query = select(approval).where(approval.c.approved.is_(None)).order_by(approval.c.id)
    with reading() as connection:
        return [Approval(**row._mapping) for row in connection.execute(query)]


def ask(save: Save, areas: Sequence[Area], by: str, at: datetime) -> None:
    """Ask for approval of a save; a question that is open already stays the one."""
    open_one = of(save)
    if open_one is not None and open_one.approved is not False:
        return
    row = {
        "draft_id": save.draft_id,
        "number": save.number,
        "areas": [area.value for area in areas],
        "asked_by": by,
        "asked_at": at,
    }
    with writing() as connection:
        connection.execute(insert(approval).values(row))


def decide(
    save: Save, who: Account, at: datetime, *, approved: bool, comment: str = ""
) -> Approval:
    """Answer a question; raise Forbidden for the one who has to be checked."""
    question = of(save)
    if question is None:
        raise NotFound
    own = who.username in {question.asked_by, save.saved_by}
    alone = own and not others(who.username)
    if own and not alone and approved:
        raise Forbidden
    row = {
        "approved": approved,
        "decided_by": who.username,
        "decided_at": at,
        "alone": alone,
        "comment": comment[:2_000],
    }
    mine = (approval.c.id == question.id) & approval.c.approved.is_(None)
    with writing() as connection:
        if connection.execute(update(approval).where(mine).values(row)).rowcount == 0:
            raise Conflict
    found = of(save)
    assert found is not None  # noqa: S101 - just written
    return found


def may_approve(save: Save, question: Approval, who: Account) -> bool:
    """Whether this person may say yes: a second one, or the only one there is."""
    own = who.username in {question.asked_by, save.saved_by}
    return policy.can(who, "draft.approve") and (not own or not others(who.username))


def others(username: str) -> list[Account]:
    """Return who else may approve."""
    return [
        each
        for each in accounts.everybody()
        if each.username != username and policy.can(each, "draft.approve")
    ]
