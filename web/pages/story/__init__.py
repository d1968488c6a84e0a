"""The page on which somebody new watches the company at work, step by step."""

from typing import Final

from web.pages.shared.section import Section
from web.pages.story import views

SECTION: Final = Section(name="story", blueprints=(views.blueprint,))
