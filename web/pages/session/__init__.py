"""Signing in and out, by password or through the OpenID provider."""

from typing import Final

from web.pages.session import openid, views
from web.pages.shared.section import Section

SECTION: Final = Section(name="session", blueprints=(views.blueprint, openid.blueprint))
