"""Accounts: made, found, signed in by password. argon2 keeps the passwords."""

import math
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import delete, func, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from engine.errors import AlreadyExists, Invalid, NotFound
from engine.model import Problem
from web.accounts.model import ROLES, Account
from web.accounts.passwords import fits, hashed, weakness
from web.app import audit
from web.app.database import db
from web.app.services import now, reading, settings, writing
from web.app.tables import account, account_group, account_skill, sign_in_failure

WINDOW = timedelta(minutes=15)
LONGEST_WAIT_S = 60
COLUMNS = (
    account.c.id,
    account.c.username,
    account.c.display_name,
    account.c.email,
    account.c.roles,
    account.c.locale,
    account.c.calendar,
    account.c.shortcuts,
    account_group.c.name.label("group_name"),
)
WITH_GROUPS = account.outerjoin(account_group, account_group.c.account_id == account.c.id)


@cache
def _nobody() -> str:
    """Return what is checked for an unknown name, so that it takes as long as a wrong password."""
    return hashed("nobody has this password")


def create(
    username: str,
    password: str = "",
    *,
    display_name: str = "",
    email: str = "",
    groups: Iterable[str] = (),
    roles: Iterable[str] = (),
    locale: str = "",
    calendar: str = "",
) -> Account:
    """Make an account; without a password it can only be reached by token."""
    _check(username, password, roles := sorted(set(roles)))
    row: dict[str, Any] = {
        "username": username,
        "display_name": display_name or username,
        "email": email,
        "password_hash": hashed(password) if password else "",
        "roles": roles,
        "locale": locale,
        "calendar": calendar,
        "created_at": now(),
    }
    try:
        with writing() as connection:
            key: Any = connection.execute(insert(account).values(row))
            number = int(key.inserted_primary_key[0])
            members = [{"account_id": number, "name": name} for name in sorted(set(groups))]
            if members:
                connection.execute(insert(account_group), members)
    except IntegrityError:
        raise AlreadyExists(f"There is an account named {username} already.") from None
    audit.note("account.made", "", username, {"roles": roles, "groups": sorted(set(groups))})
    with reading() as connection:
        found = from_rows(connection.execute(_named(username)).all())
    if found is None:
        raise AssertionError(f"{username} was created and is not there")
    return found


def get(username: str) -> Account | None:
    """Return an active account by its user name."""
    return from_rows(db.session.execute(_named(username)).all())


def _named(username: str) -> Any:
    condition = (account.c.username == username) & account.c.active
    return select(*COLUMNS).select_from(WITH_GROUPS).where(condition)


def everybody() -> list[Account]:
    """Return all active accounts by name."""
    query = select(*COLUMNS).select_from(WITH_GROUPS).where(account.c.active)
    rows: dict[str, list[Any]] = {}
    for row in db.session.execute(query.order_by(account.c.username)).all():
        rows.setdefault(row.username, []).append(row)
    return [found for group in rows.values() if (found := from_rows(group)) is not None]


def from_rows(rows: Sequence[Any]) -> Account | None:
    """Return the account of joined rows, one row per group."""
    if not rows:
        return None
    first = rows[0]
    return Account(
        username=first.username,
        display_name=first.display_name,
        email=first.email,
        groups=frozenset(row.group_name for row in rows if row.group_name),
        roles=frozenset(first.roles),
        locale=first.locale,
        calendar=first.calendar,
        shortcuts=first.shortcuts,
        id=first.id,
    )


def change(username: str, values: Mapping[str, Any]) -> None:
    """Change what people may change about themselves: language, calendar, shortcuts."""
    allowed = {name: values[name] for name in ("locale", "calendar", "shortcuts") if name in values}
    if allowed:
        db.session.execute(update(account).where(account.c.username == username).values(allowed))
        db.session.commit()


def by_password(username: str, password: str) -> Account | None:
    """Return the account of a name and password, or None; takes equally long for both."""
    query = select(account.c.password_hash).where(account.c.username == username, account.c.active)
    stored = db.session.execute(query).scalar()
    right = fits(stored or _nobody(), password)
    return get(username) if right and stored else None


def wait_before_sign_in(username: str, address: str, at: datetime) -> int:
    """Return how many seconds a name has to wait before its next try from an address.

    Nobody is locked out: who fails often is slowed, most of all where the failures come from, and
    for a minute at most.
    """
    most = settings().sign_in_failures
    column = sign_in_failure.c
    of_name, of_address = column.username == username[:100], column.address == address
    recent = select(
        func.count().filter(of_name & of_address),
        func.count().filter(of_name),
        func.count().filter(of_address),
        func.max(column.at),
    ).where(column.at > at - WINDOW, or_(of_name, of_address))
    both, name, place, last = db.session.execute(recent).one()
    if last is None:
        return 0
    last = last if isinstance(last, datetime) else datetime.fromisoformat(str(last))
    last = last if last.tzinfo else last.replace(tzinfo=UTC)
    wait = max(
        _delay(both - most, LONGEST_WAIT_S),
        _delay(name - 3 * most, LONGEST_WAIT_S // 4),
        _delay(place - 10 * most, LONGEST_WAIT_S // 12),
    )
    return max(0, math.ceil(wait - (at - last).total_seconds()))


def _delay(beyond: int, longest: int) -> int:
    """Return 1, 2, 4 … seconds for each failure too many."""
    return 0 if beyond < 0 else min(2 ** min(beyond, 10), longest)


def note_failure(username: str, address: str, at: datetime) -> None:
    """Remember a failed sign-in; old ones go."""
    db.session.execute(delete(sign_in_failure).where(sign_in_failure.c.at < at - WINDOW))
    row = {"username": username[:100], "address": address, "at": at}
    db.session.execute(insert(sign_in_failure).values(row))
    db.session.commit()


def _check(username: str, password: str, roles: Iterable[str]) -> None:
    problems = [
        Problem(f"There is no role {role}.", element="roles") for role in roles if role not in ROLES
    ]
    if not username or len(username) > 100 or not username.isprintable() or " " in username:
        problems.append(Problem("A user name has no spaces.", element="username"))
    if password and (why := weakness(password, username)):
        problems.append(Problem(why, element="password"))
    if problems:
        raise Invalid(problems[0].message, problems)


def set_skills(username: str, skills: Iterable[str]) -> None:
    """Say what somebody can do, in place of what was said before; raise NotFound for nobody."""
    with writing() as connection:
        found = connection.scalar(select(account.c.id).where(account.c.username == username))
        if found is None:
            raise NotFound(f"There is no account “{username}”.")
        connection.execute(delete(account_skill).where(account_skill.c.account_id == found))
        names = sorted({name.strip() for name in skills if name.strip()})
        rows = [{"account_id": found, "name": name} for name in names]
        if rows:
            connection.execute(insert(account_skill), rows)
