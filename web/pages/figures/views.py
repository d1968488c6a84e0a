"""The pages of figures, from the snapshots of the last night; never from all rows."""

from typing import Any, Final

from flask import Blueprint, abort, redirect, render_template, url_for
from sqlalchemy.orm import Session

from tasks.figures.records import FigureSnapshot, latest
from tasks.policy.records import values
from web.accounts import policy
from web.app.services import reading
from web.i18n.habits import habit
from web.pages.figures import shapes
from web.pages.figures.words import word

blueprint = Blueprint("figures", __name__, url_prefix="/figures")
# page: the groups of figures it shows
PAGES: Final = {
    "management": ("management",),
    "value": ("value", "lifetime"),
    "habits": ("habits", "risk"),
    "cohorts": ("cohorts",),
    "sales": ("sales",),
    "market": ("products", "not_bought", "competition"),
    "touchpoints": ("touchpoints",),
    "permission": ("permission",),
}


@blueprint.get("")
@policy.requires("figure.see")
def show() -> Any:
    """Lead to the first page of figures."""
    return redirect(url_for("figures.page", name="management"))


@blueprint.get("/<name>")
@policy.requires("figure.see")
def page(name: str) -> str:
    """Show one page of figures, as they were last night."""
    if name not in PAGES:
        abort(404)
    with reading() as connection, Session(connection) as session:
        found: dict[str, FigureSnapshot] = {}
        for group in PAGES[name]:
            if (snapshot := session.scalar(latest(group))) is not None:
                found[group] = snapshot
        currency = str(values(session, "company").get("currency", ""))
    return render_template(
        f"figures/{name}.html",
        name=name,
        pages=PAGES,
        figures={group: snapshot.data for group, snapshot in found.items()},
        as_of=min((snapshot.as_of for snapshot in found.values()), default=None),
        currency=currency,
        shapes=shapes,
        word=word,
        habit=habit,
    )
