"""Words of the figures for what stands in the records, in the reader's language."""

from typing import Any

from flask_babel import lazy_gettext as _

from web.i18n.labels import label

WORDS: dict[str, dict[str, Any]] = {
    "page": {
        "management": _("Management"),
        "value": _("Value of customers"),
        "habits": _("Buying habits and risk"),
        "cohorts": _("Cohorts"),
        "sales": _("Sales"),
    },
    "curve": {
        "spent": _("Revenue"),
        "margin_12m": _("Margin of 12 months"),
        "problems_12m": _("Complaints of 12 months"),
    },
    "phase": {
        "evaluate": _("evaluate"),
        "plan": _("plan"),
        "act": _("act"),
        "check": _("check"),
        "amend": _("amend"),
        "closed": _("closed"),
        "dropped": _("dropped"),
    },
    "stage": {"open": _("open"), "quoted": _("quoted")},
    "cause": {"unknown": _("cause not known yet")},
}


def word(kind: str, name: Any) -> str:
    """Return the reader's word for a value of one kind; an unknown value as it is."""
    found = WORDS.get(kind, {}).get(str(name))
    return str(found) if found is not None else label(name)
