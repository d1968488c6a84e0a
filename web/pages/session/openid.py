"""The way to the company's OpenID provider and back."""

import logging
from typing import Any

from flask import Blueprint, redirect, request, session, url_for
from flask_babel import gettext as _

from engine.errors import NotFound
from web import accounts
from web.accounts import openid, policy
from web.app import audit
from web.app.services import settings
from web.pages.shared.addresses import local_address
from web.pages.shared.error_page import page

blueprint = Blueprint("oidc", __name__, url_prefix="/login/openid")
WANTED = "oidc_wanted"
log = logging.getLogger(__name__)


@blueprint.get("")
@policy.requires(policy.ANYBODY)
def go() -> Any:
    """Go and sign in there."""
    if not openid.configured():
        raise NotFound
    session[WANTED] = local_address(request.args.get("next", ""))
    return openid.leave()


@blueprint.get("/back")
@policy.requires(policy.ANYBODY)
def back() -> Any:
    """Come back from there, and be whom the provider says."""
    if not openid.configured():
        raise NotFound
    claims = openid.come_back()
    given = settings()
    person = accounts.by_claims(claims, given.oidc_groups_claim, given.oidc_groups)
    wanted = session.pop(WANTED, None) or url_for("inbox.show")
    accounts.sign_in(person)
    audit.note("sign_in", person.username, person.username, {"through": "openid"})
    return redirect(wanted, code=303)


@blueprint.errorhandler(openid.NotIdentified)
def _refused(error: openid.NotIdentified) -> Any:
    log.warning("no sign-in by OpenID: %s", error)
    return page(401, _("The sign-in did not work. Go back to the sign-in page and try again."))
