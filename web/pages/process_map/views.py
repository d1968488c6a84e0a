"""The process map (six processes, 31 activities, the 3 × 3 grid), and what each stands on."""

from math import cos, pi, sin
from typing import Any, Final

from flask import Blueprint, render_template
from flask_babel import lazy_gettext as _
from sqlalchemy.orm import Session

from tasks.company.assessing import ACTIVITIES
from web.accounts import policy
from web.app.services import reading, services
from web.reads import process_map, traces
from web.reads.drawing_facts import BUSINESS, CHARACTER
from web.reads.process_map import Shown

blueprint = Blueprint("process_map", __name__, url_prefix="/process-map")

NAMES: Final = {
    "0": _("enquiries"),
    "1": _("targeting"),
    "2": _("welcoming"),
    "3": _("getting to know"),
    "4": _("development"),
    "5": _("managing problems"),
    "6": _("win-back"),
    "7": _("moments of truth"),
    "8": _("the company as a whole"),
}
WIDE, HIGH, AWAY = 900, 440, 170  # the picture, in px
BOX = (204, 44)


@blueprint.get("")
@policy.requires("process.see")
def show() -> str:
    """Show every process in its cell of the grid, and how they hand over to each other."""
    with reading() as connection, Session(connection) as session:
        found = process_map.shown(session, services().clock())
    facts = [one.facts for one in found]
    numbered = [one for one in found if one.facts.number]
    return render_template(
        "process_map/show.html",
        groups=[(digit, name, _of(numbered, digit)) for digit, name in NAMES.items()],
        others=[one for one in found if one not in _grouped(numbered)],
        grid=_grid(numbered),
        business=BUSINESS,
        character=CHARACTER,
        missing=process_map.missing(facts),
        links=process_map.links(facts),
        names={one.facts.id: one.facts.name for one in found},
        untaken=process_map.told_to_nobody(facts),
        picture=_picture(process_map.group_links(facts)),
        total=len(ACTIVITIES),
    )


@blueprint.get("/traceability")
@policy.requires("process.see")
def traceability() -> str:
    """Show, for each process, its source statement, rules, elements and scenarios."""
    return render_template("process_map/traceability.html", traces=traces.shipped())


def _of(found: list[Shown], digit: str) -> list[Shown]:
    return [one for one in found if one.facts.number.startswith(digit)]


def _grouped(found: list[Shown]) -> list[Shown]:
    return [one for one in found if one.facts.number[:1] in NAMES]


def _grid(found: list[Shown]) -> dict[tuple[str, str], list[Shown]]:
    cells: dict[tuple[str, str], list[Shown]] = {
        (one, each): [] for one in BUSINESS for each in CHARACTER
    }
    for one in found:
        for place in one.facts.places:
            cells[place].append(one)
    return cells


def _picture(ways: Any) -> dict[str, Any]:
    """Return where boxes and arrows stand, on a ring around the middle."""
    there = sorted({digit for pair in ways for digit in pair} | {"1", "2", "3", "4", "5", "6"})
    step = 2 * pi / len(there)
    at = {
        digit: (
            round(WIDE / 2 + 1.95 * AWAY * sin(n * step)),
            round(HIGH / 2 - AWAY * cos(n * step)),
        )
        for n, digit in enumerate(there)
    }
    return {
        "wide": WIDE,
        "high": HIGH,
        "box": BOX,
        "boxes": [(digit, NAMES[digit], *at[digit]) for digit in there],
        "arrows": [
            (*_shortened(at[source], at[target]), count)
            for (source, target), count in sorted(ways.items())
        ],
    }


def _shortened(start: tuple[int, int], end: tuple[int, int]) -> tuple[int, int, int, int]:
    """Return a line from box to box, beside the one that comes back."""
    dx, dy = end[0] - start[0], end[1] - start[1]
    length = max((dx * dx + dy * dy) ** 0.5, 1)
    sx, sy = -dy / length * 6, dx / length * 6
    edge = min(
        BOX[0] / 2 / abs(dx / length) if dx else length,
        BOX[1] / 2 / abs(dy / length) if dy else length,
    )
    share = (edge + 8) / length
    return (
        round(start[0] + dx * share + sx),
        round(start[1] + dy * share + sy),
        round(end[0] - dx * share + sx),
        round(end[1] - dy * share + sy),
    )
