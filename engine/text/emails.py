"""E-mail addresses: what can be delivered, and the one form of an address.

Domains of any script are taken and sent as their ASCII form (IDNA 2008). Letters beyond ASCII
before the @ need a mail server that knows SMTPUTF8 on the whole way; ours does not ask for one,
so they are refused when they are typed and not after a week of attempts.
"""

import re

import idna

from engine.text.digits import ascii_digits, visible
from engine.text.unreadable import Unreadable

LONGEST = 254
LONGEST_NAME = 64
_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_LABEL = re.compile(r"[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?")
_TOP = re.compile(r"[A-Za-z]{2,63}|xn--[A-Za-z0-9-]{1,59}", re.IGNORECASE)
_DOTS = str.maketrans(dict.fromkeys("。．｡", "."))


def read_email(text: str) -> str:
    """Return the address as it is kept, its domain in lower case; raise Unreadable.

    Unseen signs and "mailto:" are taken away; letters of a domain stay those of its language.
    """
    plain = visible(text).replace("＠", "@").removeprefix("mailto:")
    name, at, domain = plain.rpartition("@")
    if not at or not name or not domain or re.search(r"\s", plain):
        raise Unreadable("email")
    name = ascii_digits(name)
    if not name.isascii():
        raise Unreadable("email-name")
    if not _NAME.fullmatch(name) or len(name) > LONGEST_NAME:
        raise Unreadable("email")
    ascii_domain = _ascii_domain(domain)
    if len(name) + 1 + len(ascii_domain) > LONGEST:
        raise Unreadable("email")
    return f"{name}@{_shown_domain(ascii_domain)}"


def email_to_send(address: str) -> str:
    """Return the address with its domain in ASCII, as mail servers want it; raise Unreadable."""
    name, _, domain = read_email(address).rpartition("@")
    return f"{name}@{_ascii_domain(domain)}"


def email_key(address: str) -> str:
    """Return what all spellings of one mailbox share; of what is no address, its small letters.

    Mail servers may tell capitals before the @ apart; none in use does.
    """
    try:
        return email_to_send(address).lower()
    except Unreadable:
        return visible(address).casefold()


def _ascii_domain(domain: str) -> str:
    try:
        plain = idna.encode(domain.translate(_DOTS), uts46=True).decode("ascii").lower()
    except (idna.IDNAError, UnicodeError):
        raise Unreadable("email-domain") from None
    labels = plain.split(".")
    if len(labels) < 2 or not all(map(_LABEL.fullmatch, labels)) or not _TOP.fullmatch(labels[-1]):
        raise Unreadable("email-domain")
    return plain


def _shown_domain(ascii_domain: str) -> str:
    try:
        return idna.decode(ascii_domain)
    except (idna.IDNAError, UnicodeError):
        return ascii_domain
