"""People a provider vouches for: found by issuer and subject, in the groups it says now."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import delete, insert, select, update

from engine.errors import Conflict, Forbidden, NotFound
from web.accounts import leaving
from web.accounts.model import ROLES, Account
from web.accounts.people import create, get
from web.app.database import db
from web.app.tables import account, account_group

ROLE = "role:"


def by_claims(claims: Mapping[str, Any], groups_claim: str, mapping: str) -> Account:
    """Return the account of who signed in elsewhere; a new one is made at the first time.

    Groups and roles are those of the mapping from now on. Raises Conflict where a local account
    has the name already (nobody gets it just for being called so), Forbidden if it was closed.
    """
    issuer, subject = str(claims["iss"])[:500], str(claims["sub"])[:255]
    groups, roles = mapped(claims.get(groups_claim), mapping)
    mine = (account.c.issuer == issuer) & (account.c.subject == subject)
    row = db.session.execute(select(account.c.username, account.c.active).where(mine)).one_or_none()
    if row is None:
        username = _new(claims, issuer, subject)
    elif not row.active:
        raise Forbidden("This account was closed.")
    else:
        username = row.username
    had_groups = _bring_up_to_date(username, claims, groups, roles)
    if had_groups and not groups:
        leaving.tell_of_groupless([username])
    found = get(username)
    if found is None:
        raise Forbidden("This account was closed.")
    return found


def link(username: str, issuer: str, subject: str) -> None:
    """Let an account of ours be signed in to by the provider; raises NotFound."""
    values = {"issuer": issuer, "subject": subject}
    done = db.session.execute(update(account).where(account.c.username == username).values(values))
    db.session.commit()
    if done.rowcount != 1:  # type: ignore[attr-defined]
        raise NotFound(f"There is no account named {username}.")


def mapped(theirs: Any, mapping: str) -> tuple[list[str], list[str]]:
    """Return our groups and roles for theirs: "crm-care=care_agent,crm-ops=role:operator"."""
    names = {theirs} if isinstance(theirs, str) else set(theirs or ())
    pairs = [pair.partition("=") for pair in mapping.split(",") if "=" in pair]
    ours = {target.strip() for source, _, target in pairs if source.strip() in names}
    roles = {name.removeprefix(ROLE) for name in ours if name.startswith(ROLE)} & set(ROLES)
    return sorted(n for n in ours if n and not n.startswith(ROLE)), sorted(roles)


def _new(claims: Mapping[str, Any], issuer: str, subject: str) -> str:
    wanted = str(claims.get("preferred_username") or claims.get("email") or subject)
    username = "".join(wanted.split())[:100]
    taken = select(account.c.id).where(account.c.username == username)
    if db.session.execute(taken).first() is not None:
        raise Conflict("There is an account of this name already; an administrator can link it.")
    create(username)
    link(username, issuer, subject)
    return username


def _bring_up_to_date(
    username: str, claims: Mapping[str, Any], groups: Iterable[str], roles: list[str]
) -> bool:
    """Keep what the provider says; return whether the account was in a group until now."""
    values: dict[str, Any] = {"roles": roles}
    if claims.get("name"):
        values["display_name"] = str(claims["name"])[:200]
    if claims.get("email"):
        values["email"] = str(claims["email"])[:320]
    number = db.session.execute(
        select(account.c.id).where(account.c.username == username)
    ).scalar_one()
    db.session.execute(update(account).where(account.c.id == number).values(values))
    taken = db.session.execute(delete(account_group).where(account_group.c.account_id == number))
    rows = [{"account_id": number, "name": name[:100]} for name in groups]
    if rows:
        db.session.execute(insert(account_group), rows)
    db.session.commit()
    return bool(taken.rowcount)  # type: ignore[attr-defined]
