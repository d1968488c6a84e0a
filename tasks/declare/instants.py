"""How an instant is written for diagrams and the API. Pure."""

from datetime import UTC, datetime


def iso(moment: datetime) -> str:
    """Return an instant as diagrams and the API read it: UTC, ending in Z."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
