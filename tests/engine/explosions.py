"""Processes made to run for ever or to fill the memory, and a program that lets them try.

Run as a program (an address of an empty place for databases, then names of bombs) it prints a line
of JSON for each: name, seconds of the processor, peak of the memory in MB, incidents, and whether
an unrelated task could be done afterwards. Each gets a process of its own and the limits of the
product; nobody is told how long it may take, but a process that takes far too much is killed.
"""

import json
import logging
import os
import resource as system
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from engine import reads, store
from engine.model import Resource
from tests.engine.house import Clock, House

KILLED_S, KILLED_MB = 60, 2_000
ROUNDS = 20_000  # of the worker; no bomb may get so far
Bomb = str | dict[str, str] | Callable[[House], None]


def calm(house: House) -> None:
    """Let our worker do what is due until nothing is, or this is no end."""
    for _ in range(ROUNDS):
        due = house.worker._due_jobs()
        for key in due:
            house.worker.run_jobs(key, f"inline-{key}")
        if not due and not house.engine.timers.fire_due(100):
            return
    raise RuntimeError("it goes on for ever")


def carry(house: House, *messages: str, payload: Any = None) -> None:
    """Be the worker outside that sends what the throw events send, as long as there is any."""
    for _ in range(ROUNDS):
        jobs = [
            j for m in messages for j in house.engine.by("w").jobs.activate(f"send.{m}", 9, 9_000)
        ]
        for job in jobs:
            house.engine.jobs.finish(job["key"], {})
            name = job["type"].removeprefix("send.")
            house.engine.messages.publish(
                name, "1", {"payload": payload} if payload else {}, ttl_ms=9_000
            )
        if not jobs:
            return
    raise RuntimeError("it goes on for ever")


def ping_pong(house: House, payload: Any = None) -> None:
    """Two processes that wait for each other's message and answer it."""
    for name, other in (("a", "b"), ("b", "a")):
        house.deploy(
            f"start -> xor:Again -> catch:Wait(message={name}; key== 1)\n"
            f"Wait -> throw:Send(message={other}; type=send.{other}) -> Again",
            name,
        )
        house.start(name)
    house.engine.messages.publish("a", "1", {})
    carry(house, "a", "b", payload=payload)


def huge_messages(house: House) -> None:
    """The same, and each message is as large as a request may be."""
    ping_pong(house, payload="x" * 900_000)


def buffered(house: House) -> None:
    """Three thousand messages lie in the buffer for one loop."""
    for _ in range(3_000):
        house.engine.messages.publish("a", "1", {}, ttl_ms=9_000)
    house.deploy("start -> xor:Again -> catch:Wait(message=a; key== 1) -> Again")
    house.start()


def signals_to_and_fro(house: House) -> None:
    """Two instances that answer each other's signal."""
    for name, other in (("ping", "pong"), ("pong", "ping")):
        drawn = f"start -> xor:Again -> catch:Wait(signal={name}) -> throw:T(signal={other})"
        house.deploy(f"{drawn} -> Again", name)
        house.start(name)
    house.engine.signals.broadcast("ping", {})
    calm(house)


def signals_that_start(house: House, between: str = "", ways: int = 1) -> None:
    """Processes that a signal starts and that start each other by a signal."""
    for name, other in (("ping", "pong"), ("pong", "ping")):
        for way in range(ways):
            drawn = f"start:Hear(signal={name}) -> {between}end:E(signal={other}; in.amount== 1)"
            house.deploy(drawn, f"{name}{way}")
    house.engine.signals.broadcast("ping", {"amount": 1})
    calm(house)


def never_complete(house: House) -> None:
    """An ad-hoc subprocess whose worker always wants one more."""
    house.deploy("""
        start -> adhoc:Any(type=choose) -> end
        Any {
            task:More
        }
    """)
    house.start()
    for _ in range(ROUNDS):
        jobs = house.engine.by("w").jobs.activate("choose", 9, 9_000)
        for job in jobs:
            more = {"activate_elements": [{"element_id": "More"}]}
            house.engine.jobs.finish(job["key"], {}, result=more)
        if not jobs:
            return
    raise RuntimeError("it goes on for ever")


def decide(house: House) -> None:
    """A table that takes nearly all steps it may, in a loop."""
    table = Resource("d.dmn", DMN.replace("TEXT", "count(for i in 1..6000 return i)").encode())
    house.deploy("start -> xor:Again -> rule:R(decision=d; result=r) -> Again", "p", table)
    house.start()
    calm(house)


DMN = """<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d"
  namespace="n"><decision id="d" name="d"><literalExpression><text>TEXT</text>
  </literalExpression></decision></definitions>"""
WORK = "service:Work(type=shop.check_stock)"
HEAVY = "count(for i in 1..9000 return i * i) > 0"
LARGE = f'string join(for i in 1..900 return string join(for j in 1..9 return "{"a" * 50}"))'
BOMBS: dict[str, Bomb] = {
    "a loop of gateways": "start -> xor:Again -> task:Busy -> Again",
    "a loop of dear conditions": f"start -> xor:Again\nAgain -[{HEAVY}]-> task:T -> Again\n"
    "Again -/-> end",
    "a loop of dear patterns": f'start -> xor:Again\nAgain -[matches("{"a" * 28}!", "^(a|aa)+$")]->'
    " end\nAgain -/-> task:T -> Again",
    "a loop of dear decisions": lambda house: decide(house),
    "tokens that double": "start -> xor:Again -> and:Fork -> Again\nFork -> task:More -> Again",
    "timers of no time": "start -> xor:Again -> catch:Wait(timer=PT0S) -> Again",
    "timers of the past": "start -> xor:Again -> catch:Wait(date=2001-01-01T00:00:00Z) -> Again",
    "timers of no time that double": "start -> xor:Again -> and:Fork\n"
    "Fork -> catch:W(timer=PT0S) -> Again\nFork -> catch:V(timer=PT0S) -> Again",
    "timers of no time at an activity": "start -> xor:Again -> user:Ask -> end\n"
    "boundary:Late(on=Ask; timer=PT0S) -> Again",
    "timers of no time beside a message": "start -> xor:Again -> event:First\n"
    "First -> catch:Wait(timer=PT0S) -> Again\nFirst -> catch:M(message=m; key== 1) -> end",
    "jobs in a ring": f"start -> xor:Again -> {WORK} -> Again",
    "jobs that double": f"start -> xor:Again -> {WORK} -> and:Fork -> Again\n"
    "Fork -> task:T -> Again",
    "listeners in a ring": "start -> xor:Again -> task:T(on_start=shop.check_stock;"
    " on_end=shop.check_stock) -> Again",
    "a process that calls itself": "start -> call:Again(process=p) -> end",
    "two that call each other": {
        "p": "start -> call:Q(process=q) -> end",
        "q": "start -> call:P(process=p) -> end",
    },
    "calls that double": "start -> and:Fork -> call:A(process=p) -> end\n"
    "Fork -> call:B(process=p) -> end:F",
    "a thousand calls of itself": "start -> call:A(process=p; each== for i in 1..1000 return i)"
    " -> end",
    "calls in a ring": {
        "p": "start -> xor:Again -> call:Q(process=q) -> Again",
        "q": "start -> end",
    },
    "a thousand million items": "start -> task:T(each== for i in 1..1000000000 return i) -> end",
    "a thousand million times": "start -> task:T(times== 1000000000) -> end",
    "a thousand times a thousand": """
        start -> sub:All(each== for i in 1..1000 return i) -> end:Done
        All {
            start:S -> user:Each(each== for i in 1..1000 return i) -> end:E
        }
    """,
    "a thousand times a thousand scripts": """
        start -> sub:All(each== for i in 1..1000 return i) -> end:Done
        All {
            start:S -> script:Each(each== for i in 1..1000 return i; expression== 1; result=r)
            Each -> end:E
        }
    """,
    "a huge text": 'start -> script:S(expression== for i in 1..100000 return "aaaaaaaa"; result=x)'
    " -> end",
    "lists in lists": "start -> script:S(expression== for a in 1..9999, b in 1..9999 return [a, b];"
    " result=x) -> end",
    "texts that double": 'start -> script:Z(expression== "xxxxxxxx"; result=s) -> xor:Again\n'
    "Again -> task:T(in.t== s + s; out.s== t) -> Again",
    "lists that double": "start -> script:Z(expression== [1]; result=s) -> xor:Again\n"
    "Again -> task:T(in.t== concatenate(s, s); out.s== t) -> Again",
    "lists that nest": "start -> script:Z(expression== [1]; result=s) -> xor:Again\n"
    "Again -> task:T(in.t== [s, s]; out.s== t) -> Again",
    "many large variables": "start -> script:Z(expression== {n: 0}; result=s) -> xor:Again\n"
    'Again -> task:T(in.t== string join(for i in 1..900 return "aaaaaaaaaaaaaaaaaaaaaaaaaaaa");'
    " in.u== context put(s, string(count(get entries(s))), t); out.s== u) -> Again",
    "a thousand large results": f"start -> script:Z(expression== {LARGE}; result=b)"
    " -> script:T(each== for i in 1..1000 return i; expression== b; result=r; collect=all;"
    " element== r) -> end",
    "messages to and fro": ping_pong,
    "huge messages to and fro": huge_messages,
    "messages in the buffer": buffered,
    "signals to and fro": signals_to_and_fro,
    "signals that start each other": signals_that_start,
    "signals that start three each": lambda house: signals_that_start(house, ways=3),
    "signals that start each other by jobs": lambda house: signals_that_start(house, f"{WORK} -> "),
    "an event subprocess that starts itself": """
        start -> user:Calm -> end
        eventsub:Own {
            start:Heard(signal=again; keep) -> end:Told(signal=again)
        }
        start:Other(signal=never) -> end:Never
    """,
    "an error that comes back": """
        start -> xor:Again -> sub:Try -> end:Done
        Try {
            start:S -> end:Fail(error=E)
        }
        boundary:Caught(on=Try; error=E) -> Again
    """,
    "an escalation that comes back": """
        start -> xor:Again -> sub:Try -> end:Done
        Try {
            start:S -> throw:Up(escalation=E) -> user:Wait -> end:E
        }
        boundary:Caught(on=Try; escalation=E; keep) -> Again
    """,
    "a condition that sets its variable": (
        "start -> script:Zero(expression== 0; result=n) -> user:Calm -> end\n"
        "boundary:Odd(on=Calm; condition== odd(n); keep) -> script:B(expression== n + 1; result=n)"
        " -> end:F\n"
        "boundary:Even(on=Calm; condition== even(n); keep) -> script:C(expression== n + 1;"
        " result=n) -> end:G"
    ),
    "an undoing that undoes itself": """
        start -> task:Book -> throw:Undo(compensate=) -> end
        boundary:Undone(on=Book; handler=Cancel)
        sub:Cancel(handler=1) {
            start:S -> throw:More(compensate=) -> end:E
        }
    """,
    "an ad-hoc subprocess without end": never_complete,
}
HARMLESS = {"an undoing that undoes itself"}  # it ends, as nothing is left to undo
DEAR = {  # whole seconds each: they count a thousand rounds, or the system has much to write
    "a thousand calls of itself",
    "a thousand large results",
    "an ad-hoc subprocess without end",
    "huge messages to and fro",
    "jobs in a ring",
    "jobs that double",
    "lists that nest",
    "listeners in a ring",
    "messages in the buffer",
    "messages to and fro",
    "signals that start each other by jobs",
    "signals that start three each",
    "timers of no time beside a message",
}
AFTER = {  # what is to be done once it runs
    "an event subprocess that starts itself": lambda house: house.engine.signals.broadcast(
        "again", {}
    ),
}


def explode(url: str, name: str) -> dict[str, Any]:
    """Let one bomb try; answers its figures."""
    database = store.connect(url)
    store.create(database)
    house = House(database, Clock(datetime(2026, 3, 2, 9, 0, tzinfo=UTC)))
    house.deploy("start -> user:Calm -> end", "other")
    other, bomb = house.start("other"), BOMBS[name]
    before = time.process_time()
    if callable(bomb):
        bomb(house)
    else:
        drawings = {"p": bomb} if isinstance(bomb, str) else bomb
        for process_id, drawing in drawings.items():
            house.deploy(drawing, process_id)
        house.start(amount=1)
        AFTER.get(name, lambda _: None)(house)
        calm(house)
    seconds = time.process_time() - before
    with store.reading(database) as connection:
        page = reads.incidents(connection)
    house.do(other, "Calm")
    return {
        "seconds": round(seconds, 2),
        "megabytes": system.getrusage(system.RUSAGE_SELF).ru_maxrss // 1024,
        "incidents": len(page.items),
        "message": page.items[0].message if page.items else "",
        "other": house.state(other),
    }


def confined(url: str, name: str) -> dict[str, Any]:
    """Answer the same from a process of its own."""
    reader, writer = os.pipe()
    child = os.fork()
    if not child:
        system.setrlimit(system.RLIMIT_CPU, (KILLED_S, KILLED_S))
        if sys.platform == "linux":
            system.setrlimit(system.RLIMIT_AS, (KILLED_MB << 20, KILLED_MB << 20))
        try:
            said = explode(url, name)
        except BaseException as error:  # noqa: BLE001 - it goes to the parent
            said = {"failed": f"{type(error).__name__}: {error}"[:500]}
        os.write(writer, json.dumps(said).encode())
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader, "rb") as pipe:
        text = pipe.read()
    _, status = os.waitpid(child, 0)
    return dict(json.loads(text)) if text else {"failed": f"killed: {status}"}


if __name__ == "__main__":
    logging.disable(logging.ERROR)
    for number, each in enumerate(sys.argv[2:] or BOMBS):
        place = sys.argv[1].replace("NUMBER", str(number))
        print(json.dumps({"name": each} | confined(place, each)), flush=True)  # noqa: T201
