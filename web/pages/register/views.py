"""The register of processing (GDPR, article 30): what every deployed process declares.

Nothing is written by hand: a process that declares nothing is shown as such, so that a gap is seen.
"""

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from flask import Blueprint, Response, render_template
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.text.cells import safe_cell
from tasks.partners.records import Partner
from tasks.permissions.records import Market, PermissionRule
from tasks.retention.records import RetentionRule
from web.accounts import policy
from web.app.services import reading, services
from web.pages.register.words import WORDS
from web.reads import process_map

blueprint = Blueprint("register", __name__, url_prefix="/register")
DECLARED: Final = ("data.purpose", "data.basis", "data.kinds", "data.recipients")
HEAD: Final = ("process", "owner", "version", "purpose", "basis", "data", "recipients")


@dataclass(frozen=True, slots=True)
class Processing:
    """One deployed process with what it declares; words of the catalogue of properties."""

    id: str
    name: str
    owner: str
    version: int
    running: int
    purpose: tuple[str, ...]
    basis: tuple[str, ...]
    kinds: tuple[str, ...]
    recipients: tuple[str, ...]

    @property
    def declared(self) -> bool:
        """Return whether everything is said."""
        return all((self.purpose, self.basis, self.kinds, self.recipients))


@blueprint.get("")
@policy.requires("register.see")
def show() -> str:
    """Show the register."""
    with reading() as connection, Session(connection) as session:
        found = _processing(session)
        partners = session.scalars(select(Partner).order_by(Partner.name)).all()
        return render_template(
            "register/show.html",
            found=found,
            silent=[each for each in found if not each.declared],
            partners=partners,
            bases=_bases(session),
            rules=session.scalars(select(RetentionRule).order_by(RetentionRule.record)).all(),
            words=WORDS,
        )


@blueprint.get("/register.csv")
@policy.requires("register.see")
def export() -> Response:
    """Answer the register as a file, in the words of the drawings."""
    with reading() as connection, Session(connection) as session:
        found = _processing(session)
    answer = Response("".join(_lines(found)), mimetype="text/csv")
    answer.headers["Content-Disposition"] = 'attachment; filename="register-of-processing.csv"'
    return answer


def _processing(session: Session) -> list[Processing]:
    """Return every deployed process, in its newest version."""
    shown = process_map.shown(session, services().clock())
    return [
        Processing(
            each.facts.id,
            each.facts.name,
            each.facts.properties.get("owner", ""),
            each.version,
            each.running.instances,
            *(_words(each.facts.properties.get(name, "")) for name in DECLARED),
        )
        for each in shown
    ]


def _words(value: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in value.split(",") if word.strip())


def _bases(session: Session) -> list[dict[str, Any]]:
    """Return on which bases customers are contacted, channels of one rule together."""
    together: dict[tuple[str, str, str], tuple[set[str], set[str]]] = {}
    rules = select(PermissionRule).order_by(
        PermissionRule.market, PermissionRule.purpose, PermissionRule.id
    )
    for rule in session.scalars(rules):
        key = (rule.market, rule.purpose, rule.basis)
        kinds, channels = together.setdefault(key, (set(), set()))
        kinds.add(rule.kind)
        channels.add(rule.channel)
    countries: dict[str, list[str]] = {}
    for one in session.scalars(select(Market).order_by(Market.country)):
        countries.setdefault(one.market, []).append(one.country)
    return [
        {
            "market": market,
            "countries": countries.get(market, []),
            "purpose": purpose,
            "basis": basis,
            "kinds": sorted(kinds),
            "channels": sorted(channels),
        }
        for (market, purpose, basis), (kinds, channels) in together.items()
    ]


def _lines(found: Iterable[Processing]) -> Iterator[str]:
    yield _line(HEAD)
    for one in found:
        said = (one.purpose, one.basis, one.kinds, one.recipients)
        yield _line((one.name, one.owner, str(one.version), *("; ".join(each) for each in said)))


def _line(cells: Iterable[str]) -> str:
    paper = io.StringIO()
    csv.writer(paper).writerow([safe_cell(cell) for cell in cells])
    return paper.getvalue()
