"""Replays in stories: tables of two columns, the cases of p on a version of it."""

from typing import Any
from xml.sax.saxutils import escape

from sqlalchemy import select

from engine import replay, store
from engine.model import Resource
from engine.replay import Cases, Outcome, Version
from tests.engine.house import House
from tests.support.bpmn import resource

TABLE = """<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="{id}" name="{id}"
 namespace="n"><decision id="{id}" name="{id}"><decisionTable hitPolicy="FIRST">
 <input id="i"><inputExpression typeRef="number"><text>amount</text></inputExpression></input>
 <output id="o" name="out" typeRef="string"/>{rules}</decisionTable></decision></definitions>"""


def table(*rows: tuple[str, str], name: str = "size") -> Resource:
    rules = "".join(
        f'<rule id="r{n}"><inputEntry><text>{escape(test)}</text></inputEntry>'
        f"<outputEntry><text>{answer}</text></outputEntry></rule>"
        for n, (test, answer) in enumerate(rows)
    )
    return Resource(f"{name}.dmn", TABLE.format(id=name, rules=rules).encode())


def run(house: House, version: Version, **chosen: Any) -> list[Outcome]:
    """Replay the cases of p, the oldest first."""
    with store.reading(house.database) as connection:
        found = replay.replay(connection, house.engine, version, Cases("p", **chosen))
        return sorted(found, key=lambda outcome: outcome.key)


def on(house: House, drawing: str, *more: Resource) -> list[Outcome]:
    return run(house, Version.of_files([resource(drawing), *more], "p"))


def own(house: House) -> Version:
    """The version that is current."""
    with store.reading(house.database) as connection:
        key = connection.execute(
            select(store.release.c.current_key).where(
                store.release.c.kind == "process", store.release.c.name == "p"
            )
        ).scalar_one()
        return Version.of_definition(connection, house.engine.catalogue, key)
