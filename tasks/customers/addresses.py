"""Who else has an address, and which addresses are dead for everybody."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import Session, aliased

from tasks.declare.together import each


def others_at(session: Session, points: type[Any], customer_id: int) -> list[tuple[int, str]]:
    """Return (customer_id, channel) of others who have an address of this customer's."""
    return each(session, _others, customer_id, points) or []


def _others(
    session: Session, ids: Sequence[int], points: type[Any]
) -> dict[int, list[tuple[int, str]]]:
    mine, other = aliased(points), aliased(points)
    query = (
        select(mine.customer_id, other.customer_id, other.channel)
        .select_from(mine)
        .join(other, (mine.channel == other.channel) & (mine.key == other.key))
        .where(mine.customer_id.in_(ids), other.customer_id != mine.customer_id)
        .distinct()
    )
    found: dict[int, list[tuple[int, str]]] = defaultdict(list)
    for me, who, channel in session.execute(query):
        found[me].append((who, channel))
    return found


def dead(points: type[Any]) -> ColumnElement[bool]:
    """Say in SQL that the address of a point has bounced for good, whoever else has it."""
    other = aliased(points)
    return exists().where(
        other.channel == points.channel,
        other.key == points.key,
        ~other.valid,
        other.bounced_at.is_not(None),
    )
