"""The studio: process owners change diagrams, decision tables and forms in the browser."""

from typing import Final

from flask_babel import lazy_gettext as _

from web.accounts.policy import role
from web.pages.shared.section import Link, Section
from web.studio import (
    approving,
    beginning,
    checking,
    drafting,
    editing,
    history,
    piloting,
    replaying,
    taking_back,
    walking,
)
from web.studio.blueprint import blueprint

__all__ = [
    "approving",
    "beginning",
    "checking",
    "drafting",
    "editing",
    "history",
    "piloting",
    "replaying",
    "taking_back",
    "walking",
]

SECTION: Final = Section(
    name="studio",
    blueprints=(blueprint,),  # its routes are in the modules imported above
    links=(Link("studio.index", "draw", _("Studio"), "processes", 15, "draft.see"),),
    permissions={
        "draft.see": role("process_owner"),
        "draft.change": role("process_owner"),
        "draft.approve": role("process_owner"),
    },
)
