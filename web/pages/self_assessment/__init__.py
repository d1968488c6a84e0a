"""The self-assessment: intention and reality of the 31 activities, and the time before."""

from typing import Final

from flask_babel import lazy_gettext as _

from web.pages.self_assessment import views
from web.pages.shared.section import Link, Section

SECTION: Final = Section(
    name="self_assessment",
    blueprints=(views.blueprint,),
    links=(
        Link("self_assessment.show", "done", _("Self-assessment"), "processes", 16, "process.see"),
    ),
)
