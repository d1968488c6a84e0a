"""Accounts: people and programs, their groups and roles, how they sign in.

`engine` and `tasks` know people by user name only; everything else about them lives here.
"""

from web.accounts.federated import by_claims, link, mapped
from web.accounts.model import ROLES, Account
from web.accounts.people import (
    by_password,
    change,
    create,
    everybody,
    get,
    note_failure,
    set_skills,
    wait_before_sign_in,
)
from web.accounts.sessions import current, sign_in, sign_out
from web.accounts.tokens import PREFIX, Token, by_token, make_token, revoke_token, tokens
from web.app.migrations import migrate

__all__ = [
    "PREFIX",
    "ROLES",
    "Account",
    "Token",
    "by_claims",
    "by_password",
    "by_token",
    "change",
    "create",
    "current",
    "everybody",
    "get",
    "link",
    "make_token",
    "mapped",
    "migrate",
    "note_failure",
    "revoke_token",
    "set_skills",
    "sign_in",
    "sign_out",
    "tokens",
    "wait_before_sign_in",
]
