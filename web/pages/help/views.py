"""Small pages around the others: everything there is (for phones), and whether we are well."""

from typing import Any

from flask import Blueprint, render_template
from sqlalchemy import text

from web.accounts import policy
from web.app.services import reading

blueprint = Blueprint("help", __name__)


@blueprint.get("/more")
@policy.requires("system.see")
def more() -> str:
    """List every place; the navigation of a phone leads here."""
    return render_template("help/more.html")


@blueprint.get("/health")
@policy.requires(policy.ANYBODY)
def health() -> Any:
    """Return 200 when the database answers."""
    with reading() as connection:
        connection.execute(text("SELECT 1"))
    return {"status": "UP"}
