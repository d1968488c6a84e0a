"""Properties of elements: deadlines of user tasks, who may do them, what their end records."""

from engine.properties.property import Place, Property, Type

_TASK = frozenset({Place.USER_TASK})
_ELEMENT = frozenset({Place.ELEMENT})
_ANYWHERE = frozenset({Place.PROCESS, Place.ELEMENT})

DEADLINES = (
    Property(
        "due",
        _TASK,
        Type.TIME,
        "When the task is due: business time, an ISO duration, a date and time, or FEEL.",
        "4 bh",
    ),
    Property(
        "remind",
        _TASK,
        Type.REMINDERS,
        "When whoever has the task is reminded: shares of its time, or times before it is due.",
        "50 %, 75 %",
        "50 %; none: never",
    ),
    Property(
        "escalate.to",
        _TASK,
        Type.ESCALATION,
        "Who may take the task too when it is overdue, each after a delay.",
        "care_supervisor, care_head +1 bd",
        "the owner of the process; none: nobody",
    ),
    Property(
        "calendar",
        _TASK,
        Type.TEXT,
        "Whose working hours count: a business calendar or a group.",
        "care",
        "that of the first candidate group that has one",
    ),
)

PEOPLE = (
    Property(
        "not.by",
        _TASK,
        Type.NAMES,
        "Four eyes: whoever did one of these tasks, or is named by FEEL, may not do this one.",
        "write_brief",
    ),
    Property(
        "for",
        _TASK,
        Type.WORDS,
        "The task is for somebody outside, who answers by a link.",
        "customer",
        words=("customer", "partner"),
    ),
    Property(
        "for.whom",
        _TASK,
        Type.FEEL,
        "Who of the customers or partners is asked.",
        "= supplier_id",
        "the customer of the process",
    ),
    Property(
        "for.message",
        _TASK,
        Type.TEXT,
        "The message template that asks for the answer and holds {{link.answer}}.",
        "expectations-to-confirm",
        "a general one",
    ),
    Property(
        "for.shows",
        _TASK,
        Type.NAMES,
        "The variables that a partner gets to see on the page of the link.",
        "number, facts_found",
        "nothing",
    ),
    Property(
        "button",
        _ANYWHERE,
        Type.TEXT,
        "What its button says: of a task, of a process that is started, of a message that is sent.",
        "Offer 20 % and tell the customer",
    ),
    Property(
        "button.asks",
        _ELEMENT,
        Type.TEXT,
        "The variable that the button of a message asks for.",
        "reason",
    ),
    Property(
        "button.prompt",
        _ELEMENT,
        Type.TEXT,
        "What the button of a message asks.",
        "Why is the campaign paused?",
    ),
    Property(
        "assign",
        _TASK,
        Type.WORDS,
        "How the task finds its person among the candidates who are there.",
        "least loaded",
        "whoever claims it",
        words=("least loaded", "round robin"),
    ),
    Property(
        "skills",
        _TASK,
        Type.NAMES,
        "Skills or languages that its person must have.",
        "= [language]",
    ),
)

RECORDS = (
    Property(
        "touchpoint",
        _ELEMENT,
        Type.TEXT,
        "The encounter with the customer that is recorded when the element completes.",
        "complaint answered",
    ),
)
