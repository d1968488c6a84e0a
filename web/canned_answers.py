"""Texts that people write often: each for its owner, or shared with a group."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, or_, select

from web.accounts import Account
from web.app.tables import canned_answer


def answers_of(connection: Connection, account: Account) -> Sequence[Row[Any]]:
    """Return the texts a person may use, by title."""
    column = canned_answer.c
    mine = or_(column.owner == account.username, column.shared_with.in_(account.groups))
    return connection.execute(
        select(canned_answer).where(mine).order_by(column.title, column.id)
    ).all()
