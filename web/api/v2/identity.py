"""Who is asking, and what may they do."""

from typing import Any

from engine.reads.search import Query
from web.accounts import policy
from web.api import access
from web.api.routes import Routes
from web.api.schemas.identity import AuthorizationSearch, CamundaUserResult, OwnAuthorizationPage

routes = Routes("Authentication")

# Our actions in the words of the API: the kind of thing, and the permission.
_PERMISSIONS = {
    "process.see": ("PROCESS_DEFINITION", "READ_PROCESS_DEFINITION"),
    "process.start": ("PROCESS_DEFINITION", "CREATE_PROCESS_INSTANCE"),
    "instance.see": ("PROCESS_DEFINITION", "READ_PROCESS_INSTANCE"),
    "instance.change": ("PROCESS_DEFINITION", "UPDATE_PROCESS_INSTANCE"),
    "process.deploy": ("RESOURCE", "CREATE"),
    "process.delete": ("RESOURCE", "DELETE_PROCESS"),
    "task.see": ("USER_TASK", "READ"),
    "task.claim": ("USER_TASK", "CLAIM"),
    "task.complete": ("USER_TASK", "COMPLETE"),
    "task.assign": ("USER_TASK", "UPDATE"),
    "decision.see": ("DECISION_DEFINITION", "READ_DECISION_DEFINITION"),
    "decision.evaluate": ("DECISION_DEFINITION", "CREATE_DECISION_INSTANCE"),
    "message.send": ("MESSAGE", "CREATE"),
    "account.see": ("USER", "READ"),
    "account.change": ("USER", "UPDATE"),
}


@routes.get("/authentication/me", may="account.own", gives=CamundaUserResult)
def get_authentication() -> dict[str, Any]:
    """Return who is asking."""
    account = access.caller()
    return {
        "username": account.username,
        "display_name": account.display_name,
        "email": account.email or None,
        "authorized_components": ["*"] if "admin" in account.roles else ["tasklist"],
        "tenants": [{}],
        "groups": sorted(account.groups),
        "roles": sorted(account.roles),
    }


@routes.post(
    "/authentication/me/authorizations/search",
    may="account.own",
    takes=AuthorizationSearch,
    gives=OwnAuthorizationPage,
)
def search_own_authorizations(body: Query) -> dict[str, Any]:
    """List what the caller may do, by kind of thing."""
    account = access.caller()
    granted: dict[str, list[str]] = {}
    for action, (kind, permission) in _PERMISSIONS.items():
        if policy.can(account, action):
            granted.setdefault(kind, []).append(permission)
    items = [
        {
            "owner_id": account.username,
            "resource_type": kind,
            "resource_id": "*",
            "permission_types": sorted(permissions),
            "authorization_key": str(number),
        }
        for number, (kind, permissions) in enumerate(sorted(granted.items()), start=1)
    ]
    shown = items[body.page.offset : body.page.offset + body.page.limit]
    page = {"total_items": len(items), "has_more_total_items": False}
    return {"items": shown, "page": page}
