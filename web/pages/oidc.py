"""The way to the company's OpenID provider and back."""

import logging
from typing import Any

from flask import Blueprint, redirect, request, session, url_for
from flask_babel import gettext as _

from engine.errors import NotFound
from web import accounts, oidc, policy
from web.context import settings
from web.errors import page
from web.pages.session import local_address

blueprint = Blueprint("oidc", __name__, url_prefix="/login/openid")
WANTED = "oidc_wanted"
log = logging.getLogger(__name__)


@blueprint.get("")
@policy.requires(policy.ANYBODY)
def go() -> Any:
    """Go and sign in there."""
    if not oidc.configured():
        raise NotFound
    session[WANTED] = local_address(request.args.get("next", ""))
    return oidc.leave()


@blueprint.get("/back")
@policy.requires(policy.ANYBODY)
def back() -> Any:
    """Come back from there, and be whom the provider says."""
    if not oidc.configured():
        raise NotFound
    claims = oidc.come_back()
    given = settings()
    person = accounts.by_claims(claims, given.oidc_groups_claim, given.oidc_groups)
    wanted = session.pop(WANTED, None) or url_for("inbox.show")
    accounts.sign_in(person)
    return redirect(wanted, code=303)


@blueprint.errorhandler(oidc.NotVouchedFor)
def _refused(error: oidc.NotVouchedFor) -> Any:
    log.warning("no sign-in by OpenID: %s", error)
    return page(401, _("The sign-in did not work. Go back to the sign-in page and try again."))
