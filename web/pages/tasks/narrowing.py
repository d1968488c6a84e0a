"""What the address of an inbox says about which tasks are wanted."""

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from engine.reads import Narrowed
from engine.text.normal import search_form
from web.app.services import now, settings

FILTERS = ("process", "group", "due", "priority", "customer")
DAYS = {"today": 1, "week": 7}


def kept(given: Mapping[str, str]) -> dict[str, str]:
    """Return the filters that are set, to go on in addresses."""
    return {name: str(given[name])[:200] for name in FILTERS if given.get(name)}


def asked(given: Mapping[str, str]) -> Narrowed:
    """Return the filters as the read side takes them; what is no filter narrows nothing."""
    said = kept(given)
    priority, customer = said.get("priority", ""), search_form(said.get("customer", ""))
    return Narrowed(
        process_id=said.get("process", ""),
        group=said.get("group", ""),
        customer=customer if customer.isdecimal() else "",
        due_before=_until(DAYS.get(said.get("due", ""), 0)),
        priority_from=int(priority) if priority in {"70"} else 0,
    )


def _until(days: int) -> datetime | None:
    """Return the end of today, or of so many days with today."""
    if not days:
        return None
    zone = ZoneInfo(settings().time_zone)
    today = now().astimezone(zone).date()
    return datetime.combine(today + timedelta(days=days), time(), zone)
