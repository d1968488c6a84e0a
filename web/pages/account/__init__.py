"""The account page: language, calendar, shortcuts, API tokens."""

from typing import Final

from flask_babel import lazy_gettext as _

from web.pages.account import views
from web.pages.shared.section import Link, Section

SECTION: Final = Section(
    name="account",
    blueprints=(views.blueprint,),
    links=(Link("account.show", "key", _("Account"), group="administration", order=900),),
)
