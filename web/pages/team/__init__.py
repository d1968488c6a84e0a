"""The work of one's groups: how much there is, and one's own figures."""

from typing import Final

from flask_babel import lazy_gettext as _

from web.pages.shared.section import Link, Section
from web.pages.team import views

SECTION: Final = Section(
    name="team",
    blueprints=(views.blueprint,),
    links=(Link("team.index", "people", _("Work of the groups"), "", 18, "task.see"),),
    labels={"team.seen": _("looked at the work of the groups")},
)
