"""Decision tables, to be read by everybody who works by them."""

from typing import Final

from flask_babel import lazy_gettext as _

from web.pages.decisions import views
from web.pages.shared.section import Link, Section

SECTION: Final = Section(
    name="decisions",
    blueprints=(views.blueprint,),
    links=(
        Link("decisions.index", "process", _("Decision tables"), "processes", 12, "decision.see"),
    ),
)
