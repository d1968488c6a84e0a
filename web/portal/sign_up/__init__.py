"""Signing up: a public page that asks for an address, topics and a consent."""

from typing import Final

from web.pages.shared.section import Section
from web.portal.sign_up import views

SECTION: Final = Section(name="sign_up", blueprints=(views.blueprint,))
