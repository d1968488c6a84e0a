"""Segments: who is in them by which rule, with a count before it is saved, and their history."""

from typing import Final

from flask_babel import lazy_gettext as _

from web.accounts.policy import employee, group
from web.pages.segments import views
from web.pages.shared.section import Link, Section

SECTION: Final = Section(
    name="segments",
    blueprints=(views.blueprint,),
    links=(Link("segments.index", "people", _("Segments"), "customers", 30, may="segment.see"),),
    permissions={
        "segment.see": employee,
        "segment.change": group("marketing_head", "campaign_manager", "data_steward"),
    },
)
