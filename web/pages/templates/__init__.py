"""Message templates: what customers read, edited with a preview, in every language."""

from typing import Final

from flask_babel import lazy_gettext as _

from web.accounts.policy import employee, group
from web.pages.shared.section import Link, Section
from web.pages.templates import views

SECTION: Final = Section(
    name="templates",
    blueprints=(views.blueprint,),
    links=(Link("templates.index", "mail", _("Templates"), "customers", 35, "template.see"),),
    permissions={
        "template.see": employee,
        "template.change": group("marketing_head", "care_head", roles=("process_owner",)),
    },
    labels={
        "send_window": _("It comes at a time when it can be read."),
        "one_purpose": _("It has one purpose."),
        "segment_fit": _("It fits those who get it."),
        "facts_from_records": _("Its facts come from our records."),
        "no_contradiction": _("It contradicts nothing that is open with the customer."),
    },
)
