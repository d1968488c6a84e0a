"""What an administrator does with the accounts of others: see all, change, set a password, close.

An account is never deleted: history and audit log name it. A closed one signs in nowhere.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, update

from engine.errors import Conflict, Invalid, NotFound
from engine.model import Problem
from web.accounts import leaving
from web.accounts.model import ROLES, Account
from web.accounts.passwords import hashed, weakness
from web.accounts.people import COLUMNS, WITH_GROUPS, from_rows
from web.app import audit
from web.app.services import now, reading, writing
from web.app.tables import account, account_group, account_session, api_token

PLAIN = ("display_name", "email", "locale")  # besides groups, roles and whether it is open


@dataclass(frozen=True, slots=True)
class Person:
    """An account as administrators see it."""

    account: Account
    active: bool
    has_password: bool
    vouched_by: str  # the OpenID provider, or ""
    tokens: int  # that still open the door
    sessions: int


def people(search: str = "") -> list[Person]:
    """Return all accounts by user name, closed ones too; those with a word in name or mail."""
    query = _query().order_by(account.c.username)
    if word := search.strip():
        columns = (account.c.username, account.c.display_name, account.c.email)
        found = [column.icontains(word, autoescape=True) for column in columns]
        query = query.where(found[0] | found[1] | found[2])
    with reading() as connection:
        return _persons(connection.execute(query).all())


def person(username: str) -> Person:
    """Return one account; raise NotFound."""
    with reading() as connection:
        found = _persons(connection.execute(_query().where(account.c.username == username)).all())
    if not found:
        raise NotFound("There is no such account.")
    return found[0]


def known_groups() -> list[str]:
    """Return the groups that somebody is in, by name."""
    with reading() as connection:
        query = select(account_group.c.name).distinct().order_by(account_group.c.name)
        return list(connection.execute(query).scalars())


def change_person(by: str, username: str, values: Mapping[str, Any]) -> None:
    """Change name, mail, language, `groups`, `roles` and `active` of an account.

    Raises NotFound; Invalid for an unknown role; Conflict where nobody would be left who may
    change accounts. A closed account loses its sessions and tokens at once, and processes are told.
    """
    roles = sorted(set(values["roles"]))
    if unknown := [role for role in roles if role not in ROLES]:
        text = f"There is no role {unknown[0]}."
        raise Invalid(text, [Problem(text, element="roles")])
    before = person(username)
    row: dict[str, Any] = {name: str(values[name]).strip() for name in PLAIN if name in values}
    row |= {"roles": roles, "active": bool(values["active"])}
    row["display_name"] = row.get("display_name") or username
    with writing() as connection:
        connection.execute(update(account).where(account.c.username == username).values(row))
        _put_groups(connection, before.account.id, values["groups"])
        if not _an_administrator_is_left(connection):
            raise Conflict("Somebody must stay who may change accounts.")
        if not row["active"]:
            _shut_out(connection, before.account.id)
    detail = _differences(before, row | {"groups": sorted(set(values["groups"]))})
    audit.note("account.changed", by, username, detail)
    if before.active and not row["active"]:
        leaving.tell(username, "closed", by)
    elif before.account.groups:
        leaving.tell_of_groupless([username], by)


def set_password(by: str, username: str, new: str) -> None:
    """Set the password of somebody who forgot it; every browser of theirs is signed out."""
    if why := weakness(new, username):
        raise Invalid(why, [Problem(why, element="password")])
    number = person(username).account.id
    with writing() as connection:
        changed = {"password_hash": hashed(new)}
        connection.execute(update(account).where(account.c.id == number).values(changed))
        connection.execute(delete(account_session).where(account_session.c.account_id == number))
    audit.note("password.set", by, username)


def end_access(by: str, username: str) -> None:
    """Sign somebody out everywhere and end their tokens, after a loss of a telephone, say."""
    number = person(username).account.id
    with writing() as connection:
        _shut_out(connection, number)
    audit.note("access.ended", by, username)


def _shut_out(connection: Connection, number: int) -> None:
    connection.execute(delete(account_session).where(account_session.c.account_id == number))
    mine = (api_token.c.account_id == number) & api_token.c.revoked_at.is_(None)
    connection.execute(update(api_token).where(mine).values(revoked_at=now()))


def _put_groups(connection: Connection, number: int, groups: Iterable[str]) -> None:
    connection.execute(delete(account_group).where(account_group.c.account_id == number))
    rows = [{"account_id": number, "name": name} for name in sorted(set(groups))]
    if rows:
        connection.execute(insert(account_group), rows)


def _an_administrator_is_left(connection: Connection) -> bool:
    query = (
        select(account.c.roles).where(account.c.active).with_for_update()
    )  # two at once: one waits
    rows = connection.execute(query).scalars()
    return any("admin" in roles for roles in rows)


def _query() -> Any:
    tokens = select(func.count()).where(
        api_token.c.account_id == account.c.id,
        api_token.c.revoked_at.is_(None),
        api_token.c.expires_at.is_(None) | (api_token.c.expires_at > now()),
    )
    sessions = select(func.count()).where(
        account_session.c.account_id == account.c.id, account_session.c.expires_at > now()
    )
    return select(
        *COLUMNS,
        account.c.active,
        (account.c.password_hash != "").label("has_password"),
        account.c.issuer,
        tokens.scalar_subquery().label("tokens"),
        sessions.scalar_subquery().label("sessions"),
    ).select_from(WITH_GROUPS)


def _persons(rows: Iterable[Any]) -> list[Person]:
    grouped: dict[str, list[Any]] = {}
    for row in rows:
        grouped.setdefault(row.username, []).append(row)
    return [
        Person(found, one.active, one.has_password, one.issuer or "", one.tokens, one.sessions)
        for same in grouped.values()
        if (one := same[0]) is not None and (found := from_rows(same)) is not None
    ]


def _differences(before: Person, after: Mapping[str, Any]) -> dict[str, Any]:
    was = {
        "display_name": before.account.display_name,
        "email": before.account.email,
        "locale": before.account.locale,
        "roles": sorted(before.account.roles),
        "groups": sorted(before.account.groups),
        "active": before.active,
    }
    return {name: [was[name], after[name]] for name in after if was[name] != after[name]}
