"""Somebody left the house: their account is closed or removed, or is in no group any more."""

from collections.abc import Iterable
from typing import Literal

from sqlalchemy import exists, select

from web.app.services import engine, reading
from web.app.tables import account, account_group

MESSAGE = "user.deactivated"
TTL_MS = 3_600_000

Reason = Literal["closed", "removed", "no group"]


def tell(username: str, reason: Reason, by: str = "") -> None:
    """Publish `user.deactivated` (key: user name; variables username, reason).

    After the change is committed, in a transaction of its own: what waits for it looks at the
    accounts as they are now. Where it fails nothing is lost, owners are looked at twice a day too.
    """
    variables = {"username": username, "reason": reason}
    engine().by(by or username).messages.publish(MESSAGE, username, variables, TTL_MS)


def tell_of_groupless(usernames: Iterable[str], by: str = "") -> None:
    """Tell of those who may sign in and are in no group: they were in one until now."""
    names = set(usernames)
    if not names:
        return
    in_a_group = exists().where(account_group.c.account_id == account.c.id)
    alone = select(account.c.username).where(
        account.c.username.in_(names), account.c.active, ~in_a_group
    )
    with reading() as connection:
        found = sorted(connection.execute(alone).scalars())
    for username in found:
        tell(username, "no group", by)
