"""The register of processing: generated from what is deployed, partners and bases of contact."""

from typing import Final

from flask_babel import lazy_gettext as _

from web.accounts.policy import group
from web.pages.register import views
from web.pages.shared.section import Link, Section

SECTION: Final = Section(
    name="register",
    blueprints=(views.blueprint,),
    links=(
        Link(
            "register.show",
            "decisions",
            _("Register of processing"),
            "administration",
            61,
            may="register.see",
        ),
    ),
    permissions={"register.see": group("data_steward")},
)
