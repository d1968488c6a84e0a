"""The history of a draft: its saves, what is different between two of them, and going back."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from engine import difference
from web.accounts import policy
from web.app.services import now
from web.i18n import localizer
from web.studio import checks, drafts, wording
from web.studio.blueprint import blueprint


@blueprint.get("/drafts/<int:number>/saves")
@policy.requires("draft.see")
def saves(number: int) -> str:
    """List the saves, and say what is different between two of them."""
    draft, found = drafts.get(number), drafts.saves(number)
    newest = found[0].number
    new = _number("to", newest, newest)
    old = _number("from", max(1, new - 1), newest)
    before, after = (
        checks.resources(drafts.files(drafts.saved(number, each))) for each in (old, new)
    )
    changes = difference.compare(before, after)
    return render_template(
        "studio/saves.html",
        draft=draft,
        saves=found,
        old=old,
        new=new,
        effects=wording.grouped(each for each in changes if each.effect),
        texts=wording.grouped(each for each in changes if not each.effect),
    )


@blueprint.post("/drafts/<int:number>/restoration")
@policy.requires("draft.change")
def restore(number: int) -> Any:
    """Make an earlier save the newest again."""
    by = policy.check("draft.change").username
    wanted = _number("save", 1, 10**9, request.form.get("save", ""))
    save = drafts.restore(number, wanted, by, now())
    flash(
        _(
            "Save %(old)s is the newest again, as %(new)s.",
            old=localizer.number(wanted),
            new=localizer.number(save.number),
        ),
        "good",
    )
    return redirect(url_for("studio.show", number=number), code=303)


def _number(name: str, usual: int, most: int, given: str | None = None) -> int:
    text = request.args.get(name, "") if given is None else given
    return min(int(text), most) if text.isdecimal() and 0 < len(text) < 10 else usual
