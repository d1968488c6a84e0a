"""From an XML tree of any DMN version to `Definitions`; collects every problem of the file."""

import hashlib
from collections.abc import Callable

from engine.dmn import document
from engine.dmn.boxed import BoxedReader
from engine.dmn.document import Element, child, children, local, text
from engine.dmn.elements import (
    DecisionElement,
    Definitions,
    DmnImport,
    Drg,
    InputData,
    ItemDefinition,
    Knowledge,
    Ref,
    Service,
)
from engine.dmn.names import TypeNames, normal
from engine.errors import Invalid
from engine.limits import DEFAULT, Limits
from engine.model import Problem

VERSIONS = {
    "http://www.omg.org/spec/DMN/20151101/dmn.xsd": "1.1",
    "http://www.omg.org/spec/DMN/20151101/dmn11.xsd": "1.1",
    "http://www.omg.org/spec/DMN/20180521/MODEL/": "1.2",
    "https://www.omg.org/spec/DMN/20191111/MODEL/": "1.3",
    "https://www.omg.org/spec/DMN/20211108/MODEL/": "1.4",
    "https://www.omg.org/spec/DMN/20230324/MODEL/": "1.5",
    "https://www.omg.org/spec/DMN/20240513/MODEL/": "1.6",
}
ZEEBE = "http://camunda.org/schema/zeebe/1.0"


def read(content: bytes, limits: Limits = DEFAULT) -> Definitions:
    """Return what the file says; raise `Invalid` with all its problems."""
    root = document.read(content, limits)
    version = VERSIONS.get(document.namespace(root))
    if version is None or local(root) != "definitions":
        raise document.invalid(
            "dmn-namespace", f"This is not a DMN file: its root is <{local(root)}>."
        )
    reader = _Reader(root, limits)
    try:
        definitions = reader.definitions(version, content)
    except RecursionError:
        raise document.invalid("dmn-depth", "The expressions are nested too deeply.") from None
    if reader.problems:
        raise Invalid("The DMN file is not valid.", reader.problems)
    return definitions


class _Reader:
    """Reads the elements of one file."""

    def __init__(self, root: Element, limits: Limits) -> None:
        self.root = root
        self.limits = limits
        self.problems: list[Problem] = []
        self.imports = tuple(_import(element) for element in children(root, "import"))
        self.types = TypeNames(root.get("namespace", ""), self.imports)
        self.boxed = BoxedReader(self.types, self.problems)

    def definitions(self, version: str, content: bytes) -> Definitions:
        """Return the whole file."""
        root = self.root
        kinds: dict[str, Callable[[Element], Drg]] = {
            "inputData": self._input_data,
            "decision": self._decision,
            "businessKnowledgeModel": self._knowledge,
            "decisionService": self._service,
        }
        elements: dict[str, Drg] = {}
        for element in children(root, *kinds):
            item = kinds[local(element)](element)
            if item.id in elements:
                self._problem(element, "dmn-id", f"The id {item.id!r} is used twice.")
            elements[item.id] = item
        name = root.get("name") or root.get("id") or "definitions"
        return Definitions(
            id=root.get("id") or f"definitions_{hashlib.sha256(content).hexdigest()[:12]}",
            name=normal(name),
            namespace=root.get("namespace", ""),
            version=version,
            version_tag=_version_tag(root),
            language=root.get("expressionLanguage", ""),
            items=tuple(self._item(element) for element in children(root, "itemDefinition")),
            imports=self.imports,
            elements=elements,
        )

    def _input_data(self, element: Element) -> InputData:
        identity, name = self._identity(element)
        variable, type_ref = self._variable(element, name)
        return InputData(identity, name, variable, type_ref)

    def _decision(self, element: Element) -> DecisionElement:
        identity, name = self._identity(element)
        variable, type_ref = self._variable(element, name)
        required = children(element, "informationRequirement")
        return DecisionElement(
            id=identity,
            name=name,
            variable=variable,
            type_ref=type_ref,
            logic=self.boxed.only(element, f"decision {name!r}"),
            decisions=self._refs(required, "requiredDecision"),
            inputs=self._refs(required, "requiredInput"),
            knowledge=self._refs(children(element, "knowledgeRequirement"), "requiredKnowledge"),
            version_tag=_version_tag(element),
            question=text(child(element, "question")),
            answers=text(child(element, "allowedAnswers")),
            description=text(child(element, "description")),
        )

    def _knowledge(self, element: Element) -> Knowledge:
        identity, name = self._identity(element)
        variable, type_ref = self._variable(element, name)
        logic = child(element, "encapsulatedLogic")
        return Knowledge(
            id=identity,
            name=name,
            variable=variable,
            type_ref=type_ref,
            logic=None if logic is None else self.boxed.function(logic),
            knowledge=self._refs(children(element, "knowledgeRequirement"), "requiredKnowledge"),
        )

    def _service(self, element: Element) -> Service:
        identity, name = self._identity(element)
        variable, type_ref = self._variable(element, name)
        return Service(
            id=identity,
            name=name,
            variable=variable,
            type_ref=type_ref,
            outputs=self._refs([element], "outputDecision"),
            encapsulated=self._refs([element], "encapsulatedDecision"),
            decisions=self._refs([element], "inputDecision"),
            inputs=self._refs([element], "inputData"),
        )

    def _item(self, element: Element) -> ItemDefinition:
        function = child(element, "functionItem")
        return ItemDefinition(
            name=normal(element.get("name") or element.get("label") or ""),
            type_ref=self.types.of(child(element, "typeRef"), text(child(element, "typeRef"))),
            components=tuple(self._item(part) for part in children(element, "itemComponent")),
            collection=element.get("isCollection") == "true",
            allowed=text(child(element, "allowedValues")),
            constraint=text(child(element, "typeConstraint")),
            parameters=None if function is None else self.boxed.parameters(function, "parameters"),
            result="" if function is None else self.types.attribute(function, "outputTypeRef"),
        )

    def _identity(self, element: Element) -> tuple[str, str]:
        identity, name = element.get("id"), element.get("name")
        if not identity and not name:
            self._problem(element, "dmn-id", f"A <{local(element)}> has neither id nor name.")
        long = self.limits.name_characters
        if len(identity or "") > long or len(name or "") > long:
            self._problem(element, "dmn-name", f"A name is longer than {long} characters.")
        return identity or normal(name or ""), normal(name or identity or "")

    def _variable(self, element: Element, name: str) -> tuple[str, str]:
        variable = child(element, "variable")
        if variable is None:
            return name, ""
        return normal(variable.get("name") or name), self.types.attribute(variable)

    def _refs(self, parents: list[Element], name: str) -> tuple[Ref, ...]:
        found = []
        for parent in parents:
            for element in children(parent, name):
                space, _, identity = element.get("href", "").rpartition("#")
                if not identity:
                    self._problem(element, "dmn-reference", f"A <{name}> has no href.")
                found.append(Ref(identity, "" if space == self.types.namespace else space))
        return tuple(found)

    def _problem(self, element: Element, rule: str, message: str) -> None:
        where = element.get("id") or element.get("name") or f"line {element.sourceline}"
        self.problems.append(
            Problem(message, element=where, rule=rule, hint="Correct it in the modeler.")
        )


def _import(element: Element) -> DmnImport:
    return DmnImport(
        name=normal(element.get("name", "")),
        namespace=element.get("namespace", ""),
        location=element.get("locationURI", ""),
        kind=element.get("importType", ""),
    )


def _version_tag(element: Element) -> str:
    extensions = child(element, "extensionElements")
    if extensions is None:
        return ""
    for tag in extensions:
        if document.namespace(tag) == ZEEBE and local(tag) == "versionTag":
            return str(tag.get("value") or tag.get("tag") or "")
    return ""
