"""Who may change a policy value: its owner's group, and administrators."""

from typing import Any

from web.accounts import Account


def changes(who: Account, value: Any) -> bool:
    """Return whether the person may change this value; without one: whether they own any."""
    if "admin" in who.roles:
        return True
    return bool(who.groups) if value is None else value.owner in who.groups
