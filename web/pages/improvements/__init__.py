"""Improvements: one turn of the moments-of-truth cycle each, with before and after."""

from typing import Final

from flask_babel import lazy_gettext as _

from web.accounts.policy import employee
from web.pages.improvements import views
from web.pages.shared.section import Link, Section

SECTION: Final = Section(
    name="improvements",
    blueprints=(views.blueprint,),
    links=(
        Link("improvements.index", "retry", _("Improvements"), "customers", 65, "improvement.see"),
    ),
    permissions={"improvement.see": employee},
    labels={
        "dropped": _("dropped"),
        "adopt": _("adopt"),
        "drop": _("drop"),
        "confirmed": _("confirmed"),
        "not_yet": _("too early to say"),
        "none": _("no effect"),
        "worse": _("worse"),
        "side_effect": _("harms elsewhere"),
        "process_version": _("version of a process"),
        "standard": _("standard"),
        "training": _("training"),
        "template": _("template"),
        "partner_agreement": _("agreement with a partner"),
    },
)
