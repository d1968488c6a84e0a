"""Moments of truth: the stream, by touchpoint and cause, and the blueprint of the service cycle."""

from typing import Final

from flask_babel import lazy_gettext as _

from web.accounts.policy import employee
from web.pages.moments import blueprint, views
from web.pages.shared.section import Link, Section

SECTION: Final = Section(
    name="moments",
    blueprints=(views.blueprint, blueprint.blueprint),
    links=(
        Link("moments.index", "hand", _("Moments of truth"), "customers", 50, "moment.see"),
        Link("service_cycle.show", "people", _("Service cycle"), "customers", 55, "moment.see"),
    ),
    permissions={"moment.see": employee},
    labels={
        "negative": _("negative"),
        "positive": _("positive"),
        "neutral": _("neutral"),
        "encounter": _("encounter"),
        "reopened": _("reopened"),
        "opt_out": _("opt-out"),
        "promise_broken": _("broken promise"),
        "standard_missed": _("missed standard"),
        "praise": _("praise"),
        "asked": _("asked"),
        "assumed": _("assumed"),
        "delivery": _("delivery"),
        "invoice": _("invoice"),
        "promise": _("promise"),
    },
)
