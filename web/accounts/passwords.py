"""Passwords that people may choose, and changing one's own."""

import hmac
import secrets
import threading
import time

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError
from sqlalchemy import Delete, delete, select, update

from engine.errors import Forbidden, Invalid
from engine.model import Problem
from web.accounts.model import Account
from web.app import audit
from web.app.services import writing
from web.app.tables import account, account_session

SHORTEST = 8
LONGEST = 200
# What people choose most, in the languages of the product; digits and signs around do not help.
COMMON = (
    "password", "passwort", "qwerty", "asdfgh", "zxcvbn", "letmein", "welcome", "iloveyou",
    "admin", "changeme", "secret", "monkey", "dragon", "football", "baseball", "sunshine",
    "princess", "slaptazodis", "slaptažodis", "labas", "lietuva", "salam", "iran",
    "گذرواژه", "سلام",
)  # fmt: skip
REMEMBERED_SECONDS = 600
MOST_REMEMBERED = 1_000
hasher = PasswordHasher()
_process_key = secrets.token_bytes(32)
_right: dict[bytes, float] = {}  # digests of what was right, and until when it is remembered
_lock = threading.Lock()


def weakness(password: str, username: str = "") -> str:
    """Return why a password is not good enough, or ""."""
    plain = password.casefold()
    rest = plain.strip("0123456789!?.,-_ ")
    if len(password) < SHORTEST:
        return f"A password has at least {SHORTEST} characters."
    if len(password) > LONGEST:
        return f"A password has at most {LONGEST} characters."
    if rest in COMMON or len(set(plain)) < 4 or plain.isdecimal():
        return "This password is among the first that are guessed."
    if username and rest == username.casefold():
        return "A password is not the user name."
    return ""


def hashed(password: str) -> str:
    """Return what is kept of a password."""
    return hasher.hash(password)


def change_password(person: Account, old: str, new: str, keep_digest: str) -> None:
    """Set a new password; every session but the one of this digest ends.

    Raises Forbidden where the old one is wrong, or there is none; Invalid for a weak one.
    """
    if why := weakness(new, person.username):
        raise Invalid(why, [Problem(why, element="new")])
    with writing() as connection:
        stored = connection.execute(
            select(account.c.password_hash).where(account.c.id == person.id)
        ).scalar_one()
        if not fits(stored, old):
            raise Forbidden("The present password is not right.")
        changed = {"password_hash": hashed(new)}
        connection.execute(update(account).where(account.c.id == person.id).values(changed))
        connection.execute(_others(person, keep_digest))
    audit.note("password.changed", person.username, person.username)


def end_other_sessions(person: Account, keep_digest: str) -> int:
    """End every session of a person but the one of this digest; return how many."""
    with writing() as connection:
        ended = int(connection.execute(_others(person, keep_digest)).rowcount)
    audit.note("sessions.ended", person.username, person.username)
    return ended


def _others(person: Account, keep_digest: str) -> Delete:
    column = account_session.c
    return delete(account_session).where(
        column.account_id == person.id, column.digest != keep_digest
    )


def fits(stored: str, password: str) -> bool:
    """Return whether a password is the one that is stored.

    A right one is remembered in this process for a while, as a digest under a key that dies with
    it: a program that sends its password each time pays for the hash once.
    """
    mark = hmac.digest(_process_key, f"{stored}\0{password}".encode(), "sha256")
    with _lock:
        if _right.get(mark, 0.0) > time.monotonic():
            return True
    try:
        if not stored or not hasher.verify(stored, password):
            return False
    except (Argon2Error, InvalidHashError):
        return False
    with _lock:
        if len(_right) >= MOST_REMEMBERED:
            _right.clear()
        _right[mark] = time.monotonic() + REMEMBERED_SECONDS
    return True
