"""The list of customers: search, filters, saved views, export, a process for the chosen ones."""

import csv
import io
from collections.abc import Iterator
from typing import Any

from flask import (
    Blueprint,
    Response,
    flash,
    redirect,
    render_template,
    request,
    stream_with_context,
    url_for,
)
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import Session

from engine import store
from engine.errors import EngineError, Forbidden, Invalid
from engine.model import StartRequest
from engine.reads import Definition
from engine.text.cells import safe_cell
from tasks.customers.records import STAGES
from web.accounts import Account, policy
from web.app import audit
from web.app.services import engine, reading, services
from web.i18n import localizer
from web.i18n.habits import habit
from web.i18n.localizer import number as written
from web.pages.customers.startable import startable
from web.pages.customers.words import word
from web.pages.shared.paging import page_number
from web.pages.tasks import saved_views
from web.reads import customers

blueprint = Blueprint("customer_list", __name__, url_prefix="/customers")
TIERS = ("A", "B", "C", "D", "D-")
RISKS = ("silent", "complaint")
MOST = 500  # customers a process is started for at once
COLUMNS = (
    "number", "name", "kind", "stage", "owner", "tier", "segment", "purchases", "last_purchase",
)  # fmt: skip
MARK = "\ufeff"  # by which spreadsheets know UTF-8


def show() -> str:
    """List customers; `q` searches names, numbers and addresses, the rest narrows the list."""
    account = policy.check("customer.see")
    search, wanted = _search(), _wanted()
    with reading() as connection, Session(connection) as session:
        page = customers.customers(session, search, page_number(), localizer.region(), wanted)
        choices = customers.choices(session)
        return render_template(
            "customers/index.html",
            page=page,
            search=search,
            wanted=wanted,
            choices=choices,
            moved=choices.moved,
            tiers=TIERS,
            stages=STAGES,
            risks=RISKS,
            saved=saved_views.views_of(connection, account, "customers"),
            word=word,
            habit=habit,
            startable=[one for one in startable(connection, account) if not one.start_form],
        )


@blueprint.post("/file")
@policy.requires("import.export")
def export() -> Response:
    """Return the customers that the search and filters find, as a CSV file."""
    account = policy.check("import.export")
    search, wanted = _search(), _wanted()
    audit.note("customer.export", account.username, "", _address())
    rows = stream_with_context(_rows(search, wanted, localizer.region()))
    answer = Response(rows, mimetype="text/csv")
    answer.headers["Content-Disposition"] = 'attachment; filename="customers.csv"'
    return answer


@blueprint.post("/processes")
@policy.requires("process.start")
def begin() -> Any:
    """Start a process for each of the chosen customers, or for all that the list has."""
    account = policy.check("process.start")
    with reading() as connection, Session(connection) as session:
        process = _process(connection, account)
        chosen = _chosen(session)
    if not chosen:
        raise Invalid(_("Choose customers first."))
    started, refused = 0, 0
    for number in chosen:
        wanted = StartRequest(definition_key=process.key, variables={"customer_id": number})
        try:
            engine().by(account.username).instances.start(wanted)
            started += 1
        except EngineError:  # one is open already, or none may start
            refused += 1
    text = ngettext(
        "Started for %(count)s customer.", "Started for %(count)s customers.", started,
        count=written(started),
    )  # fmt: skip
    flash(text, "good")
    if refused:
        said = ngettext(
            "Not started for %(count)s customer: one is open already, or it may not start.",
            "Not started for %(count)s customers: one is open already, or it may not start.",
            refused,
            count=written(refused),
        )
        flash(said, "soon")
    return redirect(url_for("customers.index", **_address()), code=303)


def _process(connection: Any, account: Account) -> Definition:
    wanted = request.form.get("process", "")
    for one in startable(connection, account):
        if one.process_id == wanted and not one.start_form:
            return one
    raise Forbidden


def _chosen(session: Session) -> list[int]:
    if request.form.get("all"):
        found = customers.found(session, _search(), localizer.region(), _wanted())
        return list(session.scalars(found.limit(MOST)))
    typed = request.form.getlist("customer")[:MOST]
    return [int(number) for number in typed if number.isdecimal() and len(number) < 19]


def _search() -> str:
    return request.values.get("q", "").strip()[:200]


def _wanted() -> customers.Wanted:
    given = {name: request.values.get(name, "")[:200] for name in _FILTERS}
    segment = given.pop("segment")
    return customers.Wanted(
        segment=int(segment) if segment.isdecimal() and len(segment) < 10 else 0, **given
    )


_FILTERS = ("segment", "habit", "tier", "stage", "owner", "risk")


def _address() -> dict[str, Any]:
    return {name: request.values[name] for name in ("q", *_FILTERS) if request.values.get(name)}


def _rows(search: str, wanted: customers.Wanted, region: str) -> Iterator[str]:
    yield MARK + _line(COLUMNS)
    page, more = 1, True
    while more:
        with store.reading(services().database) as connection, Session(connection) as session:
            part = customers.customers(session, search, page, region, wanted)
        yield "".join(_line(_cells(card)) for card in part.items)
        page, more = page + 1, part.more


def _cells(card: customers.Card) -> tuple[str, ...]:
    who = card.customer
    last = card.last_purchase.date().isoformat() if card.last_purchase else ""
    return (
        str(who.id), safe_cell(who.name), who.kind, who.lifecycle_stage, safe_cell(who.owner or ""),
        card.tier, safe_cell(card.segment), str(card.orders), last,
    )  # fmt: skip


def _line(cells: tuple[str, ...]) -> str:
    paper = io.StringIO(newline="")
    csv.writer(paper).writerow(cells)
    return paper.getvalue()
