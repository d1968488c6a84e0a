"""The process map and the traceability page: both read from what is deployed."""

from typing import Final

from flask_babel import lazy_gettext as _

from web.pages.process_map import views
from web.pages.shared.section import Link, Section

SECTION: Final = Section(
    name="process_map",
    blueprints=(views.blueprint,),
    links=(
        Link("process_map.show", "process", _("Process map"), "processes", 8, "process.see"),
        Link(
            "process_map.traceability",
            "process",
            _("Traceability"),
            "processes",
            14,
            "process.see",
        ),
    ),
    labels={
        "collaborative": _("collaborative"),
        "operational": _("operational"),
        "analytical": _("analytical"),
        "sales": _("sales"),
        "service": _("service"),
    },
)
