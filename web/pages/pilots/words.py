"""The words for pilots."""

from collections.abc import Mapping
from typing import Any, Final

from flask_babel import lazy_gettext as _

STATES: Final[Mapping[str, Any]] = {
    "proposed": _("waits for approval"),
    "running": _("running"),
    "stopped": _("stopped: it does harm"),
    "adopted": _("adopted"),
    "dropped": _("dropped"),
    "taken_back": _("taken back"),
}

BESIDE: Final[Mapping[str, Any]] = {
    "hours": _("From the beginning to the end of a case"),
    "negative": _("Customers with a negative moment"),
    "mark": _("Marks of customers, from 1 to 7"),
    "again": _("Customers who had to come again"),
    "given": _("Given to a customer for complaints"),
}
UNITS: Final[Mapping[str, str]] = {  # of what a standard measures
    "in_time": "share",
    "negative_moments": "share",
    "median_time": "hours",
    "mean_mark": "mark",
}
