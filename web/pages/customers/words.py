"""Words of a customer's page for what stands in the records, in the reader's language."""

from typing import Any

from flask_babel import lazy_gettext as _
from flask_babel import lazy_pgettext

from web.i18n.labels import label

WORDS: dict[str, dict[str, Any]] = {
    "severity": {
        "low": _("low"),
        "normal": _("normal"),
        "high": _("high"),
        "critical": _("critical"),
    },
    "case": {"open": _("open"), "solved": _("solved"), "closed": _("closed")},
    "clock": {
        "first_answer_due": _("first answer"),
        "update_due": _("next news to the customer"),
        "solve_due": _("solved by"),
        "law_due": _("answer the law asks for"),
    },
    "polarity": {
        "negative": _("negative"),
        "neutral": _("neutral"),
        "positive": _("positive"),
    },
    "opportunity": {
        "open": _("open"),
        "quoted": _("quoted"),
        "won": _("won"),
        "lost": _("lost"),
    },
    "quote": {
        "draft": _("draft"),
        "approved": _("approved"),
        "sent": _("sent"),
        "accepted": _("accepted"),
        "refused": _("refused"),
        "expired": _("expired"),
    },
    "goal": {
        "proposed": _("proposed"),
        "agreed": _("agreed"),
        "met": _("met"),
        "missed": _("missed"),
        "dropped": _("dropped"),
    },
    "promise": {"open": _("open"), "kept": _("kept"), "broken": _("broken")},
    "expectation": {
        "reliability": _("reliability"),
        "responsiveness": _("responsiveness"),
        "access": _("access"),
        "safety": _("safety"),
        "courtesy": _("courtesy"),
        "consideration": _("consideration"),
        "communication": _("communication"),
        "recognition": _("recognition"),
        "competence": _("competence"),
        "product": _("product"),
        "price": _("price"),
        "other": _("other"),
    },
    "role": {
        "distribution": _("distribution"),
        "sales": _("sales"),
        "quality": _("quality"),
        "finance": _("finance"),
        "technical": _("technical"),
        "executive": _("executive"),
        "user": _("user"),
        "decider": _("decides"),
        "sponsor": _("sponsor"),
    },
    "left": {
        "bought_away": _("a better offer elsewhere"),
        "moved_away": _("moved away"),
        "pulled_away": _("drawn to another supplier"),
        "pushed_away_unintended": _("our fault"),
        "pushed_away_intended": _("we parted from them"),
        "need_ended": _("no need any more"),
        "unknown": _("not known"),
    },
    "arm": {"treat": _("treated group"), "control": _("control group")},
    "survey": {
        "nps": _("would recommend us, 0 to 10"),
        "csat": _("satisfaction, 1 to 5"),
        "ces": _("it was easy, 1 to 7"),
        "servqual": _("quality of service"),
        "choice": _("why they chose us"),
        "exit": _("why they left"),
        "recheck": _("after a complaint"),
        "interview": _("interview"),
        "poll": _("poll"),
    },
    "how": {
        "call": _("in a call"),
        "visit": _("on a visit"),
        "letter": _("by letter"),
        "message": _("in a message"),
        "form": _("in a form"),
    },
    "reaction": {
        "opted_out": _("opted out"),
        "spam": _("marked as spam"),
        "bounced": _("bounced"),
        "replied": _("replied"),
        "clicked": _("clicked"),
        "opened": _("opened"),
        "delivered": _("delivered"),
    },
    "key": {
        "key": _("key customer"),
        "watch": _("watched, may become a key customer"),
        "not": _("not a key customer"),
    },
    "heat": {
        "hot": _("hot"),
        "renewal": _("renewal"),
        "warm": _("warm"),
        "cold": _("cold"),
    },
    "risk": {
        "silent": _("silent beyond the own rhythm"),
        "complaint": _("with an open complaint"),
    },
    "source": {
        "order": lazy_pgettext("source of a consent", "with an order"),
        "form": lazy_pgettext("source of a consent", "in a form"),
        "link:unsubscribe": _("by the link to unsubscribe"),
    },
}


def word(kind: str, name: Any) -> str:
    """Return the reader's word for a value of one kind of record; an unknown value as it is."""
    found = WORDS.get(kind, {}).get(str(name))
    return str(found) if found is not None else label(name)


def source(name: str | None) -> str:
    """Return in words where a consent comes from."""
    given = name or ""
    for kind in ("how", "source"):
        if given in WORDS[kind]:
            return word(kind, given)
    start, _colon, rest = given.partition(":")
    if start == "event":
        return str(_("told by %(system)s", system=rest))
    if start == "import":
        return str(_("from a file of %(system)s", system=rest))
    return given
