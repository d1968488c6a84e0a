"""What we hold about somebody: a page to read, and the same as a file."""

import json
from typing import Any

from flask import Response, render_template
from sqlalchemy.orm import Session

from tasks import privacy
from tasks.links.reading import Opened
from web.app.services import now, services
from web.portal.links.standing import Kind, company, customer_of

# of no meaning to people: keys of ours, and what only finds rows again
DULL = frozenset({"id", "version", "search_text", "key", "demo", "digest", "answer_digest"})


def show(ticket: str, opened: Opened) -> str:
    """Show every record about the person, by kind."""
    with Session(services().database) as session:
        person = privacy.whose(session, customer_of(opened))
        records = privacy.held(session, person)
        return render_template(
            "links/about_you.html",
            ticket=ticket,
            records={name: [_readable(row) for row in rows] for name, rows in records.items()},
            company=company(session),
        )


def download(opened: Opened) -> Response:
    """Return the same as a file that other programs read."""
    with Session(services().database) as session:
        person = privacy.whose(session, customer_of(opened))
        content = {
            "customer_id": person.number,
            "as_of": now().isoformat(),
            "records": privacy.held(session, person),
        }
    body = json.dumps(content, ensure_ascii=False, indent=2)
    name = f"what-we-hold-{person.number}.json"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(body, mimetype="application/json", headers=headers)


def _readable(row: dict[str, Any]) -> dict[str, Any]:
    """Leave out what is empty or says nothing to people."""
    return {
        name: value
        for name, value in row.items()
        if name not in DULL and not name.endswith("_id") and value not in (None, "", [], {})
    }


KIND = Kind(show, {})
