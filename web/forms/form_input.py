"""What a browser sends of a form, as the raw values `Form.check` reads.

Any digits, Jalali or Gregorian dates; names are those `Form.show` gave ("lines.0.amount").
"""

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from werkzeug.datastructures import MultiDict

from engine.forms import Field, Form
from engine.forms.fields import put
from engine.forms.reading import flat
from web.i18n.localizer import ascii_digits, typed_date

MAX_ROWS = 1_000
NUMBER = re.compile(r"[0-9.,\s+eE-]+")


def read(form: Form, sent: "MultiDict[str, str]", zone: str) -> dict[str, Any]:
    """Return the raw values of the fields that were sent; a box not ticked counts as sent."""
    return _level(form.components, sent, "", zone)


def _level(
    components: Sequence[Field], sent: "MultiDict[str, str]", prefix: str, zone: str
) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for component in flat(components):
        name = prefix + component.key
        if component.is_list:
            if f"{name}~rows" in sent:
                rows = [
                    _level(component.children, sent, f"{name}.{index}.", zone)
                    for index in _rows(sent, f"{name}.")
                ]
                put(values, component.path, rows)
        elif _was_sent(component, name, sent):
            put(values, component.path, _value(component, name, sent, zone))
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


def _value(component: Field, name: str, sent: "MultiDict[str, str]", zone: str) -> Any:
    match component.type:
        case "checkbox":
            return name in sent
        case "checklist" | "taglist":
            return [item for item in sent.getlist(name) if item]
        case "number":
            return _number(sent.get(name, ""))
        case "datetime":
            return _moment(component, name, sent, zone)
        case _:
            return sent.get(name, "")


def _number(text: str) -> str:
    """Return a typed number in ASCII: 1 250,5 and ۱٬۲۵۰٫۵ are 1250.5."""
    plain = ascii_digits(text).strip()
    if not NUMBER.fullmatch(plain):
        return plain
    plain = re.sub(r"\s", "", plain)
    if "," in plain and "." not in plain and not re.fullmatch(r"-?\d{1,3}(,\d{3})+", plain):
        return plain.replace(",", ".")
    return plain.replace(",", "")


def _moment(component: Field, name: str, sent: Mapping[str, str], zone: str) -> str:
    subtype = str(component.settings.get("subtype") or "date")
    day = typed_date(sent.get(f"{name}~date", sent.get(name, ""))).strip()
    clock = ascii_digits(sent.get(f"{name}~time", "")).strip()
    if subtype == "date":
        return day
    if subtype == "time":
        return _padded(clock or ascii_digits(sent.get(name, "")).strip())
    if not day and not clock:
        return ""
    try:
        local = datetime.combine(date.fromisoformat(day), time.fromisoformat(_padded(clock)))
    except ValueError:
        return f"{day} {clock}".strip()
    return local.replace(tzinfo=ZoneInfo(zone)).isoformat(timespec="minutes")


def _padded(clock: str) -> str:
    """Return 9:30 as 09:30, which the standard asks for."""
    return f"0{clock}" if re.fullmatch(r"\d:\d\d", clock) else clock
