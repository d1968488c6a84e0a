"""Who else has an address, and which addresses are dead for everybody."""

from typing import Any

from sqlalchemy import ColumnElement, Select, exists, select
from sqlalchemy.orm import aliased


def sharing(points: type[Any], customer_id: int) -> Select[int, str]:
    """Select (customer_id, channel) of others who have an address of this customer's."""
    mine, other = aliased(points), aliased(points)
    return (
        select(other.customer_id, other.channel)
        .join(mine, (mine.channel == other.channel) & (mine.key == other.key))
        .where(mine.customer_id == customer_id, other.customer_id != customer_id)
        .distinct()
    )


def dead(points: type[Any]) -> ColumnElement[bool]:
    """Say in SQL that the address of a point has bounced for good, whoever else has it."""
    other = aliased(points)
    return exists().where(
        other.channel == points.channel,
        other.key == points.key,
        ~other.valid,
        other.bounced_at.is_not(None),
    )
