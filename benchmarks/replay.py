"""Replay: cases a second on the version they ran on, and memory; every case must be the same.

python -m benchmarks replay [10000 cases are made first, on SQLite]
"""

import os
import time
import tracemalloc
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from engine import reads, store
from engine.engine import Engine
from engine.model import Resource, StartRequest
from engine.replay import Cases, Report, Result, Version, replay

CASES = int(os.environ.get("REPLAY_CASES", "10000"))
A_SECOND = 100  # at least
MEGABYTES = 64  # at most, beyond what the engine takes
_ZEEBE = 'xmlns:zeebe="http://camunda.org/schema/zeebe/1.0"'
DRAWING = f"""<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" {_ZEEBE}
 targetNamespace="bench"><process id="order" isExecutable="true">
 <startEvent id="begin"/><sequenceFlow id="f1" sourceRef="begin" targetRef="size"/>
 <businessRuleTask id="size"><extensionElements>
  <zeebe:calledDecision decisionId="size" resultVariable="size"/></extensionElements>
 </businessRuleTask><sequenceFlow id="f2" sourceRef="size" targetRef="stock"/>
 <serviceTask id="stock"><extensionElements>
  <zeebe:taskDefinition type="stock"/></extensionElements></serviceTask>
 <sequenceFlow id="f3" sourceRef="stock" targetRef="pack"/>
 <userTask id="pack"/><sequenceFlow id="f4" sourceRef="pack" targetRef="sent"/>
 <boundaryEvent id="late" attachedToRef="pack" cancelActivity="false"><timerEventDefinition>
  <timeDuration>PT2H</timeDuration></timerEventDefinition></boundaryEvent>
 <sequenceFlow id="f5" sourceRef="late" targetRef="noted"/><endEvent id="noted"/>
 <endEvent id="sent"/></process></definitions>"""
TABLE = """<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d"
 namespace="n"><decision id="size" name="size"><decisionTable hitPolicy="FIRST">
 <input id="i"><inputExpression typeRef="number"><text>amount</text></inputExpression></input>
 <output id="o" name="out" typeRef="string"/>
 <rule id="r1"><inputEntry><text>&lt; {limit}</text></inputEntry>
  <outputEntry><text>"small"</text></outputEntry></rule>
 <rule id="r2"><inputEntry><text>-</text></inputEntry>
  <outputEntry><text>"large"</text></outputEntry></rule>
 </decisionTable></decision></definitions>"""


def files(limit: int) -> list[Resource]:
    """Return the drawing and its table with one limit."""
    return [
        Resource("order.bpmn", DRAWING.encode()),
        Resource("size.dmn", TABLE.format(limit=limit).encode()),
    ]


class Bench:
    """An engine with many ended cases."""

    def __init__(self) -> None:
        """Deploy; nothing has run."""
        self.now = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
        self.database = store.connect("sqlite://")
        store.create(self.database)
        self.engine = Engine(self.database, clock=lambda: self.now)
        self.engine.definitions.deploy(files(100))

    def live(self, number: int) -> None:
        """Run one case to its end; every third is late."""
        engine = self.engine
        request = StartRequest("order", variables={"amount": number % 200, "order": str(number)})
        key = engine.instances.start(request).instance_key
        [job] = engine.by("worker").jobs.activate("stock", 1, 60_000)
        engine.by("worker").jobs.finish(job["key"], {"in_stock": number % 2 == 0})
        self.now += timedelta(hours=3 if number % 3 == 0 else 1)
        engine.timers.fire_due()
        with store.reading(self.database) as connection:
            [task] = [w for w in reads.waiting(connection, key) if w.element_id == "pack"]
        engine.tasks.complete(task.key, {"packed": True})

    def replay(self, limit: int, most: int | None = None) -> tuple[Report, float]:
        """Replay cases on the files with this limit; return the sums and the seconds."""
        version = Version.of_files(files(limit), "order")
        begun = time.perf_counter()
        with store.reading(self.database) as connection:
            chosen = Cases("order", limit=most)
            report = Report(keep=0).add(replay(connection, self.engine, version, chosen))
        return report, time.perf_counter() - begun


def report() -> Iterator[str]:
    """Measure, and insist on the answers."""
    bench = Bench()
    for number in range(CASES):
        bench.live(number)
    same, seconds = bench.replay(100)
    yield _fast(f"cases a second, of {CASES:,} on the same version", same.total / seconds)
    if same.results != {Result.SAME: CASES}:
        raise AssertionError(f"not all cases are the same: {same.results}")
    other, seconds = bench.replay(120)
    expected = sum(100 <= number % 200 < 120 for number in range(CASES))
    if other.results[Result.ANOTHER_WAY] != expected:
        raise AssertionError(f"{other.results}, not {expected} another way")
    yield f"  {expected:,} of {CASES:,} differ with one changed row, as worked out apart"
    yield _fast("cases a second with one changed row", other.total / seconds)
    tracemalloc.start()
    bench.replay(100, most=1_000)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    yield f"  {'memory of a replay':58} {peak / 1e6:7.1f} MB (at most {MEGABYTES})"


def _fast(name: str, value: float) -> str:
    verdict = "reached" if value >= A_SECOND else "NOT reached"
    return f"  {name:58} {value:7.0f}  (at least {A_SECOND}: {verdict})"


if __name__ == "__main__":
    for line in report():
        print(line)
