"""Figures of the company: management, value of customers, cohorts, sales."""

from typing import Final

from flask_babel import lazy_gettext as _

from web.accounts.policy import group
from web.pages.figures import views
from web.pages.shared.section import Link, Section

# who leads something, and who looks after numbers
LEADS = (
    "marketing_head",
    "sales_head",
    "care_head",
    "quality_manager",
    "campaign_manager",
    "data_steward",
    "finance",
    "planning",
)

SECTION: Final = Section(
    name="figures",
    blueprints=(views.blueprint,),
    links=(Link("figures.show", "figures", _("Figures"), "customers", 40, may="figure.see"),),
    permissions={"figure.see": group(*LEADS, roles=("process_owner", "operator"))},
)
