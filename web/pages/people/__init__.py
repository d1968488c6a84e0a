"""People and programs: their accounts, groups and roles, changed by administrators."""

from typing import Final

from flask_babel import lazy_gettext as _

from web.pages.people import views
from web.pages.shared.section import Link, Section

SECTION: Final = Section(
    name="people",
    blueprints=(views.blueprint,),
    links=(Link("people.index", "people", _("Accounts"), "administration", 10, "account.change"),),
)
