"""Groups route tasks; roles say what a person may do with the platform."""

from typing import Any

from sqlalchemy import Connection, delete, insert, literal, select, union, update
from sqlalchemy.sql.functions import coalesce

from engine.errors import AlreadyExists, Conflict
from engine.reads.search import Query, View, one
from web import accounts
from web.accounts import leaving
from web.api.context import who
from web.api.problems import Command, missing
from web.api.reads import found, listed
from web.api.routes import Routes
from web.api.schemas.identity import (
    GroupCreateRequest,
    GroupPage,
    GroupResult,
    GroupSearch,
    MemberPage,
    MemberSearch,
    RoleCreateRequest,
    RolePage,
    RoleResult,
    RoleSearch,
)
from web.api.v2.users import USERS
from web.app import tables
from web.app.services import writing
from web.app.tables import account, account_group

routes = Routes("Group")
_ids = union(select(tables.group.c.id), select(account_group.c.name)).subquery("group_ids")
GROUPS = View(
    "Group",
    _ids.outerjoin(tables.group, tables.group.c.id == _ids.c.id),
    "group_id",
    {
        "group_id": _ids.c.id,
        "name": coalesce(tables.group.c.name, _ids.c.id),
        "description": coalesce(tables.group.c.description, ""),
    },
)
_built_in = [select(literal(name).label("id")) for name in accounts.ROLES]
_role_ids = union(select(tables.role.c.id), *_built_in).subquery("role_ids")
ROLES = View(
    "Role",
    _role_ids.outerjoin(tables.role, tables.role.c.id == _role_ids.c.id),
    "role_id",
    {
        "role_id": _role_ids.c.id,
        "name": coalesce(tables.role.c.name, _role_ids.c.id),
        "description": coalesce(tables.role.c.description, ""),
    },
)
MEMBERS = View(
    "Member",
    account_group.join(account, account.c.id == account_group.c.account_id),
    "username",
    {"username": account.c.username},
    base=account.c.active,
)


@routes.post(
    "/groups",
    may="account.change",
    takes=GroupCreateRequest,
    gives=GroupResult,
    status=201,
    command=Command("CREATE"),
)
def create_group(body: dict[str, Any]) -> dict[str, Any]:
    """Add a group; tasks can be offered to it at once."""
    with writing() as connection:
        _refuse_known(connection, GROUPS, "group", body["group_id"])
        row = {"name": body["name"], "description": body["description"] or ""}
        connection.execute(insert(tables.group), row | {"id": body["group_id"]})
    return found(GROUPS, body["group_id"])


@routes.post("/groups/search", may="account.see", takes=GroupSearch, gives=GroupPage)
def search_groups(body: Query) -> dict[str, Any]:
    """List groups."""
    return listed(GROUPS, body)


@routes.get("/groups/<group_id>", may="account.see", gives=GroupResult)
def get_group(group_id: str) -> dict[str, Any]:
    """Return one group."""
    return found(GROUPS, group_id)


@routes.delete("/groups/<group_id>", may="account.change", status=204, command=Command("DELETE"))
def delete_group(group_id: str) -> None:
    """Remove a group; nobody is in it any more."""
    found(GROUPS, group_id)
    with writing() as connection:
        inside = select(account.c.username).join(
            account_group, account_group.c.account_id == account.c.id
        )
        members = connection.execute(inside.where(account_group.c.name == group_id)).scalars().all()
        connection.execute(delete(tables.group).where(tables.group.c.id == group_id))
        connection.execute(delete(account_group).where(account_group.c.name == group_id))
    leaving.tell_of_groupless(members, who())


@routes.put(
    "/groups/<group_id>/users/<username>",
    may="account.change",
    status=204,
    command=Command("ADD_ENTITY"),
)
def assign_user_to_group(group_id: str, username: str) -> None:
    """Put a person into a group."""
    found(GROUPS, group_id)
    with writing() as connection:
        account_id = _account_id(connection, username)
        column = account_group.c
        member = select(column.name).where(column.account_id == account_id, column.name == group_id)
        if connection.execute(member).first() is not None:
            raise AlreadyExists(f"'{username}' is in group '{group_id}' already")
        connection.execute(insert(account_group), {"account_id": account_id, "name": group_id})


@routes.delete(
    "/groups/<group_id>/users/<username>",
    may="account.change",
    status=204,
    command=Command("REMOVE_ENTITY"),
)
def unassign_user_from_group(group_id: str, username: str) -> None:
    """Take a person out of a group."""
    with writing() as connection:
        account_id = _account_id(connection, username)
        column = account_group.c
        gone = delete(account_group).where(column.account_id == account_id, column.name == group_id)
        if connection.execute(gone).rowcount == 0:
            missing("Member of the group", username)
    leaving.tell_of_groupless([username], who())


@routes.post(
    "/groups/<group_id>/users/search", may="account.see", takes=MemberSearch, gives=MemberPage
)
def search_users_for_group(group_id: str, body: Query) -> dict[str, Any]:
    """List who is in a group."""
    found(GROUPS, group_id)
    return listed(MEMBERS, body, account_group.c.name == group_id)


@routes.post(
    "/roles",
    may="account.change",
    takes=RoleCreateRequest,
    gives=RoleResult,
    status=201,
    command=Command("CREATE"),
)
def create_role(body: dict[str, Any]) -> dict[str, Any]:
    """Add a role by name; what the built-in ones may do is fixed."""
    with writing() as connection:
        _refuse_known(connection, ROLES, "role", body["role_id"])
        row = {"name": body["name"], "description": body["description"] or ""}
        connection.execute(insert(tables.role), row | {"id": body["role_id"]})
    return found(ROLES, body["role_id"])


@routes.post("/roles/search", may="account.see", takes=RoleSearch, gives=RolePage)
def search_roles(body: Query) -> dict[str, Any]:
    """List roles."""
    return listed(ROLES, body)


@routes.get("/roles/<role_id>", may="account.see", gives=RoleResult)
def get_role(role_id: str) -> dict[str, Any]:
    """Return one role."""
    return found(ROLES, role_id)


@routes.delete("/roles/<role_id>", may="account.change", status=204, command=Command("DELETE"))
def delete_role(role_id: str) -> None:
    """Remove a role somebody added."""
    found(ROLES, role_id)
    if role_id in accounts.ROLES:
        raise Conflict(f"The role '{role_id}' is built in")
    with writing() as connection:
        connection.execute(delete(tables.role).where(tables.role.c.id == role_id))


@routes.put(
    "/roles/<role_id>/users/<username>",
    may="account.change",
    status=204,
    command=Command("ADD_ENTITY"),
)
def assign_role_to_user(role_id: str, username: str) -> None:
    """Grant a person a role."""
    found(ROLES, role_id)
    with writing() as connection:
        account_id = _account_id(connection, username)
        held = connection.execute(
            select(account.c.roles).where(account.c.id == account_id).with_for_update()
        ).scalar_one()
        if role_id in held:
            raise AlreadyExists(f"'{username}' has the role '{role_id}' already")
        values = {"roles": sorted([*held, role_id])}
        connection.execute(update(account).where(account.c.id == account_id).values(values))


def _account_id(connection: Connection, username: str) -> int:
    column = account.c
    statement = select(column.id).where(column.username == username, column.active)
    number: int | None = connection.execute(statement).scalar_one_or_none()
    return missing(USERS.name, username) if number is None else number


def _refuse_known(connection: Connection, view: View, thing: str, name: str) -> None:
    if one(connection, view, name) is not None:
        raise AlreadyExists(
            f"Expected to create {thing} with ID '{name}', but there is one with this ID already"
        )
