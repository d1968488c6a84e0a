"""People who may sign in."""

from typing import Any

from sqlalchemy import delete, update

from engine.errors import Conflict
from engine.reads.search import Query, View
from web import accounts
from web.accounts import leaving, passwords
from web.api.context import who
from web.api.problems import Command, Problem
from web.api.reads import found, listed
from web.api.routes import Routes
from web.api.schemas.identity import (
    UserPage,
    UserRequest,
    UserResult,
    UserSearch,
    UserUpdateRequest,
)
from web.app.services import writing
from web.app.tables import account

routes = Routes("User")
USERS = View(
    "User",
    account,
    "username",
    {
        "username": account.c.username,
        "name": account.c.display_name,
        "email": account.c.email,
    },
    base=account.c.active,
)


@routes.post(
    "/users",
    may="account.change",
    takes=UserRequest,
    gives=UserResult,
    status=201,
    command=Command("CREATE"),
)
def create_user(body: dict[str, Any]) -> dict[str, Any]:
    """Add a person; he is in no group and has no role yet."""
    made = accounts.create(
        body["username"],
        body["password"],
        display_name=body["name"] or "",
        email=body["email"] or "",
    )
    return {"username": made.username, "name": made.display_name, "email": made.email}


@routes.post("/users/search", may="account.see", takes=UserSearch, gives=UserPage)
def search_users(body: Query) -> dict[str, Any]:
    """List people."""
    return listed(USERS, body)


@routes.get("/users/<username>", may="account.see", gives=UserResult)
def get_user(username: str) -> dict[str, Any]:
    """Return one person."""
    return found(USERS, username)


@routes.put(
    "/users/<username>",
    may="account.change",
    takes=UserUpdateRequest,
    gives=UserResult,
    command=Command("UPDATE"),
)
def update_user(username: str, body: dict[str, Any]) -> dict[str, Any]:
    """Change name, address or password."""
    found(USERS, username)
    values: dict[str, Any] = {}
    if body.get("name") is not None:
        values["display_name"] = body["name"]
    if body.get("email") is not None:
        values["email"] = body["email"]
    if body.get("password"):
        if why := passwords.weakness(body["password"], username):
            raise Problem(400, "INVALID_ARGUMENT", why)
        values["password_hash"] = passwords.hashed(body["password"])
    if values:
        with writing() as connection:
            connection.execute(update(account).where(account.c.username == username).values(values))
    return found(USERS, username)


@routes.delete("/users/<username>", may="account.change", status=204, command=Command("DELETE"))
def delete_user(username: str) -> None:
    """Remove a person with his sessions and tokens; nobody removes himself."""
    found(USERS, username)
    if username == who():
        raise Conflict("Nobody can remove himself")
    with writing() as connection:
        connection.execute(delete(account).where(account.c.username == username))
    leaving.tell(username, "removed", who())
