"""Instances: the list, one of them, what an operator does to it, incidents, messages."""

from typing import Final

from flask_babel import lazy_gettext as _

from web.pages.instances import actions, incidents, messages, operating, views
from web.pages.shared.section import Link, Section

SECTION: Final = Section(
    name="instances",
    blueprints=(
        views.blueprint,
        operating.blueprint,
        actions.blueprint,
        incidents.blueprint,
        messages.blueprint,
    ),
    links=(
        Link("instances.index", "instance", _("Instances"), "processes", 20, "instance.see", tab=4),
        Link("incidents.index", "incident", _("Incidents"), "processes", 30, "incident.see"),
        Link("messages.index", "info", _("Messages"), "processes", 50, "message.see"),
    ),
)
