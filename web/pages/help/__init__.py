"""Pages around the others: every place for phones, and whether the database answers."""

from typing import Final

from flask_babel import lazy_gettext as _

from web.pages.help import views
from web.pages.shared.section import Link, Section

SECTION: Final = Section(
    name="help",
    blueprints=(views.blueprint,),
    links=(Link("help.more", "more", _("More"), "administration", 999, tab=5),),
)
