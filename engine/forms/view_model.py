"""What a page has to draw: components with their texts computed, choices listed, errors placed."""

import html
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from engine.forms.catalogue import CHOICES
from engine.forms.expressions import Scope
from engine.forms.fields import MISSING, Field, dig, is_expression, token
from engine.forms.localizer import Localizer
from engine.forms.reading import ValueReader
from engine.forms.texts import fill, markdown
from engine.model import Problem


@dataclass(frozen=True, slots=True)
class Choice:
    """One choice of a field; `token` is what the page sends back."""

    token: str
    label: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class ComponentView:
    """One component ready to draw. `text` is Markdown for texts, the address for images."""

    name: str
    type: str
    label: str
    description: str
    value: Any
    required: bool
    locked: bool
    hidden: bool
    columns: int | None
    problem: Problem | None
    choices: tuple[Choice, ...] = ()
    children: tuple["ComponentView", ...] = ()
    rows: tuple[tuple["ComponentView", ...], ...] = ()
    blank: tuple["ComponentView", ...] = ()  # a row to add, named "lines.__row__.amount"
    text: str = ""
    table: tuple[tuple[str, ...], ...] = ()  # head first
    settings: Mapping[str, Any] = field(default_factory=dict)


BLANK = "__row__"
ESCAPES: dict[str, Callable[[str], str]] = {
    "text": markdown,
    "content": html.escape,
}  # labels are escaped by the page


def show(
    components: Sequence[Field],
    raw: Mapping[str, Any],
    reading: ValueReader,
    localizer: Localizer,
    problems: Sequence[Problem],
) -> tuple[ComponentView, ...]:
    """Return the components of a form as they stand now."""
    drawer = _Drawer(reading, localizer, {problem.element: problem for problem in problems})
    return tuple(drawer.level(components, raw, "", reading.scope(), hidden=False))


class _Drawer:
    """Draws level by level; hidden components stay in, marked, so that nothing typed is lost."""

    def __init__(
        self, reading: ValueReader, localizer: Localizer, problems: Mapping[str, Problem]
    ) -> None:
        self.reading = reading
        self.localizer = localizer
        self.problems = problems

    def level(
        self, components: Sequence[Field], raw: Any, prefix: str, scope: Scope, *, hidden: bool
    ) -> Iterator[ComponentView]:
        for component in components:
            name = prefix + (component.key or component.id)
            away = hidden or name in self.reading.hidden
            yield self._one(component, raw, prefix, scope, away)

    def _one(
        self,
        component: Field,
        raw: Any,
        prefix: str,
        scope: Scope,
        hidden: bool,  # noqa: FBT001
    ) -> ComponentView:
        name = prefix + (component.key or component.id)
        value = dig(raw, component.path) if component.path else None
        value = None if value is MISSING else value
        if component.type == "expression":
            value = dig(self.reading.data, component.path)
        return ComponentView(
            name=name,
            type=component.type,
            label=self._text(component, "label", component.label, scope),
            description=self._text(component, "description", component.description, scope),
            value=value,
            required=component.required,
            locked=scope.locks(component),
            hidden=hidden,
            columns=component.columns,
            problem=self.problems.get(name),
            choices=tuple(self._choices(component, value, scope)),
            children=self._children(component, raw, prefix, scope, hidden),
            rows=self._rows(component, value, name, scope, hidden),
            blank=self._blank(component, name, scope),
            text=self._content(component, scope),
            table=self._table(component, scope),
            settings={key: scope.resolve(item) for key, item in component.settings.items()},
        )

    def _text(self, component: Field, what: str, text: str, scope: Scope) -> str:
        """Return a text in the reader's language: the property "label.fa" wins over the label."""
        own = _own(component, f"{what}.{self.localizer.locale}")
        text = str(own) if own else self.localizer.text(text)
        escape = ESCAPES.get(what, str)
        filled = self.localizer.value(scope.compute(text)) if is_expression(text) else text
        return fill(filled, scope, lambda value: escape(self.localizer.value(value)))

    def _choices(self, component: Field, value: Any, scope: Scope) -> Iterator[Choice]:
        if component.type not in CHOICES:
            return
        chosen = {token(item) for item in (value if isinstance(value, list) else [value])}
        for option in scope.options(component):
            mark = token(option.value)
            own = _own(component, f"value.{mark}.{self.localizer.locale}")
            yield Choice(mark, str(own or self.localizer.text(option.label)), mark in chosen)

    def _children(
        self,
        component: Field,
        raw: Any,
        prefix: str,
        scope: Scope,
        hidden: bool,  # noqa: FBT001
    ) -> tuple[ComponentView, ...]:
        if component.type != "group":
            return ()
        return tuple(self.level(component.children, raw, prefix, scope, hidden=hidden))

    def _rows(
        self,
        component: Field,
        value: Any,
        name: str,
        scope: Scope,
        hidden: bool,  # noqa: FBT001
    ) -> tuple[tuple[ComponentView, ...], ...]:
        if not component.is_list or not isinstance(value, list):
            return ()
        typed = dig(self.reading.data, component.path)
        known = typed if isinstance(typed, list) else []
        rows = []
        for index, row in enumerate(value):
            inner = scope.row(known[index] if index < len(known) else {}, index)
            level = self.level(component.children, row, f"{name}.{index}.", inner, hidden=hidden)
            rows.append(tuple(level))
        return tuple(rows)

    def _blank(self, component: Field, name: str, scope: Scope) -> tuple[ComponentView, ...]:
        if not component.is_list:
            return ()
        inner = scope.row({}, 0)
        return tuple(self.level(component.children, {}, f"{name}.{BLANK}.", inner, hidden=False))

    def _content(self, component: Field, scope: Scope) -> str:
        if component.type not in {"text", "html", "image", "iframe"}:
            return ""
        source = {"text": "text", "html": "content", "image": "source", "iframe": "url"}
        setting = source[component.type]
        return self._text(component, setting, str(component.settings.get(setting) or ""), scope)

    def _table(self, component: Field, scope: Scope) -> tuple[tuple[str, ...], ...]:
        if component.type != "table":
            return ()
        source = str(component.settings.get("dataSource") or component.label)
        found = scope.resolve(source if source.startswith("=") else f"={source}")
        rows = [row for row in found if isinstance(row, Mapping)] if isinstance(found, list) else []
        columns = _columns(component, scope, rows)
        head = tuple(self.localizer.text(label) for _, label in columns)
        body = (tuple(self.localizer.value(row.get(key)) for key, _ in columns) for row in rows)
        return (head, *body)


def _own(component: Field, name: str) -> Any:
    """Return the component's own word for another language, if its author gave one."""
    properties = component.settings.get("properties")
    return properties.get(name) if isinstance(properties, Mapping) else None


def _columns(
    component: Field, scope: Scope, rows: Sequence[Mapping[str, Any]]
) -> list[tuple[str, str]]:
    columns = component.settings.get("columns")
    if component.settings.get("columnsExpression"):
        columns = scope.resolve(component.settings["columnsExpression"])
    if not isinstance(columns, list):
        return [(name, name) for name in (rows[0] if rows else {})]
    return [
        (str(column.get("key", "")), str(column.get("label") or column.get("key", "")))
        for column in columns
        if isinstance(column, Mapping)
    ]
