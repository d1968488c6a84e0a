"""Canned answers: texts that are written often, for oneself or for a group."""

from typing import Final

from flask_babel import lazy_gettext as _

from web.pages.canned_answers import views
from web.pages.shared.section import Link, Section

SECTION: Final = Section(
    name="canned_answers",
    blueprints=(views.blueprint,),
    links=(
        Link("canned_answers.index", "mail", _("Canned answers"), "administration", 35, "task.see"),
    ),
)
