"""Complaining: a public form of three fields; nobody needs to be known."""

from typing import Final

from web.pages.shared.section import Section
from web.portal.complaints import views

SECTION: Final = Section(name="complaints", blueprints=(views.blueprint,))
