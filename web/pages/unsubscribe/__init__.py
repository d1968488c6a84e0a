"""The link in each offer that takes the permission back, for people without an account."""

from typing import Final

from web.pages.shared.section import Section
from web.pages.unsubscribe import views

SECTION: Final = Section(name="unsubscribe", blueprints=(views.blueprint,))
