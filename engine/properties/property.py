"""What one property is: its name, where it may stand, its type, a sentence and an example."""

from dataclasses import dataclass
from enum import StrEnum


class Place(StrEnum):
    """Where a property may stand."""

    PROCESS = "process"
    USER_TASK = "user task"
    ACTIVITY = "activity"  # a task, subprocess or call activity; user tasks too
    ELEMENT = "element"  # any flow node, activities too


class Type(StrEnum):
    """What a value must be; one that begins with `=` is FEEL and gives such a value."""

    TEXT = "text"
    NUMBER = "whole number"
    FLAG = "true or false"
    NAMES = "names, by commas"
    FEEL = "FEEL"
    ZONE = "time zone"
    TIME = "business time, ISO 8601 duration, date or FEEL"
    REMINDERS = "shares of the time or times before it is due, by commas"
    ESCALATION = "groups with their delays, by commas"
    ADMISSION = "how many a day, by what, within what time"
    WORDS = "words of a list, by commas"


@dataclass(frozen=True, slots=True)
class Property:
    """One property of drawings; `former` are earlier spellings that are still read."""

    name: str
    places: frozenset[Place]
    type: Type
    sentence: str
    example: str
    default: str = ""
    former: tuple[str, ...] = ()
    words: tuple[str, ...] = ()  # of a WORDS property

    def may_stand(self, place: Place) -> bool:
        """Return whether the property may stand at an element of this kind."""
        return bool(self.places & _WITHIN[place])


_WITHIN = {
    Place.PROCESS: frozenset({Place.PROCESS}),
    Place.USER_TASK: frozenset({Place.USER_TASK, Place.ACTIVITY, Place.ELEMENT}),
    Place.ACTIVITY: frozenset({Place.ACTIVITY, Place.ELEMENT}),
    Place.ELEMENT: frozenset({Place.ELEMENT}),
}
