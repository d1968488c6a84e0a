"""Customers: the list with its search, and the page of one customer."""

from flask import Blueprint, render_template, request
from sqlalchemy.orm import Session

from tasks.records import days_moved
from web import policy, records
from web.context import reading
from web.l10n import ascii_digits
from web.pages.paging import page_number

blueprint = Blueprint("customers", __name__, url_prefix="/customers")


@blueprint.get("")
@policy.requires("customer.see")
def index() -> str:
    """List customers; `q` searches names, numbers and addresses."""
    search = ascii_digits(request.args.get("q", "")).strip()[:200]
    with reading() as connection, Session(connection) as session:
        page = records.customers(session, search, page_number())
        moved = days_moved(session)
        return render_template("customers/index.html", page=page, search=search, moved=moved)


@blueprint.get("/<int:number>")
@policy.requires("customer.see")
def show(number: int) -> str:
    """Show a customer: who, how to reach them, what they allow, bought and heard from us."""
    with reading() as connection, Session(connection) as session:
        portrait = records.portrait(session, number)
        return render_template("customers/show.html", portrait=portrait)
