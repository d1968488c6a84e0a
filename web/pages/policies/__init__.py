"""Policy values: the numbers the processes go by, each with its owner, reasons and history."""

from typing import Final

from flask_babel import lazy_gettext as _

from web.accounts.policy import employee
from web.pages.policies import rules, views
from web.pages.shared.section import Link, Section

SECTION: Final = Section(
    name="policies",
    blueprints=(views.blueprint,),
    links=(Link("policies.index", "key", _("Policy values"), "administration", 20, "policy.see"),),
    permissions={"policy.see": employee, "policy.change": rules.changes},
    labels={
        "per day": _("per day"),
        "minor units": _("minor units"),
        "share": _("share"),
        "local time": _("local time"),
        "contacts": _("contacts"),
        "hours": _("hours"),
        "days": _("days"),
    },
)
