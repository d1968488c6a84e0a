"""The links below each offer that say what its reader thinks of it, without an account."""

from typing import Final

from web.pages.reactions import views
from web.pages.shared.section import Section

SECTION: Final = Section(name="reactions", blueprints=(views.blueprint,))
