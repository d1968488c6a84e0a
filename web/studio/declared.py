"""The properties that drawings declare as fields of the modeler: where each stands, what it is."""

from typing import Any

from flask_babel import lazy_gettext as _

from engine.properties import Catalogue, Place

SENTENCES = {
    "owner": _("The group that owns it."),
    "number": _("Its number in the list of processes."),
    "place": _("Its place in the grid."),
    "source": _("Where it comes from."),
    "rule": _("The rule it follows."),
    "kpi": _("What it is measured by."),
    "standard": _(
        "What is promised, in words; or, measured: from an element to another, time, share."
    ),
    "title.variable": _("The variable that names an instance in inbox and lists."),
    "time.zone": _("Where its days begin."),
    "retention.days": _("How long ended instances are kept."),
    "data.purpose": _("What it uses personal data for; stands in the register of processing."),
    "data.basis": _("On which legal basis."),
    "data.kinds": _("Which kinds of personal data it uses."),
    "data.recipients": _(
        "Who outside gets some of it: who carries messages, partners, authorities, or nobody."
    ),
    "start.groups": _("Who may start it by hand."),
    "called": _("Only other processes start it."),
    "one_open_per": _(
        "At most one instance of the same value is open, by whatever door it starts."
    ),
    "admit": _("How many may start a day; the others wait in an order, so long at most."),
    "strict": _("Takes only what its forms declare: another variable or a wrong value is refused."),
    "protected": _("Nobody starts it in the middle, modifies it or sets its variables."),
    "customer": _("Whom an instance, or one of its tasks, is about."),
    "stop.answer": _(
        "What a stopped instance answers its caller, who gets the error `stopped` else."
    ),
    "stop.on": _("What ends its instances about a customer, with the reason in their history."),
    "due": _("When the task is due: business time, an ISO duration, a date and time, or FEEL."),
    "remind": _(
        "When whoever has the task is reminded: shares of its time, or times before it is due."
    ),
    "escalate.to": _("Who may take the task too when it is overdue, each after a delay."),
    "calendar": _("Whose working hours count: a business calendar or a group."),
    "not.by": _(
        "Four eyes: whoever did one of these tasks, or is named by FEEL, may not do this one."
    ),
    "for": _("The task is for somebody outside, who answers by a link."),
    "for.whom": _("Who of the customers or partners is asked."),
    "for.message": _("The message template that asks for the answer and holds {{link.answer}}."),
    "for.shows": _("The variables that a partner gets to see on the page of the link."),
    "button": _(
        "What its button says: of a task, of a process that is started, of a message that is sent."
    ),
    "button.asks": _("The variable that the button of a message asks for."),
    "button.prompt": _("What the button of a message asks."),
    "assign": _("How the task finds its person among the candidates who are there."),
    "skills": _("Skills or languages that its person must have."),
    "touchpoint": _("The encounter with the customer that is recorded when the element completes."),
}


def fields(catalogue: Catalogue) -> list[dict[str, Any]]:
    """Return the fields in the order of the catalogue; the modeler shows what fits an element."""
    return [
        {
            "name": each.name,
            "places": [place.value for place in Place if each.may_stand(place)],
            "help": f"{SENTENCES.get(each.name, each.sentence)} ({each.example})",
            "former": list(each.former),
        }
        for each in catalogue
    ]
