"""The processes, decisions and forms the tests deploy."""

import json

from tests.support.bpmn import bpmn

ORDER = """
    start -> user:Ask(name=Ask for the amount; groups=sales; form=amount; priority=70)
    Ask -> rule:Decide(decision=discount; result=discount)
    Decide -> service:Ship(type=ship; header.lane=fast) -> end
    boundary:Missing(on=Ship; error=out_of_stock) -> user:Tell(assignee=bob) -> end:Sorry
"""
TALK = """
    start -> catch:Paid(message=paid; key==order_id) -> end
"""
ALARM = """
    start -> catch:Heard(signal=alarm) -> end
"""
QUICK = """
    start -> script:Double(expression==2 * amount; result=double) -> end
"""
BUYS = """
    start -> catch:Bought(message=order.placed; key==who) -> end
"""
STEPS = """
    start -> user:First(groups=sales) -> user:Second(groups=sales) -> end
"""
PLAIN = """
    start -> user:Look -> end
"""
WAITS = """
    start -> catch:Wait(timer=PT1H) -> end
"""
EXTRA = """
    start -> user:First(groups=sales) -> user:Middle(groups=sales) -> user:Second(groups=sales)
    Second -> end
"""
WORK = """
    start -> service:Do(type=work) -> end
    boundary:No(on=Do; error=no) -> end:Sorry
"""
HEARD = """
    start -> user:Ask(groups=sales; priority=70; task_assigning=check) -> end
"""
HOT = """
    start:Warm(condition==degrees > 30) -> user:Cool -> end
"""
CHOOSE = """
    start -> adhoc:Do -> end
    adhoc:Do {
        user:One
        user:Two
    }
"""
BROKEN = """
    start -> xor:Which -> end
"""
FORM = {
    "id": "amount",
    "type": "default",
    "components": [
        {
            "key": "amount",
            "type": "number",
            "label": "Amount",
            "validate": {"required": True, "min": 1},
        }
    ],
}
DISCOUNT = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="pricing" name="Pricing"
             namespace="http://peyvand.example">
  <decision id="discount" name="Discount">
    <decisionTable id="table" hitPolicy="FIRST">
      <input id="in" label="Amount"><inputExpression id="expr" typeRef="number">
        <text>amount</text></inputExpression></input>
      <output id="out" label="Discount" name="discount" typeRef="number"/>
      <rule id="large"><inputEntry id="i1"><text>&gt;= 100</text></inputEntry>
        <outputEntry id="o1"><text>10</text></outputEntry></rule>
      <rule id="small"><inputEntry id="i2"><text></text></inputEntry>
        <outputEntry id="o2"><text>0</text></outputEntry></rule>
    </decisionTable>
  </decision>
</definitions>
"""

FOR_SALES = (
    '<zeebe:properties><zeebe:property name="start.groups" value="sales"/></zeebe:properties>'
)

FILES: dict[str, bytes] = {
    "order.bpmn": bpmn(ORDER, "order", name="Order"),
    "talk.bpmn": bpmn(TALK, "talk"),
    "alarm.bpmn": bpmn(ALARM, "alarm"),
    "quick.bpmn": bpmn(QUICK, "quick"),
    "plain.bpmn": bpmn(PLAIN, "plain", FOR_SALES),
    "buys.bpmn": bpmn(BUYS, "buys"),
    "steps.bpmn": bpmn(STEPS, "steps"),
    "waits.bpmn": bpmn(WAITS, "waits"),
    "longer.bpmn": bpmn(EXTRA, "steps"),
    "work.bpmn": bpmn(WORK, "work"),
    "heard.bpmn": bpmn(HEARD, "heard"),
    "hot.bpmn": bpmn(HOT, "hot"),
    "choose.bpmn": bpmn(CHOOSE, "choose"),
    "broken.bpmn": bpmn(BROKEN, "broken").replace(b'targetRef="end"', b'targetRef="nowhere"'),
    "discount.dmn": DISCOUNT.encode(),
    "amount.form": json.dumps(FORM).encode(),
    "notes.txt": "Just notes — nothing to run.".encode(),
}
