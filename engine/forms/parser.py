"""form-js JSON → Form. Everything wrong is collected and told at once, with the component's key."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from engine import feel
from engine.errors import Invalid
from engine.forms import catalogue
from engine.forms.fields import EXPRESSION_SETTINGS, Field, Option, option_of
from engine.forms.form import Form
from engine.model import Problem

COLUMNS = 16
SETTINGS = (
    *EXPRESSION_SETTINGS,
    "action",
    "allowAddRemove",
    "columns",
    "computeOn",
    "dateLabel",
    "decimalDigits",
    "defaultRepetitions",
    "disallowPassedDates",
    "height",
    "increment",
    "isRepeating",
    "patternErrorMessage",
    "properties",
    "rowCount",
    "searchable",
    "serializeToString",
    "showOutline",
    "subtype",
    "timeInterval",
    "timeLabel",
    "timeSerializingFormat",
    "title",
    "use24h",
    "verticalAlignment",
)


def parse(schema: Any) -> Form:
    """Return the form a form-js schema describes, or raise Invalid with all its problems."""
    if not isinstance(schema, Mapping) or not isinstance(schema.get("components", []), list):
        raise Invalid("This is not a form: a form-js schema has a list of components.")
    parser = _Parser()
    components = parser.level(schema.get("components", []), (), 0)
    parser.refuse_doubles(components, "")
    if parser.problems:
        raise Invalid(
            f"The form has {len(parser.problems)} problem(s): {parser.problems[0].message}",
            parser.problems,
        )
    return Form(id=str(schema.get("id") or ""), components=components)


class _Parser:
    """Walks the components once and notes problems on the way."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self.count = 0

    def level(self, raws: Any, base: tuple[str, ...], depth: int) -> tuple[Field, ...]:
        if not isinstance(raws, list) or depth > catalogue.MAX_NESTING:
            self._problem("", "form-structure", "Components are not a list or nest too deep.")
            return ()
        found = (self._component(raw, base, depth) for raw in raws)
        columns = _columns(raws)
        return tuple(
            replace(component, columns=component.columns or columns.get(component.id))
            for component in found
            if component is not None
        )

    def refuse_doubles(self, components: tuple[Field, ...], prefix: str) -> None:
        seen: set[tuple[str, ...]] = set()
        for component in _same_level(components):
            if component.is_list:
                self.refuse_doubles(component.children, component.key + ".")
            if component.path and component.path in seen:
                text = f"Two components write {prefix}{component.key}."
                self._problem(component.key, "form-double-key", text)
            seen.add(component.path)

    def _component(self, raw: Any, base: tuple[str, ...], depth: int) -> Field | None:
        self.count += 1
        if self.count > catalogue.MAX_COMPONENTS:
            if self.count == catalogue.MAX_COMPONENTS + 1:
                self._problem("", "form-too-large", "The form has too many components.")
            return None
        if not isinstance(raw, Mapping):
            self._problem("", "form-structure", "A component is not an object.")
            return None
        kind = str(raw.get("type") or "")
        name = str(raw.get("key") or raw.get("id") or "")
        if kind not in catalogue.KINDS:
            self._problem(name, "form-component", _unknown(kind), "Use a component of form-js.")
            return None
        path = self._path(raw, kind, base, name)
        below = () if kind == "dynamiclist" else path if kind == "group" else base
        children = self.level(raw.get("components") or [], below, depth + 1)
        component = _field(raw, kind, path if kind != "group" else (), children)
        self._check_expressions(component, name)
        return component

    def _path(
        self, raw: Mapping[str, Any], kind: str, base: tuple[str, ...], name: str
    ) -> tuple[str, ...]:
        own = raw.get("path") if kind in catalogue.CONTAINERS else raw.get("key")
        if kind in catalogue.DISPLAYS:
            return ()
        if not isinstance(own, str) or not own.strip():
            if kind != "group":
                self._problem(name, "form-key", f"A component of type {kind} has no key.")
            return base
        parts = tuple(own.strip().split("."))
        if not all(parts):
            self._problem(name, "form-key", f"{own} may not be used as a key.")
        return base + parts

    def _check_expressions(self, component: Field, name: str) -> None:
        for source in component.expressions():
            try:
                feel.compile(source)
            except ValueError as error:
                text = f"The expression “{source}” cannot be read: {error}"
                self._problem(name, "form-expression", text)

    def _problem(self, element: str, rule: str, text: str, hint: str = "") -> None:
        self.problems.append(Problem(text, element=element, rule=rule, hint=hint))


def _unknown(kind: str) -> str:
    if kind in catalogue.NOT_SUPPORTED:
        return f"Components of type {kind} are not supported: nothing here stores uploaded files."
    return f"There is no component of type “{kind}”."


def _same_level(components: tuple[Field, ...]) -> list[Field]:
    """Return the components whose paths start at the same place, groups opened."""
    found: list[Field] = []
    for component in components:
        found.append(component)
        if component.type == "group":
            found.extend(_same_level(component.children))
    return found


def _field(
    raw: Mapping[str, Any], kind: str, path: tuple[str, ...], children: tuple[Field, ...]
) -> Field:
    rules = _mapping(raw.get("validate"))
    appearance = _mapping(raw.get("appearance"))
    settings = {name: raw[name] for name in SETTINGS if name in raw}
    settings["prefix"] = appearance.get("prefixAdorner", "")
    settings["suffix"] = appearance.get("suffixAdorner", "")
    columns = _mapping(raw.get("layout")).get("columns")
    return Field(
        key=".".join(path),
        path=path,
        type=kind,
        id=str(raw.get("id") or ""),
        label=str(raw.get("label") or raw.get("dateLabel") or ""),
        description=str(raw.get("description") or ""),
        required=bool(rules.get("required")),
        options=_options(raw.get("values")),
        values_key=str(raw.get("valuesKey") or ""),
        values_expression=str(raw.get("valuesExpression") or ""),
        min=rules.get("min"),
        max=rules.get("max"),
        min_length=rules.get("minLength"),
        max_length=rules.get("maxLength"),
        pattern=str(rules.get("pattern") or ""),
        validation=str(rules.get("validationType") or ""),
        readonly=_flag(raw.get("readonly")),
        disabled=_flag(raw.get("disabled")),
        hide_condition=str(_mapping(raw.get("conditional")).get("hide") or ""),
        default=raw.get("defaultValue"),
        columns=columns if isinstance(columns, int) and 1 < columns <= 16 else None,
        children=children,
        settings=settings,
    )


def _columns(raws: list[Any]) -> dict[str, int]:
    """Return the width of components that share a row and leave it open, of 16 columns."""
    rows: dict[str, list[Mapping[str, Any]]] = {}
    for raw in raws:
        layout = _mapping(raw.get("layout")) if isinstance(raw, Mapping) else {}
        if layout.get("row"):
            rows.setdefault(str(layout["row"]), []).append(raw)
    widths: dict[str, int] = {}
    for row in rows.values():
        taken = [_mapping(raw.get("layout")).get("columns") for raw in row]
        given = sum(width for width in taken if isinstance(width, int))
        free = [raw for raw, width in zip(row, taken, strict=True) if width is None]
        if free and len(row) > 1 and given < COLUMNS:
            widths |= {str(raw.get("id")): (COLUMNS - given) // len(free) for raw in free}
    return {name: width for name, width in widths.items() if width > 1}


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _flag(value: Any) -> bool | str:
    return value if isinstance(value, str) else bool(value)


def _options(values: Any) -> tuple[Option, ...]:
    if not isinstance(values, list):
        return ()
    return tuple(option for value in values if (option := option_of(value)) is not None)
