"""The navigation of every page, from what the sections contribute."""

from collections.abc import Sequence
from typing import Any

from flask import Flask, current_app
from flask_babel import lazy_gettext as _

from web import accounts
from web.accounts import policy
from web.pages.shared.section import Link

KEY = "peyvand_links"
GROUPS: dict[str, Any] = {
    "": "",
    "customers": _("Customers"),
    "processes": _("Processes"),
    "administration": _("Administration"),
}


def install(app: Flask, links: Sequence[Link]) -> None:
    """Keep the links in order: by group, then by their place in it."""
    groups = list(GROUPS)
    for link in links:
        if link.group not in GROUPS:
            raise ValueError(f"{link.endpoint}: no group '{link.group}' in the navigation")
    app.extensions[KEY] = sorted(
        links, key=lambda link: (groups.index(link.group), link.order, link.endpoint)
    )
    app.jinja_env.globals.update(navigation=groups_for_reader, tabs=tabs, places=places)


def places() -> list[Link]:
    """Return the links that the reader may follow."""
    account = accounts.current()
    return [link for link in current_app.extensions[KEY] if policy.can(account, link.may)]


def groups_for_reader() -> list[tuple[Any, list[Link]]]:
    """Return the reader's links by group, empty groups left out."""
    mine = places()
    groups = [(title, [one for one in mine if one.group == key]) for key, title in GROUPS.items()]
    return [(title, links) for title, links in groups if links]


def tabs() -> list[Link]:
    """Return the links in the bar of a phone."""
    return sorted((link for link in places() if link.tab), key=lambda link: link.tab)
