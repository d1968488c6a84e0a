"""Names of the shipped surveys and questions; others stand as they were written."""

from typing import Any, Final

from flask_babel import lazy_gettext as _

SURVEYS: Final[dict[str, Any]] = {
    "delivery": _("After a delivery"),
    "relationship": _("Whole relationship"),
    "elsewhere": _("Asked by another system"),
    "health": _("Health check"),
    "staff-pulse": _("Staff pulse"),
}
CONFIDENTIAL: Final[dict[str, Any]] = {
    "named": _("named"),
    "confidential": _("confidential"),
    "anonymous": _("anonymous"),
}
QUESTIONS: Final[dict[str, Any]] = {
    "nps": _("Would recommend us (0 to 10)"),
    "recommend": _("Would recommend us (0 to 10)"),
    "csat": _("Satisfied (1 to 5)"),
    "ces": _("It was easy (1 to 7)"),
    "solved": _("Everything solved"),
    "trust_promises": _("We keep promises"),
    "trust_competence": _("We know our trade"),
    "trust_honesty": _("We are honest"),
    "trust_data": _("We handle data with care"),
    "work_goes_well": _("Work goes well"),
    "customers_are_heard": _("Customers are heard"),
    "i_can_decide": _("I can decide what I need to"),
}
