"""User tasks: the inbox, one task with its form, snoozing."""

from typing import Final

from flask_babel import lazy_gettext as _

from web.pages.shared.section import Link, Section
from web.pages.tasks import absences, comments, files, follow_up, handing, inbox, saved_views, views

SECTION: Final = Section(
    name="tasks",
    blueprints=(
        inbox.blueprint,
        views.blueprint,
        follow_up.blueprint,
        comments.blueprint,
        files.blueprint,
        handing.blueprint,
        saved_views.blueprint,
        absences.blueprint,
    ),
    links=(
        Link("inbox.show", "inbox", _("Inbox"), "", 10, tab=1),
        Link("absences.index", "clock", _("Absences"), "administration", 30, "task.see"),
    ),
    labels={
        "comment": _("comment"),
        "call": _("call"),
        "absence.added": _("said that somebody is away"),
    },
)
