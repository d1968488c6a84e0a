"""Batch operations: how far they are, what failed, and the brake."""

from typing import Final

from flask_babel import lazy_gettext as _

from web.pages.batches import views
from web.pages.shared.section import Link, Section

SECTION: Final = Section(
    name="batches",
    blueprints=(views.blueprint,),
    links=(Link("batches.index", "more", _("Batches"), "processes", 40, may="instance.change"),),
)
