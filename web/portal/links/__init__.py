"""What people outside see under their links: one task to answer, or one record of theirs."""

from typing import Final

from web.pages.shared.section import Section
from web.portal.links import views

SECTION: Final = Section(name="links", blueprints=(views.blueprint,))
