"""One page: the work of groups of five people and more, and one's own."""

from flask import Blueprint, render_template

from web.accounts import policy
from web.app import audit
from web.app.services import now, reading
from web.reads import team

blueprint = Blueprint("team", __name__, url_prefix="/team")


@blueprint.get("")
@policy.requires("task.see")
def index() -> str:
    """Show how much work the groups have; that a head looked is kept in the audit log."""
    account = policy.check("task.see")
    with reading() as connection:
        loads = team.loads(connection, account, now())
        mine = team.own_load(connection, account, now())
    headed = policy.heads(account)
    if headed:
        audit.note("team.seen", account.username, " ".join(headed))
    return render_template("team/index.html", loads=loads, mine=mine, headed=headed)
