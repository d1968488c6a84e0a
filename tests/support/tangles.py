"""Tangles: drawings in which any element may lead to any other, and whatever may happen in them."""

from random import Random

from engine import runtime
from engine.errors import Conflict, Invalid, NotFound
from tests.support.story import Story

ELEMENTS = {
    "task": "task:{0}",
    "user": "user:{0}",
    "service": "service:{0}",
    "xor": "xor:{0}",
    "or": "or:{0}",
    "and": "and:{0}",
    "script": "script:{0}(expression== n + 1; result=n)",
    "catch": "catch:{0}(timer=PT1H)",
    "condition": "catch:{0}(condition== n > 2)",
    "throw": "throw:{0}(escalation=e)",
    "signal": "throw:{0}(signal=s)",
    "undo": "throw:{0}(compensate=)",
    "event": "event:{0}",
    "call": "call:{0}(process=child)",
    "while": "user:{0}(while== n < 3; max=3)",
    "each": "service:{0}(each== [1, 2, 3]; collect=out; element== n; until== n > 5)",
    "heard": "user:{0}(on_start=a; on_end=b; on_cancel=c)",
    "sub": "sub:{0}(each== [1, 2])",
    "adhoc": 'adhoc:{0}(active== ["A{0}"])',
    "beside": "sub:{0}",
    "transaction": "transaction:{0}",
    "terminate": "end:{0}(terminate)",
    "error": "end:{0}(error=bad)",
}
CONTENTS = {
    "sub": "user:U{0}",
    "adhoc": "user:A{0}\nservice:B{0}",
    "beside": """
        start:S{0} -> user:U{0} -> end:E{0}
        eventsub:V{0} {{
            start:X{0}(message=m; key== 1; keep) -> user:Y{0} -> end:Z{0}
        }}
        eventsub:W{0} {{
            start:Q{0}(error=) -> user:R{0} -> end:P{0}
        }}
        """,
    "transaction": """
        start:S{0} -> service:U{0} -> xor:G{0}
        G{0} -[n > 1]-> end:C{0}(cancel)
        G{0} -/-> end:E{0}
        boundary:H{0}(on=U{0}; handler=K{0})
        user:K{0}(handler=1)
        """,
}
BORDERS = [
    "timer=PT1H",
    "timer=PT1H; keep",
    "message=b{0}; key== 1",
    "message=b{0}; key== 1; keep",
    "signal=s",
    "condition== n > 3",
    "condition== n > 3; keep",
    "error=",
    "escalation=e",
    "escalation=e; keep",
]
_PASSIVE = {  # no activities: nothing sits on their border
    *("xor", "or", "and", "event", "terminate", "error"),
    *("catch", "condition", "throw", "signal", "undo"),
}
_ENDS = {"terminate", "error"}


def tangle(random: Random) -> str:
    """Draw elements of all kinds, events on their borders, and flows from any to any."""
    kinds = {
        f"N{number}": random.choice(sorted(ELEMENTS)) for number in range(random.randint(2, 8))
    }
    lines: list[str] = []
    sources: list[str] = []
    for name, kind in kinds.items():
        lines.append(ELEMENTS[kind].format(name))
        if kind in CONTENTS:
            lines += [f"{name} {{", CONTENTS[kind].format(name), "}"]
        sources += [] if kind in _ENDS | {"event"} else [name]
        sources += _around(name, kind, lines, random)
    lines.append("start -> N0")
    if random.random() < 0.3:
        keep = random.choice(["", "; keep"])
        lines += ["eventsub:EV {", f"start:EVs(condition== n > 4{keep}) -> user:EVu", "}"]
    for _ in range(random.randint(2, 16) if sources else 0):
        source, target = random.choice(sources), random.choice(sorted(kinds))
        chosen = kinds.get(source) in {"xor", "or"}
        arrow = f"-[{random.choice(['true', 'false', 'n > 1'])}]->" if chosen else "->"
        if not any(line.startswith(f"{source} -") and line.endswith(target) for line in lines):
            lines.append(f"{source} {arrow} {target}")
    return "\n".join(lines)


def _around(name: str, kind: str, lines: list[str], random: Random) -> list[str]:
    """Draw what belongs to an element; gives where more flows may begin."""
    if kind == "event":
        lines += [f"{name} -> catch:{name}c{n}(message=g{n}; key== 1)" for n in (1, 2)]
        return [f"{name}c1", f"{name}c2"]
    if kind in _PASSIVE:
        return []
    found = []
    if random.random() < 0.5:
        lines.append(f"boundary:X{name}(on={name}; {random.choice(BORDERS).format(name)})")
        found.append(f"X{name}")
    if kind == "transaction":
        lines.append(f"boundary:XC{name}(on={name}; cancel)")
        found.append(f"XC{name}")
    if random.random() < 0.2:
        lines += [f"boundary:XU{name}(on={name}; handler=XH{name})"]
        lines += [f"service:XH{name}(handler=1)", f"boundary:XE{name}(on=XH{name}; error=)"]
        found.append(f"XE{name}")
    return found


def live(story: Story, random: Random, moves: int = 40) -> None:
    """Let whatever may happen happen; `Stuck` or any other exception fails the test."""
    for _ in range(moves):
        if not story.open:
            break
        chance = random.random()
        if chance < 0.08:
            operate(story, random)
        elif chance < 0.16:
            story.set(n=random.randint(0, 6))
        else:
            _resume(story, random)
    assert story.ended or story.open or _stays_open(story)


def _stays_open(story: Story) -> bool:
    """An ad-hoc subprocess may wait for somebody to activate something in it."""
    live = {raw["e"] for raw in story.state["tokens"].values()}
    return any(story.definition.spec.node(name).type == "AD_HOC_SUB_PROCESS" for name in live)


def operate(story: Story, random: Random) -> None:
    """An operator moves tokens about, or cancels; what cannot be is refused."""
    ids = sorted(spec.name for spec in story.definition.spec.nodes())
    one, two = random.choice(ids), random.choice(ids)
    what = random.choice(
        [
            {"activate": [{"elementId": one}]},
            {"terminate": [{"elementId": one}]},
            {"move": [{"sourceElementId": one, "targetElementId": two}]},
            {},
        ]
    )
    verb = runtime.modify if what else runtime.cancel
    try:
        step = verb(story.definition, story.state, context=story.context, **what)
    except (Invalid, NotFound, Conflict):
        return
    story.take(step)


def _resume(story: Story, random: Random) -> None:
    wait = random.choice(list(story.open.values()))
    chance = random.random()
    if wait.kind in {"job", "child"} and chance < 0.25:
        story.throw(wait.element_id, random.choice(["bad", "x"]))
    elif wait.kind == "job" and chance < 0.35:
        story.fail(wait.element_id)
    elif wait.kind == "condition":
        story.set(n=random.randint(0, 6))
    elif wait.kind == "incident":
        story.set(n=random.randint(0, 3), x=random.randint(0, 3), items=[1, 2])
        if wait.key in story.open:  # a condition may have ended it
            story.done(wait)
    else:
        try:
            story.done(wait, n=random.randint(0, 4), x=random.randint(0, 3))
        except Conflict:  # its listeners are being heard
            return
