"""The name of the cookie of a browser's session."""

from web.app.services import settings


def cookie_name() -> str:
    """Return the cookie's name: bound to this host over https, plain on http://localhost."""
    return "__Host-sid" if settings().secure else "peyvand_sid"
