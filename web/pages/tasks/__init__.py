"""User tasks: the inbox, one task with its form, snoozing."""

from typing import Final

from flask_babel import lazy_gettext as _

from web.pages.shared.section import Link, Section
from web.pages.tasks import follow_up, inbox, views

SECTION: Final = Section(
    name="tasks",
    blueprints=(inbox.blueprint, views.blueprint, follow_up.blueprint),
    links=(Link("inbox.show", "inbox", _("Inbox"), "", 10, tab=1),),
)
