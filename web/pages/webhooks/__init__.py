"""Webhooks: who is told what happens here, and who may tell us."""

from typing import Final

from flask_babel import lazy_gettext as _

from web.pages.shared.section import Link, Section
from web.pages.webhooks import views

SECTION: Final = Section(
    name="webhooks",
    blueprints=(views.blueprint,),
    links=(Link("webhooks.index", "retry", _("Webhooks"), "processes", 60, "webhook.see"),),
)
