"""In which country telephone numbers without a country code are dialled."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.errors import NotFound
from engine.text.phones import region_of_zone
from tasks.calendars.records import BusinessCalendar
from tasks.policy.records import value


def company_region(session: Session) -> str:
    """Return the country of the company: its policy value, else that of its first calendar."""
    try:
        country = str(value(session, "company.country"))
    except NotFound:
        country = ""
    if country:
        return country.upper()
    first = select(BusinessCalendar.timezone).order_by(BusinessCalendar.id).limit(1)
    return region_of_zone(session.scalar(first) or "")
