"""Processes: what is deployed, each version with its diagram, and starting one."""

from typing import Final

from flask_babel import lazy_gettext as _

from web.pages.processes import running, start, views
from web.pages.shared.section import Link, Section

SECTION: Final = Section(
    name="processes",
    blueprints=(views.blueprint, running.blueprint, start.blueprint),
    links=(
        Link("start.index", "start", _("Start a process"), "", 20, tab=2, short=_("Start")),
        Link("processes.index", "process", _("Processes"), "processes", 10, "process.see"),
    ),
)
