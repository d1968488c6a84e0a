"""Money as forms show it (12.50) and as records keep it (1250). Pure but for the currency."""

from sqlalchemy.orm import Session

from engine.text.money import places_of
from tasks.policy.records import value


def to_minor(session: Session, amount: float | None) -> int | None:
    """Return an amount of a form in minor units of the company's currency."""
    return None if amount is None else round(amount * _scale(session))


def to_major(session: Session, minor: int) -> float:
    """Return minor units as people write the amount."""
    return minor / _scale(session)


def _scale(session: Session) -> int:
    return int(10 ** places_of(value(session, "company.currency")))
