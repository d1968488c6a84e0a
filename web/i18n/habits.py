"""What classes of buying habits are called."""

from web.i18n.process_texts import process_text

# the classes of the table "RFM segments" as the segments of the same name are called
HABITS = {
    "champions": "Champions",
    "loyal": "Loyal",
    "promising": "Promising",
    "new": "New",
    "at_risk": "At risk",
    "one_time": "One order only",
    "lapsed": "Lapsed",
}


def habit(name: str | None) -> str:
    """Return the reader's word for a class of buying habits; another one as it is."""
    return process_text(HABITS.get(name or "", name))
