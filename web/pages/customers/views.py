"""Customers: the list with its search, and the page of one customer."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from engine.errors import Conflict
from engine.text.digits import ascii_digits
from tasks.privacy import CANCEL, REFUSE
from tasks.seeding.demo import days_moved
from web import erasure
from web.accounts import policy
from web.app.services import reading, services
from web.i18n import localizer
from web.pages.shared.paging import page_number
from web.reads import customers

SHOWN = 20  # running instances named on the page
blueprint = Blueprint("customers", __name__, url_prefix="/customers")


@blueprint.get("")
@policy.requires("customer.see")
def index() -> str:
    """List customers; `q` searches names, numbers and addresses."""
    search = request.args.get("q", "").strip()[:200]
    with reading() as connection, Session(connection) as session:
        page = customers.customers(session, search, page_number(), localizer.region())
        moved = days_moved(session)
        return render_template("customers/index.html", page=page, search=search, moved=moved)


@blueprint.get("/<int:number>")
@policy.requires("customer.see")
def show(number: int) -> str:
    """Show a customer: who, how to reach them, what they allow, bought and heard from us."""
    with reading() as connection, Session(connection) as session:
        portrait = customers.portrait(session, number)
        return render_template("customers/show.html", portrait=portrait)


@blueprint.get("/<int:number>/erasure")
@policy.requires("customer.forget")
def show_erasure(number: int) -> Any:
    """Ask whether a customer is to be forgotten, with what would go."""
    return _erasure(number)


@blueprint.post("/<int:number>/erasure")
@policy.requires("customer.forget")
def forget(number: int) -> Any:
    """Forget a customer; their number is typed, so that nobody does it by accident."""
    by = policy.check("customer.forget").username
    if ascii_digits(request.form.get("number", "")).strip() != str(number):
        asked = _("Type the number of the customer: %(number)s", number=number)
        return _erasure(number, asked), 422
    running = CANCEL if request.form.get("cancel") else REFUSE
    try:
        told = erasure.forget(services(), number, by, running=running)
    except Conflict as refused:
        return _erasure(number, refused.message), 409
    flash(_("Customer No. %(number)s is forgotten.", number=number), "good")
    if not told.overwritten:
        flash(_("The database was busy: an operator has to run “peyvand compact”."), "soon")
    return redirect(url_for("customers.index"), code=303)


def _erasure(number: int, problem: str = "") -> str:
    try:
        person, found = erasure.preview(services(), number)
    except Conflict as refused:
        person, found, problem = None, None, refused.message
    with reading() as connection, Session(connection) as session:
        portrait = customers.portrait(session, person.number if person else number)
        return render_template(
            "customers/erasure.html",
            portrait=portrait,
            found=found,
            running=found.running[:SHOWN] if found else [],
            problem=problem,
        )
