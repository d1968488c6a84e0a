"""Customers: the list with its search, the page of one customer, forgetting them."""

from typing import Final

from flask_babel import lazy_gettext as _

from web.pages.customers import views
from web.pages.shared.section import Link, Section

SECTION: Final = Section(
    name="customers",
    blueprints=(views.blueprint,),
    links=(
        Link(
            "customers.index", "people", _("Customers"), "customers", 10, may="customer.see", tab=3
        ),
    ),
)
