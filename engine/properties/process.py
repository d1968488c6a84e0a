"""Properties of a process: what it is about, who starts it, what ends it, what it keeps to."""

from engine.properties.property import Place, Property, Type
from engine.properties.spelling import former

_PROCESS = frozenset({Place.PROCESS})
_ANYWHERE = frozenset({Place.PROCESS, Place.ELEMENT})

ABOUT = (
    Property("owner", _ANYWHERE, Type.NAMES, "The group that owns it.", "marketing_head"),
    Property("number", _PROCESS, Type.TEXT, "Its number in the list of processes.", "1.1"),
    Property("place", _PROCESS, Type.TEXT, "Its place in the grid.", "marketing/operational"),
    Property("source", _ANYWHERE, Type.TEXT, "Where it comes from.", "handbook, page 12"),
    Property("rule", _ANYWHERE, Type.TEXT, "The rule it follows.", "No call after eight."),
    Property("kpi", _PROCESS, Type.TEXT, "What it is measured by.", "incremental margin"),
    Property(
        "standard",
        _ANYWHERE,
        Type.TEXT,
        "What is promised, in words; or, measured: from an element to another, time, share.",
        "accepted -> answered, 2 bd, 95 %",
    ),
    Property(
        "title.variable",
        _PROCESS,
        Type.TEXT,
        "The variable that names an instance in inbox and lists.",
        "name",
    ),
    Property(
        "time.zone",
        _PROCESS,
        Type.ZONE,
        "Where its days begin.",
        "Asia/Tehran",
        "that of the installation",
        former("time.zone"),
    ),
    Property(
        "retention.days",
        _PROCESS,
        Type.NUMBER,
        "How long ended instances are kept.",
        "400",
        "that of the installation",
        former("retention.days"),
    ),
)

PROCESSING = (
    Property(
        "data.purpose",
        _PROCESS,
        Type.WORDS,
        "What it uses personal data for; stands in the register of processing.",
        "complaints",
        words=(
            "serving",
            "complaints",
            "selling",
            "marketing",
            "listening",
            "improving",
            "accounting",
            "protecting",
        ),
    ),
    Property(
        "data.basis",
        _PROCESS,
        Type.WORDS,
        "On which legal basis.",
        "contract, asked",
        words=("consent", "contract", "legal_duty", "legitimate_interest", "asked"),
    ),
    Property(
        "data.kinds",
        _PROCESS,
        Type.WORDS,
        "Which kinds of personal data it uses.",
        "identity, contact, complaints",
        words=(
            "identity",
            "contact",
            "orders",
            "contracts",
            "messages",
            "complaints",
            "answers",
            "profile",
            "behaviour",
            "scores",
            "employees",
        ),
    ),
    Property(
        "data.recipients",
        _PROCESS,
        Type.WORDS,
        "Who outside gets some of it: who carries messages, partners, authorities, or nobody.",
        "senders, partners",
        words=("nobody", "senders", "partners", "authorities"),
    ),
)

STARTING = (
    Property(
        "start.groups",
        _PROCESS,
        Type.NAMES,
        "Who may start it by hand.",
        "campaign_manager, marketing_head",
        "everybody who may start processes",
    ),
    Property("called", _PROCESS, Type.FLAG, "Only other processes start it.", "true", "false"),
    Property(
        "one_open_per",
        _PROCESS,
        Type.FEEL,
        "At most one instance of the same value is open, by whatever door it starts.",
        "= customer_id",
    ),
    Property(
        "admit",
        _PROCESS,
        Type.ADMISSION,
        "How many may start a day; the others wait in an order, so long at most.",
        "policy welcome.per_day by value within P14D",
        "as many as come",
    ),
    Property(
        "strict",
        _PROCESS,
        Type.FLAG,
        "Takes only what its forms declare: another variable or a wrong value is refused.",
        "true",
        "false",
    ),
    Property(
        "protected",
        _PROCESS,
        Type.FLAG,
        "Nobody starts it in the middle, modifies it or sets its variables.",
        "true",
        "false",
    ),
)

ENDING = (
    Property(
        "customer",
        frozenset({Place.PROCESS, Place.ACTIVITY}),
        Type.FEEL,
        "Whom an instance, or one of its tasks, is about.",
        "= order.customer",
        "= customer_id",
    ),
    Property(
        "stop.answer",
        _PROCESS,
        Type.FEEL,
        "What a stopped instance answers its caller, who gets the error `stopped` else.",
        '= {decision: "block", reason: stop_because}',
    ),
    Property(
        "stop.on",
        _PROCESS,
        Type.WORDS,
        "What ends its instances about a customer, with the reason in their history.",
        "erased, do_not_contact",
        "nothing",
        words=("erased", "do_not_contact", "merged", "lapsed"),
    ),
)
