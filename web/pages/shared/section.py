"""What a package of pages contributes: views, navigation, permissions and labels.

Each package under `web.pages` has one constant `SECTION` of this type. The composition root finds
them at start, so a new page is a new package and no list is edited.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import Blueprint

from web.accounts.policy import Rule


@dataclass(frozen=True, slots=True)
class Link:
    """A place in the navigation; `text` and `short` are lazy texts."""

    endpoint: str
    icon: str
    text: Any
    group: str = ""  # "", "customers", "processes" or "administration"
    order: int = 100  # within the group
    may: str = "system.see"  # the permission that shows it
    tab: int = 0  # the place in the bar of a phone; 0: under "More"
    short: Any = ""  # for the bar of a phone


@dataclass(frozen=True, slots=True)
class Section:
    """The pages of one subject. The templates of the package are found as `name/…`."""

    name: str
    blueprints: tuple[Blueprint, ...]
    links: tuple[Link, ...] = ()
    permissions: Mapping[str, Rule] = field(default_factory=dict)
    labels: Mapping[str, Any] = field(default_factory=dict)
