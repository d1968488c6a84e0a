"""Pilots: candidate versions beside the current ones, with both sides, interval and n."""

from typing import Final

from flask_babel import lazy_gettext as _

from web.accounts.policy import group, role
from web.pages.pilots import views
from web.pages.shared.section import Link, Section

SECTION: Final = Section(
    name="pilots",
    blueprints=(views.blueprint,),
    links=(Link("pilots.index", "hand", _("Pilots"), "processes", 17, "pilot.see"),),
    permissions={
        "pilot.see": group("care_head", "quality_manager", roles=("process_owner", "operator")),
        "pilot.approve": role("process_owner"),
        "pilot.end": role("process_owner"),
    },
)
