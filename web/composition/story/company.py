"""The company scenario: how the processes hand over to each other, told with what people do."""

from typing import Any, Final

from web.composition.story.steps import (
    Answers,
    Complains,
    Does,
    Happens,
    Keeps,
    Passes,
    Starts,
    Step,
    Tells,
    TheCause,
)


def N_(text: str) -> str:  # noqa: N802 - the mark gettext tools know
    """Mark a text that the page of the story translates."""
    return text


PEOPLE: Final = ("Mira", "Otto", "Nora", "Pavel", "Dora")
PLAN: Final[dict[str, Any]] = {
    "what_hurt": "Twice late, and nobody called.",
    "customer_words": "You forgot me.",
    "expectation_now": [{"expected": "A call before each delivery", "importance": 9}],
    "steps": [{"what": "Deliver by our own driver", "who": "operations", "due": "2027-02-26"}],
    "authority_limit": 200,
}


def order(who: str, number: str, amount: int = 90_000, promised: str = "") -> Happens:
    """Return that somebody orders; half of it is margin."""
    payload: dict[str, Any] = {"order_id": number, "amount": amount, "margin": amount // 2}
    payload["lines"] = []
    if promised:
        payload["promised_at"] = f"{promised}T12:00:00+00:00"
    return Happens("order.placed", who, payload)


TALK: Final[dict[str, Any]] = {
    "expectations": [
        {"dimension": "reliability", "expected": "Delivered on the day you say", "importance": 9}
    ],
    "what_success_looks_like": "Nobody has to call us about a delivery.",
    "goals": [],
}


def facts(cause: str, loss: float = 45) -> tuple[Does, Does]:
    """Return that the handler speaks with the customer and finds out: our fault."""
    return (
        Does("speak_with_customer", {"reached": "yes", "understood": "It came late."}),
        Does(
            "find_facts",
            {
                "facts_found": "Lost by the carrier.",
                "our_fault": "yes",
                "cause": TheCause(cause),
                "loss": loss,
            },
        ),
    )


def decision(**more: str) -> Does:
    """Return what is decided, with a reason and an offer."""
    said = {"acknowledge": "You waited.", "decision": "grant", "reason": "Our carrier lost it."}
    return Does("decide_and_tell", said | {"offer": "Sent again, free of charge."} | more)


WEEK: Final[dict[str, Any]] = {
    "mood": 2,
    "csat": 5,
    "next_step": "Call on Monday.",
    "kept": ["Deliver by our own driver"],
}
BAD_WEEK: Final[dict[str, Any]] = {"mood": -2, "next_step": "Call on Monday."}
GOODBYE: Final[dict[str, Any]] = {
    "final_bill_right": True,
    "data_returned": True,
    "thanked": True,
    "door_open": True,
    "something_open": False,
}
CARRIED_OUT: Final = Does(
    "carry_out", {"done_what": "Sent again.", "done_on": "2026-12-20", "proof": "DN-1"}
)

STORY: Final = (
    Step(
        N_("Mira signs a contract and orders for the first time"),
        N_("A first order is the real start: she is identified, gets an owner, and is welcomed."),
        (
            Happens("contract.signed", "Mira", {"contract_id": "K-1", "value": 400_000}),
            Does("accept_customer", {"accepts": True}),
            order("Mira", "A-1", promised="2026-12-03"),
        ),
        stages={"Mira": "new"},
        open_tasks=("welcome_call",),
    ),
    Step(
        N_("Her owner calls, and asks what she expects"),
        N_("Expectations are asked, never assumed (R-01), and both sides confirm them (R-07)."),
        (
            Passes(1),
            Does("welcome_call", {"reached": "yes", "preferred_channel": "email"}),
            Passes(6),
            Does("expectations_talk", TALK),
            Answers("Mira", {"accept": "true"}),
        ),
    ),
    Step(
        N_("The delivery is late, and somebody acts the same day"),
        N_("The watch over the first 90 days adds points; two days late is a task for the owner."),
        (
            Passes(4),
            Happens(
                "order.delivered",
                "Mira",
                {"order_id": "A-1", "delivered_at": "2026-12-05T09:00:00+00:00"},
            ),
            Does(
                "intervene",
                {
                    "what_happened": "Two days late.",
                    "put_right": "The next one comes by our own driver.",
                    "customer_reaction": "neutral",
                },
            ),
        ),
    ),
    Step(
        N_("Mira complains on the public page"),
        N_("Three fields, no account (R-28). It has a number at once and a clock."),
        (
            Complains("Mira", "My order came two days late, it was for a birthday."),
            *facts("Delivered late"),
            decision(),
        ),
        open_tasks=("answer_proposal",),
    ),
    Step(
        N_("She accepts, it is carried out, and only she says that it is solved"),
        N_("Solved is what the customer confirms; two working days later she is asked again."),
        (
            Answers("Mira", {"accepted": "true"}),
            CARRIED_OUT,
            Passes(5),
            Answers("Mira", {"solved": "true", "csat": "4"}),
        ),
    ),
    Step(
        N_("The same trouble comes again"),
        N_(
            "One mistake is forgiven, a repeat rarely (R-21): severity rises, the supervisor calls,"
            " and the cause is analysed."
        ),
        (
            Passes(10),
            Complains("Mira", "My order came late again. This is the second time."),
        ),
        open_tasks=("call_about_repeat",),
    ),
    Step(
        N_("The night sees that she may leave"),
        N_("The points of 90 days are added up (D-16), and D-17 says: intensive care."),
        (
            Happens("survey.answered", "Mira", {"survey_id": "s", "answers": {"nps": 3}}),
            Happens("competitor.mentioned", "Mira", {"name": "Other"}),
            Passes(1),
        ),
        stages={"Mira": "at_risk"},
        open_tasks=("call_and_plan",),
    ),
    Step(
        N_("Intensive care: one person, a plan agreed by link, a talk every week"),
        N_("Nothing is sold meanwhile; the customer accepts the plan or changes it (R-15)."),
        (
            Does("call_about_repeat", {"reached": True, "customer_said": "Twice is too much."}),
            *facts("Delivered late"),
            decision(
                prevention="root_cause_analysis",
                prevention_reason="It came twice.",
            ),
            Answers("Mira", {"accepted": "true"}),
            CARRIED_OUT,
            Does("call_and_plan", PLAN),
            Answers("Mira", {"agree": "true"}),
        ),
    ),
    Step(
        N_("Three good weeks, and the trust is rebuilt"),
        N_(
            "Rebuilt is three good moments in a row, nothing open, and satisfied; then she is"
            " welcomed anew (R-41)."
        ),
        (
            Passes(8),
            Does("weekly_talk", WEEK),
            Passes(8),
            Does("weekly_talk", WEEK),
            Passes(8),
            Does("weekly_talk", WEEK),
            Does("judge_care", {"exit": "rebuilt", "basis": "A call before each delivery."}),
        ),
        stages={"Mira": "new"},
    ),
    Step(
        N_("Otto leaves, and says why"),
        N_("Whoever leaves is asked once, parted from properly, and held while the cause is open."),
        (
            order("Otto", "B-1"),
            Does("accept_customer", {"accepts": True}),
            Passes(1),
            Happens("account.closed", "Otto", {"reason": "always late"}),
            Happens(
                "interaction.received", "Otto", {"channel": "email", "text": "Three times late."}
            ),
            Does(
                "code_reason",
                {
                    "told": True,
                    "reason": "pushed_away_unintended",
                    "cause": "Delivered late",
                    "may_we_ever_contact_again": True,
                },
            ),
            Does("say_goodbye", GOODBYE),
            Starts("winback_selection", "bob"),
        ),
        stages={"Otto": "lapsed"},
        register={"Otto": "hold_until_fixed"},
    ),
    Step(
        N_("Pavel, who never paid, leaves too"),
        N_("Only good customers are won back (R-40): D-23 leaves a bad debtor alone."),
        (
            order("Pavel", "P-1"),
            Does("accept_customer", {"accepts": True}),
            Keeps(
                "invoices",
                "Pavel",
                {
                    "number": "I-P-1",
                    "amount": 90_000,
                    "currency": "USD",
                    "issued_on": "2026-11-24",
                    "written_off_at": "2027-01-10T09:00:00+00:00",
                },
            ),
            Happens("account.closed", "Pavel", {"reason": "moved"}),
            Does("say_goodbye", GOODBYE),
            Starts("winback_selection", "bob"),
        ),
        stages={"Pavel": "lapsed"},
        register={"Pavel": "excluded"},
    ),
    Step(
        N_("Nora asks, and becomes a customer"),
        N_("A lead has a score, an owner and activities until it is won; then she is welcomed."),
        (
            Happens("lead.created", "Nora", {"need": "Fifty chairs", "source": "website"}),
            Does("accept_customer", {"accepts": True}),
            Does(
                "qualify",
                {
                    "reached": "yes",
                    "need": "Fifty chairs by May",
                    "verdict": "prospect",
                    "next_what": "Send a sheet",
                    "next_on": "2027-01-20",
                },
            ),
            order("Nora", "N-1"),
        ),
        stages={"Nora": "new"},
    ),
    Step(
        N_("Dora does not get what she needs, and we part with dignity"),
        N_(
            "Trust is rebuilt on a new basis, or we part with dignity (R-14); only the head of care"
            " decides that, and she is not recalled."
        ),
        (
            order("Dora", "D-1"),
            Does("accept_customer", {"accepts": True}),
            Happens("competitor.mentioned", "Dora", {"name": "Other"}),
            Happens(
                "survey.answered", "Dora", {"survey_id": "s", "answers": {"nps": 0, "csat": 1}}
            ),
            Happens("stakeholder.left", "Dora", {"name": "Ada"}),
            Passes(1),
            Does("call_and_plan", PLAN),
            Answers("Dora", {"agree": "true"}),
            *(act for _ in range(4) for act in (Passes(8), Does("weekly_talk", BAD_WEEK))),
            Does("judge_care", {"exit": "separated", "basis": "It does not get better."}),
            Passes(5),  # the one head of care led it herself: it goes to the next level
            Does(
                "decide_separation",
                {"part": True, "reason_to_part": "We cannot give it.", "law_looked": True},
                by="bob",
            ),
            Does(
                "part_with_dignity",
                {
                    "final_bill_right": True,
                    "data_returned": True,
                    "thanked": True,
                    "door_open": True,
                    "lesson": "Promise less.",
                },
            ),
        ),
        stages={"Dora": "lapsed"},
        register={"Dora": "excluded"},
    ),
    Step(
        N_("The cause of Otto's trouble is fixed, and everybody it drove away is looked at again"),
        N_(
            "Nobody is written to without a reason to expect a second life; when he comes back by"
            " himself, he hears what was fixed."
        ),
        (
            Tells(
                "cause.fixed",
                {
                    "cause_id": 1,
                    "cause_name": "Delivered late",
                    "fixed": "Deliveries have a second driver.",
                },
            ),
            Passes(20),
            order("Otto", "B-2"),
            Does("call_back", {"reached": "yes", "why_back": "You have a second driver now."}),
        ),
        stages={"Otto": "regained"},
        register={"Otto": "regained"},
    ),
    Step(
        N_("Ninety good days, and Otto is cured"),
        N_("Returned customers tend to leave for the same reason; the old trouble is watched."),
        (Passes(92),),
        stages={"Otto": "known", "Dora": "lapsed", "Pavel": "lapsed"},
    ),
)
