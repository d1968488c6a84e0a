"""Since when and why a customer is in a stage of the lifecycle, from what is recorded."""

from dataclasses import dataclass
from datetime import UTC, datetime

from flask_babel import gettext as _

from web.i18n.process_texts import process_text
from web.pages.customers.words import word
from web.reads.customer_view import CustomerView


@dataclass(frozen=True, slots=True)
class Stage:
    """The lifecycle stage of a customer: since when, and why."""

    since: datetime | None
    why: str


def stage(view: CustomerView) -> Stage:
    """Return since when and why the customer is in the present stage.

    What a process has kept comes first; where none has moved the customer, what is recorded.
    """
    moved = view.first("stage")
    if moved is not None and moved.state == view.customer.lifecycle_stage:
        return Stage(moved.at, process_text(moved.text))
    begun = {
        "provisional": _provisional,
        "prospect": _prospect,
        "regained": _again,
        "lapsed": _gone,
        "lost": _gone,
    }
    return begun.get(view.customer.lifecycle_stage, _ours)(view)


def _provisional(view: CustomerView) -> Stage:
    return Stage(view.customer.created_at, _("known from an event, not identified yet"))


def _prospect(view: CustomerView) -> Stage:
    lead = view.first("lead")
    if lead is None:
        return Stage(view.customer.created_at, _("has not bought yet"))
    return Stage(lead.at, _("enquiry by %(source)s", source=lead.word))


def _again(view: CustomerView) -> Stage:
    again = view.first("again")
    return Stage(again.at, _("came back")) if again else _ours(view)


def _ours(view: CustomerView) -> Stage:
    contracts = [line for line in view.of("contract") if not line.until]
    since = view.customer.relationship_since
    begun = datetime(since.year, since.month, since.day, tzinfo=UTC) if since else None
    if contracts:
        return Stage(begun or contracts[-1].at, _("has a contract"))
    if view.first_purchase:
        return Stage(view.first_purchase, _("first purchase"))
    return Stage(begun or view.customer.created_at, _("customer by our records"))


def _gone(view: CustomerView) -> Stage:
    lapsed, left = view.first("lapsed"), view.first("left")
    since = lapsed.at if lapsed else left.at if left else view.customer.updated_at
    if left is None:
        return Stage(since, _("reason not known"))
    if left.state:
        return Stage(since, _("said: %(reason)s", reason=word("left", left.word)))
    return Stage(since, _("likely: %(reason)s", reason=word("left", left.word)))
