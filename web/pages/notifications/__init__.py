"""Notifications: what one was told, and how one wants to be told."""

from typing import Final

from flask_babel import lazy_gettext as _

from web.pages.notifications import views
from web.pages.shared.section import Link, Section

SECTION: Final = Section(
    name="notifications",
    blueprints=(views.blueprint,),
    links=(Link("notifications.index", "info", _("Notifications"), "", 15, "task.see"),),
    labels={
        "told.given": _("A task is given to me"),
        "told.asked": _("A colleague asks or answers me"),
        "told.mention": _("Somebody mentions me"),
        "told.back": _("A snoozed task is back"),
        "told.at_once": _("by e-mail at once"),
        "told.digest": _("by e-mail in the morning, all together"),
        "told.never": _("only on this page"),
    },
)
