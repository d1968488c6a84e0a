"""Customers: the list with its search, the customer in view, recording, forgetting them."""

from typing import Final

from flask_babel import lazy_gettext as _

from web.accounts.policy import employee, group
from web.pages.customers import listing, recording, views
from web.pages.shared.section import Link, Section

# who talks with customers, and hears what they allow
HEARS = (
    "care_agent",
    "care_supervisor",
    "care_head",
    "complaint_handler",
    "sales_rep",
    "account_manager",
    "sales_head",
    "data_steward",
)

SECTION: Final = Section(
    name="customers",
    blueprints=(views.blueprint, listing.blueprint, recording.blueprint),
    links=(
        Link(
            "customers.index", "people", _("Customers"), "customers", 10, may="customer.see", tab=3
        ),
    ),
    permissions={"customer.write": employee, "customer.consent": group(*HEARS)},
)
