"""The reference of both APIs, made from their own documents."""

from typing import Final

from web.pages.reference import views
from web.pages.shared.section import Section

SECTION: Final = Section(name="reference", blueprints=(views.blueprint,))
