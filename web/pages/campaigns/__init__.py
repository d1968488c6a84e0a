"""Campaigns: the list, and one campaign with its brief, progress and effect."""

from typing import Final

from flask_babel import lazy_gettext as _

from web.accounts.policy import employee
from web.pages.campaigns import views
from web.pages.shared.section import Link, Section

SECTION: Final = Section(
    name="campaigns",
    blueprints=(views.blueprint,),
    links=(
        Link("campaigns.index", "campaign", _("Campaigns"), "customers", 20, may="campaign.see"),
    ),
    permissions={"campaign.see": employee},
)
