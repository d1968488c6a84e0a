"""What customers are about to buy: signals, and one intent for each customer and category."""

from tasks.migrations.tables import (
    create,
    day,
    index,
    instant,
    one_of,
    text,
    to,
    unique,
    whole,
    yes,
)

revision = "crm_intents"
down_revision = "crm_sales"
branch_labels = None
depends_on = None


def upgrade() -> None:
    create(
        "crm_intent_signal",
        to("customer_id", "crm_customer"),
        text("category"),
        text("kind"),
        whole("n"),
        instant("at"),
        one_of("kind", "quote", "call_back", "enquiry", "page", "download", "question"),
        index("customer_id", "at"),
        edited=False,
    )
    create(
        "crm_intent",
        to("customer_id", "crm_customer"),
        text("category"),
        text("state"),
        whole("points"),
        text("heat"),
        text("reason"),
        day("window_from", empty=True),
        day("window_to", empty=True),
        whole("n_gaps"),
        text("method"),
        instant("until"),
        yes("need_confirmed", empty=True),
        day("decision_on", empty=True),
        text("budget_band"),
        text("deciders"),
        text("competitor"),
        instant("hot_at", empty=True),
        instant("contacted_at", empty=True),
        instant("closed_at", empty=True),
        text("order_no", empty=True),
        one_of("state", "open", "hit", "miss", "lost"),
        one_of("heat", "hot", "renewal", "warm", "cold"),
        index("customer_id", "category"),
        index("state", "heat"),
    )
    create("crm_window_scan", day("day"), unique("day"), edited=False)
