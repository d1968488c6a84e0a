"""What a drawing says about itself and about others: read from its XML, whoever deployed it.

Pure: a drawing comes in as bytes, facts come out. The process map, the traceability page and
docs/traceability.md stand on it, so none of them can say something that does not run.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from lxml import etree

from web.app.xml_response import PARSER

BPMN: Final = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
ZEEBE: Final = "{http://camunda.org/schema/zeebe/1.0}"
PUBLISH: Final = "messages.publish"
BUSINESS: Final = ("marketing", "sales", "service")
CHARACTER: Final = ("collaborative", "operational", "analytical")
RULE: Final = re.compile(r"\bR-(\d\d)\b")


@dataclass(frozen=True, slots=True)
class Task:
    """A task for people: its name, form and candidate groups."""

    id: str
    name: str
    form: str
    groups: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Facts:
    """One process of a drawing."""

    id: str
    name: str
    purpose: str  # the first paragraph of its documentation
    properties: Mapping[str, str]
    starts: frozenset[str] = field(default_factory=frozenset)  # messages that start it
    hears: frozenset[str] = field(default_factory=frozenset)  # messages it waits for
    sends: frozenset[str] = field(default_factory=frozenset)  # messages it hands over with
    calls: frozenset[str] = field(default_factory=frozenset)  # processes it calls
    tables: tuple[str, ...] = ()
    tasks: tuple[Task, ...] = ()
    rules: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # element -> rules
    elements: int = 0

    @property
    def number(self) -> str:
        """Return its number among the activities; "" for a process that is none of them."""
        return self.properties.get("number", "")

    @property
    def places(self) -> tuple[tuple[str, str], ...]:
        """Return its cells of the grid, as (business, character)."""
        words = re.findall(r"\w+", self.properties.get("place", ""))
        business = [word for word in BUSINESS if word in words]
        return tuple((one, each) for one in business for each in CHARACTER if each in words)


@lru_cache(maxsize=400)
def facts_of(xml: bytes) -> tuple[Facts, ...]:
    """Return the executable processes of a drawing."""
    tree = etree.fromstring(xml, etree.XMLParser(**PARSER))
    messages = {each.get("id"): each.get("name", "") for each in tree.iter(f"{BPMN}message")}
    found = (_process(each, messages) for each in tree.iter(f"{BPMN}process"))
    return tuple(one for one in found if one is not None)


def _process(process: etree._Element, messages: Mapping[str, str]) -> Facts | None:
    if process.get("isExecutable") != "true":
        return None
    starts, hears = _heard(process, messages)
    tables = [each.get("decisionId", "") for each in process.iter(f"{ZEEBE}calledDecision")]
    return Facts(
        id=process.get("id", ""),
        name=process.get("name") or process.get("id", ""),
        purpose=_documentation(process).split("\n\n")[0],
        properties=_properties(process),
        starts=frozenset(starts),
        hears=frozenset(hears),
        sends=frozenset(_sent(process)),
        calls=frozenset(
            each.get("processId", "") for each in process.iter(f"{ZEEBE}calledElement")
        ),
        tables=tuple(dict.fromkeys(tables)),
        tasks=tuple(_tasks(process)),
        rules=dict(_rules(process)),
        elements=sum(1 for each in process.iter() if each.get("id") and _is_node(each)),
    )


def _is_node(element: etree._Element) -> bool:
    tag = etree.QName(element).localname
    return tag.endswith(("Task", "Event", "Gateway", "subProcess", "callActivity")) or tag in (
        "subProcess",
        "callActivity",
    )


def _properties(element: etree._Element) -> dict[str, str]:
    path = f"{BPMN}extensionElements/{ZEEBE}properties/{ZEEBE}property"
    return {each.get("name", ""): each.get("value", "") for each in element.findall(path)}


def _documentation(element: etree._Element) -> str:
    found = element.find(f"{BPMN}documentation")
    return (found.text or "").strip() if found is not None else ""


def _heard(process: etree._Element, messages: Mapping[str, str]) -> tuple[list[str], list[str]]:
    starts: list[str] = []
    hears: list[str] = []
    for definition in process.iter(f"{BPMN}messageEventDefinition"):
        name = messages.get(definition.get("messageRef", ""), "")
        event = definition.getparent()
        if name and event is not None:
            is_start = etree.QName(event).localname == "startEvent" and event.getparent() is process
            (starts if is_start else hears).append(name)
    for task in process.iter(f"{BPMN}receiveTask"):
        hears.append(messages.get(task.get("messageRef", ""), ""))
    return starts, [name for name in hears if name]


def _sent(process: etree._Element) -> Iterator[str]:
    for definition in process.iter(f"{ZEEBE}taskDefinition"):
        if definition.get("type") != PUBLISH or (around := definition.getparent()) is None:
            continue
        for given in around.iter(f"{ZEEBE}input"):
            source = given.get("source", "")
            if given.get("target") == "message" and not source.startswith("="):
                yield source
            elif given.get("target") == "message":
                yield from re.findall(r'"([a-z_]+\.[a-z_.]+)"', source)


def _tasks(process: etree._Element) -> Iterator[Task]:
    for task in process.iter(f"{BPMN}userTask"):
        form = task.find(f".//{ZEEBE}formDefinition")
        who = task.find(f".//{ZEEBE}assignmentDefinition")
        groups = who.get("candidateGroups", "") if who is not None else ""
        named = () if groups.startswith("=") else tuple(re.findall(r"\w+", groups))
        outside = _properties(task).get("for")
        yield Task(
            task.get("id", ""),
            task.get("name") or task.get("id", ""),
            form.get("formId", "") if form is not None else "",
            named or ((outside,) if outside else ()),
        )


def _rules(process: etree._Element) -> Iterator[tuple[str, tuple[str, ...]]]:
    for element in process.iter():
        if not isinstance(element.tag, str) or not element.get("id"):
            continue
        said = " ".join((_properties(element).get("rule", ""), _documentation(element)))
        if numbers := RULE.findall(said):
            yield element.get("id", ""), tuple(dict.fromkeys(numbers))
