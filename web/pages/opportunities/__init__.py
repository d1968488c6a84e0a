"""Opportunities: sales that may come, with stage, amount, close date and owner."""

from typing import Final

from flask_babel import lazy_gettext as _

from web.accounts.policy import employee
from web.pages.opportunities import views
from web.pages.shared.section import Link, Section

SECTION: Final = Section(
    name="opportunities",
    blueprints=(views.blueprint,),
    links=(
        Link("opportunities.index", "hand", _("Opportunities"), "customers", 15, "opportunity.see"),
    ),
    permissions={"opportunity.see": employee},
)
