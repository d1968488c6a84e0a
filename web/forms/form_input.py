"""What a browser sends of a form, as the raw values `Form.check` reads.

Names are those `Form.show` gave ("lines.0.amount").
"""

from collections.abc import Mapping, Sequence
from typing import Any

from werkzeug.datastructures import MultiDict

from engine.forms import Field, Form
from engine.forms.fields import put
from engine.forms.reading import flat
from web.forms.field_values import Reader

MAX_ROWS = 1_000


def read(form: Form, sent: "MultiDict[str, str]", reader: Reader) -> dict[str, Any]:
    """Return the raw values of the fields that were sent; a box not ticked counts as sent."""
    return _level(form.components, sent, "", reader)


def _level(
    components: Sequence[Field], sent: "MultiDict[str, str]", prefix: str, reader: Reader
) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for component in flat(components):
        name = prefix + component.key
        if component.is_list:
            if f"{name}~rows" in sent:
                rows = [
                    _level(component.children, sent, f"{name}.{index}.", reader)
                    for index in _rows(sent, f"{name}.")
                ]
                put(values, component.path, rows)
        elif _was_sent(component, name, sent):
            put(values, component.path, _value(component, name, sent, reader))
    return values


def _rows(sent: Mapping[str, str], prefix: str) -> list[int]:
    """Return the row numbers sent, in order; a removed row leaves a gap."""
    found = {
        int(number)
        for name in sent
        if name.startswith(prefix) and (number := name[len(prefix) :].split(".", 1)[0]).isdecimal()
    }
    return sorted(found)[:MAX_ROWS]


def _was_sent(component: Field, name: str, sent: Mapping[str, str]) -> bool:
    marks = (name, f"{name}~", f"{name}~date", f"{name}~time")
    return component.type != "expression" and any(mark in sent for mark in marks)


def _value(component: Field, name: str, sent: "MultiDict[str, str]", reader: Reader) -> Any:
    match component.type:
        case "checkbox":
            return name in sent
        case "checklist" | "taglist":
            return [item for item in sent.getlist(name) if item]
        case "number":
            return reader.number(sent.get(name, ""))
        case "datetime":
            typed = {part: sent.get(f"{name}~{part}", "") for part in ("date", "time", "was")}
            typed["date"] = typed["date"] or sent.get(name, "")
            settings = component.settings
            kind = str(settings.get("subtype") or "date")
            return reader.moment(typed, kind, str(settings.get("timeSerializingFormat") or ""))
        case _:
            text = sent.get(name, "")
            return reader.phone(text) if component.validation == "phone" else text
