"""Policy values: the numbers people may change, each with an owner, a unit and a default."""

from typing import Any

from sqlalchemy import JSON, Connection, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine.errors import NotFound
from tasks.declare.base import Base, Versioned
from tasks.declare.together import once


class PolicyValue(Versioned, Base):
    """One number or word the processes go by; `owner` is the role that may change it."""

    __tablename__ = "crm_policy_value"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    value: Mapped[Any] = mapped_column(JSON)
    default: Mapped[Any] = mapped_column(JSON)
    unit: Mapped[str] = mapped_column(default="")
    owner: Mapped[str]
    title: Mapped[str]
    description: Mapped[str] = mapped_column(default="")


def value(session: Session, key: str) -> Any:
    """Answer one policy value; raises NotFound when nobody has set it up."""
    found = once(session, _record, key)
    if found is None:
        raise NotFound(f"There is no policy value “{key}”.")
    return found.value


def single_operator(connection: Connection) -> bool:
    """Return whether the company is one person, who confirms to itself."""
    query = select(PolicyValue.value).where(PolicyValue.key == "company.single_operator")
    return connection.scalar(query) is True


def policy_number(connection: Connection, key: str) -> int | None:
    """Return a policy value that is a whole number; None where there is none."""
    found = connection.scalar(select(PolicyValue.value).where(PolicyValue.key == key))
    if isinstance(found, bool) or not isinstance(found, int | float):
        return None
    return int(found)


def values(session: Session, prefix: str) -> dict[str, Any]:
    """Answer all values below a prefix, keyed by the rest: values(s, "cost") -> {"email": 2}."""
    return once(session, _below, prefix)


def _record(session: Session, key: str) -> PolicyValue | None:
    return session.scalar(select(PolicyValue).where(PolicyValue.key == key))


def _below(session: Session, prefix: str) -> dict[str, Any]:
    start = f"{prefix}."
    rows = session.execute(
        select(PolicyValue.key, PolicyValue.value).where(
            PolicyValue.key.startswith(start, autoescape=True)
        )
    )
    return {key.removeprefix(start): setting for key, setting in rows}
