"""Diagrams as text: what stood there, what stands there now, and what is different in words."""

BEFORE = """
start -> user:Ask(groups=care) -> xor:Big
Big -[amount > 100]-> user:Check(groups=finance) -> end:Checked
Big -/-> end:Small
boundary:Late(on=Ask; timer=PT1H; keep) -> service:Remind -> end:Reminded
"""

# title: (what is replaced in BEFORE, by what, the changes). "~" says: without effect.
REPLACED: dict[str, tuple[str, str, list[str]]] = {
    "a condition": (
        "amount > 100",
        "amount > 500",
        ["flow.condition Big|Check|= amount > 100|= amount > 500"],
    ),
    "white space in a condition": ("amount > 100", "amount   >  100", []),
    "a timer": ("PT1H", "PT2H", ["timer Late|duration|PT1H|PT2H"]),
    "a timer of another kind": (
        "timer=PT1H",
        "date== due",
        ["timer Late|date||= due", "timer Late|duration|PT1H|"],
    ),
    "an event that interrupts now": ("; keep)", ")", ["interrupting Late||false|"]),
    "an event of another kind": (
        "timer=PT1H",
        "signal=too_late",
        ["event Late||timer|signal", "signal Late|||too_late", "timer Late|duration|PT1H|"],
    ),
    "a group": ("groups=care", "groups=sales", ["groups Ask||care|sales"]),
    "an assignee instead of a group": (
        "(groups=care)",
        "(assignee=alice)",
        ["assignee Ask|||alice", "groups Ask||care|"],
    ),
    "a due date": ("groups=care", "groups=care; due== now()", ["due Ask|||= now()"]),
    "a form": ("groups=care", "groups=care; form=ask", ["form Ask|||ask"]),
    "an input mapping": (
        "service:Remind",
        "service:Remind(in.whom== customer)",
        ["input Remind|whom||= customer"],
    ),
    "a job type": (
        "service:Remind",
        "service:Remind(type=mail.remind)",
        ["job Remind||Remind|mail.remind"],
    ),
    "retries": (
        "service:Remind",
        "service:Remind(retries=5)",
        ["job.retries Remind|||5"],
    ),
    "retries as they are anyway": ("service:Remind", "service:Remind(retries=3)", []),
    "a header": (
        "service:Remind",
        "service:Remind(header.tone=kind)",
        ["header Remind|tone||kind"],
    ),
    "a listener": (
        "service:Remind",
        "service:Remind(on_start=log)",
        ["listener Remind|start||log"],
    ),
    "another element where the event hangs": (
        "on=Ask",
        "on=Check",
        ["attached Late||Ask|Check"],
    ),
    "a task of another type": (
        "user:Check(groups=finance)",
        "manual:Check",
        ["groups Check||finance|", "type Check||userTask|manualTask", "user_task Check||true|"],
    ),
    "a step between two": (
        "-> user:Ask(groups=care) ->",
        "-> user:Ask(groups=care) -> user:Thank(groups=care) ->",
        ["element.added Thank||Ask|Big"],
    ),
    "a step behind a condition": (
        "Big -[amount > 100]-> user:Check",
        "Big -[amount > 100]-> user:Look(groups=care) -> user:Check",
        ["element.added Look||Big|Check"],
    ),
    "a step that is gone": (
        "-> user:Check(groups=finance) -> end:Checked",
        "-> end:Checked",
        ["element.removed Check||Big|Checked"],
    ),
    "an event that is added": (
        "boundary:Late",
        "boundary:Gone(on=Check; error=away) -> end:Lost\nboundary:Late",
        ["element.added Gone||Check|Lost", "element.added Lost||Gone|"],
    ),
    "another way, and the default has got a condition": (
        "Big -/-> end:Small",
        "Big -/-> Ask\nBig -[amount < 0]-> end:Small",
        ["flow.added Big|default||Ask", "flow.condition Big|Small|default|= amount < 0"],
    ),
    "a way that ends elsewhere": (
        "Big -/-> end:Small",
        "Big -/-> Ask",
        ["element.removed Small||Big|", "flow.added Big|default||Ask"],
    ),
    "arrows that are swapped": (
        "Big -[amount > 100]-> user:Check(groups=finance) -> end:Checked\nBig -/-> end:Small",
        "Big -[amount > 100]-> end:Small\nBig -/-> user:Check(groups=finance) -> end:Checked",
        [
            "flow.swapped Big||= amount > 100 → Check, default → Small"
            "|default → Check, = amount > 100 → Small",
        ],
    ),
    "a loop": (
        "service:Remind",
        "service:Remind(each== people; item=person)",
        [
            "loop Remind|||parallel",
            "loop.collection Remind|||= people",
            "loop.element Remind|||person",
        ],
    ),
    "one after the other": (
        "service:Remind",
        "service:Remind(each== people; item=person; sequential)",
        [
            "loop Remind|||sequential",
            "loop.collection Remind|||= people",
            "loop.element Remind|||person",
        ],
    ),
    "a call": (
        "service:Remind",
        "call:Remind(process=remind)",
        [
            "calls Remind|||remind",
            "job Remind||Remind|",
            "type Remind||serviceTask|callActivity",
        ],
    ),
    "a decision that is asked": (
        "service:Remind",
        "rule:Remind(decision=how; result=way)",
        [
            "decides Remind|||how",
            "decides.result Remind|||way",
            "job Remind||Remind|",
            "type Remind||serviceTask|businessRuleTask",
        ],
    ),
    "a script": (
        "service:Remind",
        "script:Remind(expression== 1 + 1; result=two)",
        [
            "job Remind||Remind|",
            "script Remind|||= 1 + 1",
            "script.result Remind|||two",
            "type Remind||serviceTask|scriptTask",
        ],
    ),
}
