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
        "market": _("Products and market"),
        "touchpoints": _("Touchpoints"),
        "permission": _("Permission"),
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
    "method": {
        "season_before": _("the same quarter a year before"),
        "other_segments": _("the other segments now"),
    },
    # why somebody did not buy, chose another or left: one list of codes
    "reason": {
        "price": _("price"),
        "product": _("something did not fit"),
        "time": _("it takes too long"),
        "competitor": _("a better offer elsewhere"),
        "no_need": _("no need any more"),
        "silence": _("no answer"),
        "other": _("another reason"),
        "bought_away": _("a better offer elsewhere"),
        "moved_away": _("moved away"),
        "pulled_away": _("drawn to another supplier"),
        "pushed_away_unintended": _("our fault"),
        "pushed_away_intended": _("we parted from them"),
        "need_ended": _("no need any more"),
        "unknown": _("not known"),
    },
    "cause": {"unknown": _("cause not known yet")},
}


def word(kind: str, name: Any) -> str:
    """Return the reader's word for a value of one kind; an unknown value as it is."""
    found = WORDS.get(kind, {}).get(str(name))
    return str(found) if found is not None else label(name)
