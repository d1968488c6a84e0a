"""The outbox: what went to customers."""

from typing import Final

from flask_babel import lazy_gettext as _

from web.accounts.policy import group
from web.pages.outbox import views
from web.pages.shared.section import Link, Section

SECTION: Final = Section(
    name="outbox",
    blueprints=(views.blueprint,),
    links=(Link("outbox.index", "mail", _("Outbox"), "customers", 30, "outbox.see"),),
    permissions={
        "outbox.see": group("campaign_manager", "marketing_head", "care_head", roles=("operator",)),
    },
)
