"""What is left of people who were forgotten: fingerprints, so that no file brings them back unseen.

A fingerprint is a keyed hash under the house's salt. Whoever has the whole database and patience
can still try every telephone number; nobody can read an address off it.
"""

import hashlib
import hmac
import secrets
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import ForeignKey, Index, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine.text.addresses import address_key
from engine.text.normal import key_form
from engine.text.phones import digits_of
from tasks.declare.base import Base
from tasks.declare.personal import NOT_PERSONAL

CHUNK = 500
Known = tuple[str, str]  # (what, value): ("email", "a@b"), ("phone", "…"), ("of shop", "C-7")


class Salt(Base):
    """The secret of this house that fingerprints are made with; made once."""

    __tablename__ = "crm_salt"

    id: Mapped[int] = mapped_column(primary_key=True)
    salt: Mapped[str]


class Forgotten(Base):
    """The fingerprint of one address or outside id of a customer who was forgotten."""

    __tablename__ = "crm_forgotten"
    __table_args__ = (Index(None, "fingerprint"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("crm_customer.id"))
    fingerprint: Mapped[str] = mapped_column(info=NOT_PERSONAL)
    no_contact: Mapped[bool]  # they wanted no contact at all, not even about their orders


def remember(
    session: Session, customer_id: int, known: Iterable[Known], *, no_contact: bool
) -> int:
    """Keep the fingerprints of what somebody was known by; answers how many."""
    salt = _salt(session, make=True)
    prints = sorted({_print(salt, each) for each in known})
    session.add_all(
        Forgotten(customer_id=customer_id, fingerprint=each, no_contact=no_contact)
        for each in prints
    )
    return len(prints)


def recognise(session: Session, known: Iterable[Known]) -> dict[Known, bool]:
    """Answer which of these belonged to somebody forgotten, and whether they wanted no contact."""
    salt = _salt(session)
    if not salt:
        return {}
    known = list(known)
    prints = {_old_print(salt, each): each for each in known}
    prints |= {_print(salt, each): each for each in known}
    found: dict[Known, bool] = {}
    keys = sorted(prints)
    for start in range(0, len(keys), CHUNK):
        chunk = keys[start : start + CHUNK]
        query = select(Forgotten.fingerprint, Forgotten.no_contact)
        for row in session.execute(query.where(Forgotten.fingerprint.in_(chunk))):
            known_by = prints[row.fingerprint]
            found[known_by] = found.get(known_by, False) or row.no_contact
    return found


def known_by(person: Mapping[str, Any], source: str) -> list[Known]:
    """Answer what a row or an event calls somebody: its `email`, `phone` and `external_id`."""
    known = [(what, str(person[what])) for what in ("email", "phone") if person.get(what)]
    if person.get("external_id"):
        known.append((f"of {source}", str(person["external_id"])))
    return known


def _print(salt: str, known: Known) -> str:
    what, value = known
    key = key_form(value) if what.startswith("of ") else address_key(what, value)
    return _hashed(salt, what, digits_of(key) if what == "phone" else key)


def _old_print(salt: str, known: Known) -> str:
    """Return the fingerprint as it was made before addresses had one form."""
    what, value = known
    value = value.strip() if what.startswith("of ") else value.strip().casefold()
    if what == "phone":
        value = "".join(each for each in value if each.isdigit())
    return _hashed(salt, what, value)


def _hashed(salt: str, what: str, value: str) -> str:
    return hmac.new(salt.encode(), f"{what}\n{value}".encode(), hashlib.sha256).hexdigest()


def _salt(session: Session, *, make: bool = False) -> str:
    salt = session.scalar(select(Salt.salt).where(Salt.id == 1))
    if salt is None and make:
        salt = secrets.token_hex(32)
        session.add(Salt(id=1, salt=salt))
        session.flush()
    return salt or ""
