"""Retention: for how long records about people are kept, and what would go tonight."""

from typing import Final

from flask_babel import lazy_gettext as _

from web.accounts.policy import group
from web.pages.retention import views
from web.pages.shared.section import Link, Section

SECTION: Final = Section(
    name="retention",
    blueprints=(views.blueprint,),
    links=(
        Link("retention.show", "snooze", _("Retention"), "administration", 60, may="retention.see"),
    ),
    permissions={
        "retention.see": group("data_steward"),
        "retention.change": group("data_steward"),
    },
)
