"""A quote as the customer sees it: its lines, what it costs and until when it holds."""

from typing import Any

from flask import render_template
from sqlalchemy.orm import Session

from engine.errors import NotFound
from tasks.links.reading import Opened
from tasks.quotes.records import Opportunity, Quote
from web.app.services import services
from web.portal.links.standing import Kind, company, customer_of

SHOWN = frozenset({"sent", "accepted", "refused", "expired"})


def show(ticket: str, opened: Opened) -> Any:
    """Show the quote once it was sent; margins and approvals are not on the page."""
    with Session(services().database) as session:
        quote = session.get(Quote, opened.link.record_id) if opened.link.record_id else None
        sale = session.get(Opportunity, quote.opportunity_id) if quote else None
        if quote is None or sale is None or sale.customer_id != customer_of(opened):
            raise NotFound
        if quote.status not in SHOWN:
            raise NotFound
        return render_template(
            "links/quote.html", ticket=ticket, quote=quote, company=company(session)
        )


KIND = Kind(show, {})
