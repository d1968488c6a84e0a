"""The audit log: who signed in, failed, made tokens, changed roles and policy values."""

from typing import Final

from flask_babel import lazy_gettext as _

from web.accounts.policy import role
from web.pages.audit import views
from web.pages.shared.section import Link, Section

SECTION: Final = Section(
    name="audit",
    blueprints=(views.blueprint,),
    links=(Link("audit.index", "info", _("Audit log"), "administration", 80, "audit.see"),),
    permissions={"audit.see": role()},
    labels={
        "sign_in": _("signed in"),
        "sign_in.failed": _("failed to sign in"),
        "sign_out": _("signed out"),
        "token.made": _("made a token"),
        "token.revoked": _("revoked a token"),
        "account.made": _("account was made"),
        "account.changed": _("account was changed"),
        "password.changed": _("changed the password"),
        "password.set": _("set the password of"),
        "sessions.ended": _("ended sessions"),
        "access.ended": _("ended all access of"),
        "policy.changed": _("changed a policy value"),
        "template.changed": _("changed a template"),
    },
)
