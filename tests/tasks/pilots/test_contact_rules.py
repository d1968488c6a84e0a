"""A pilot of the contact gate itself whose candidate permits everything breaks no contact rule."""

from collections import Counter
from datetime import timedelta

from sqlalchemy import select

from engine import store
from engine.model import Resource
from tasks.customers.records import Customer
from tests.support.crm import customer
from tests.support.gate_house import SHARED, House

CAP = 2  # marketing contacts in 7 days: seeds/policy.toml
ALWAYS = """<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="{id}" name="{id}"
 namespace="n"><decision id="{id}" name="{id}"><decisionTable hitPolicy="FIRST">
 <input id="{id}_i"><inputExpression typeRef="string"><text>purpose</text></inputExpression></input>
 {outputs}<rule id="{id}_r"><inputEntry><text>-</text></inputEntry>{entries}</rule>
 </decisionTable></decision></definitions>"""
SEND = {
    "decision": 'if channel = null then "next channel" else "send"',
    "rule": '"always"',
    "reason": '"Always."',
    "not_before": "null",
}
EMAIL = {"channel": '"email"'} | SEND | {"decision": '"go on"'}


def always(name: str, answers: dict[str, str]) -> Resource:
    """A table that answers the same whatever it is asked."""
    outputs = "".join(f'<output id="{name}_{o}" name="{o}" typeRef="string"/>' for o in answers)
    entries = "".join(f"<outputEntry><text>{a}</text></outputEntry>" for a in answers.values())
    text = ALWAYS.format(id=name, outputs=outputs, entries=entries)
    return Resource(f"{name}.dmn", text.encode())


def pilot(house: House) -> None:
    """Let half of the customers pass a gate whose tables say yes to everything."""
    drawing = (
        (SHARED / "contact_gate.bpmn").read_bytes().replace(b"isExecutable", b"\nisExecutable")
    )
    tables = [always("d01_contact_gate", SEND), always("d02_channel", EMAIL)]
    files = [Resource("contact_gate.bpmn", drawing), *tables]
    made = house.engine.by("bob").definitions.propose_candidate(files)
    house.engine.by("alice").definitions.approve_candidate(made.key)


def people(house: House) -> tuple[list[Customer], list[Customer]]:
    """Those who may be written to, and those who may not: they refused, or want no contact."""
    with house.session() as session:
        may = [customer(session, name=f"Yes {n}") for n in range(4)]
        refused = [customer(session, name=f"No {n}", allows=[]) for n in range(4)]
        silent = [customer(session, name=f"Silent {n}", do_not_contact=True) for n in range(4)]
        session.commit()
        return may, [*refused, *silent]


def test_no_version_of_the_gate_writes_to_who_refused_or_more_than_the_caps() -> None:
    house = House()
    pilot(house)
    may, may_not = people(house)
    for asked in ((*may, *may_not), may, may):
        for person in asked:
            house.ask(person)
        house.later(timedelta(hours=2))

    allowed, refused = {each.id for each in may}, {each.id for each in may_not}
    sides = drawn(house)
    assert {sides[each] for each in allowed} == {"candidate", "current"}
    assert {sides[each] for each in refused} == {"candidate", "current"}
    sent = Counter(each.customer_id for each in house.ledger() if each.decision == "send")
    assert sent == dict.fromkeys(allowed, CAP), "as many as the cap allows, on both sides"
    assert len(house.messages()) == CAP * len(allowed)
    # the candidate did try: what it was not allowed to send stands still before an operator
    stopped = " ".join(house.incidents())
    assert "does not permit this channel" in stopped
    assert "wants no contact" in stopped


def drawn(house: House) -> dict[int, str]:
    """On which side the customers are."""
    instance = store.instance.c
    with store.reading(house.database) as connection:
        rows = connection.execute(select(instance.customer, instance.trial_side)).all()
    return {int(row.customer): row.trial_side for row in rows}
