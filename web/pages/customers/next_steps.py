"""What is to be done next with a customer, or that nothing is."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask_babel import gettext as _

from web.i18n.localizer import ago, day
from web.reads.customer_view import CustomerView

RENEWAL = timedelta(days=60)  # a contract that ends within it is the owner's task
SOON = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class NextStep:
    """One thing to do or to mind; `tone` is that of a notice."""

    text: str
    tone: str  # "late", "soon" or ""


def next_steps(view: CustomerView, now: datetime) -> list[NextStep]:
    """Return what to do next, the most urgent first; nothing where nothing is to be done."""
    found = [*_clocks(view, now), *_promises(view, now), *_tasks(view, now), *_contracts(view, now)]
    order = {"late": 0, "soon": 1, "": 2}
    return sorted(found, key=lambda step: order[step.tone])


def _clocks(view: CustomerView, now: datetime) -> Iterator[NextStep]:
    for case in view.of("case"):
        clocks = view.clocks(case.id)
        if not clocks:
            continue
        name, due = clocks[0]
        about = {"case": case.text, "when": ago(due)}
        said = {
            "first_answer_due": _("Answer %(case)s for the first time: %(when)s", **about),
            "update_due": _("Say how %(case)s stands: %(when)s", **about),
            "solve_due": _("Solve %(case)s: %(when)s", **about),
            "law_due": _("Answer %(case)s as the law asks: %(when)s", **about),
        }
        yield NextStep(said[name], _tone(due, now))


def _promises(view: CustomerView, now: datetime) -> Iterator[NextStep]:
    for promise in view.of("promise"):
        if promise.until or (promise.day and promise.day < now.date()):
            yield NextStep(_("A promise is broken: “%(text)s”", text=promise.text), "late")
        elif promise.day:
            tone = "soon" if promise.day <= (now + SOON).date() else ""
            text = _("Promised until %(day)s: “%(text)s”", day=day(promise.day), text=promise.text)
            yield NextStep(text, tone)


def _tasks(view: CustomerView, now: datetime) -> Iterator[NextStep]:
    late = sum(task.until is not None and task.until < now for task in view.of("task"))
    if late:
        yield NextStep(_("Tasks that are overdue stand below."), "late")


def _contracts(view: CustomerView, now: datetime) -> Iterator[NextStep]:
    for contract in view.of("contract"):
        ends = contract.day
        if ends and not contract.until and now.date() <= ends <= (now + RENEWAL).date():
            said = _("Talk about renewing contract %(number)s, which ends on %(day)s",
                     number=contract.text, day=day(ends))  # fmt: skip
            yield NextStep(said, "soon")


def _tone(due: datetime, now: datetime) -> str:
    return "late" if due < now else "soon" if due - now < SOON else ""
